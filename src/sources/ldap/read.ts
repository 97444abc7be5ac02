import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import { directoryOf } from '../directory-of.ts';
import { normalDn } from '../entries/dn.ts';
import { groupFacts } from '../entries/facts.ts';
import type { Layout } from '../entries/layout.ts';
import type { Scope } from '../source.ts';
import { readBelow } from './chain.ts';
import type { LdapSession } from './client.ts';
import { entryFinder } from './find-entries.ts';
import { type ListedGroups, listGroups } from './list-groups.ts';
import { compareMemberOf } from './member-of.ts';
import { notesOf } from './notes.ts';
import type { LdapOptions } from './options.ts';
import { readPrimaryMembers } from './primary-group.ts';
import { relate } from './relate.ts';
import { addressOf } from './transport.ts';
import { type Walked, walk } from './walk.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: LdapOptions;
  readonly layout: Layout;
  readonly session: LdapSession;
  readonly scope: Scope;
  readonly readAt: string;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, walks down from them, then relates names to entries in one pure step. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, layout, session, readAt } = job;
  const globalCatalog = [3268, 3269].includes(addressOf(options.url).port);
  const listed = await listGroups(session, layout, options, job.scope, readAt);
  const roots = new Map([...listed.entries].map(([key, entry]) => [key, entry.dn]));
  const known =
    options.nested === 'server' ? await readBelow([...roots.values()], session, layout, options) : undefined;
  const finder = entryFinder(session, layout, options, known);
  const walked = await walk(roots, {
    source,
    session,
    finder,
    layout,
    globalCatalog,
    progress: job.progress,
  });
  keepUnread(listed, walked, layout);
  const primary =
    layout.vendor === 'active-directory'
      ? await readPrimaryMembers(walked, options, layout, session, source)
      : { members: new Map(), notes: [] };
  const compared = await compareMemberOf(walked, options, layout, session);
  addReasons(compared.reasons, walked);
  addWrittenNames(listed, walked);
  const placeholders = new Set(options.ignoreMembers.map(dn => normalDn(dn)!));
  const { groups, people } = relate(walked, { placeholders, primary: primary.members, readAt });
  return directoryOf({
    source,
    groups,
    people,
    evidence: listed.evidence,
    notes: [...notesOf(source, listed, walked), ...primary.notes, ...compared.notes],
  });
}

/** A group that was listed and then could not be read stays in the directory, with nobody in it and the reason. */
function keepUnread(listed: ListedGroups, walked: Walked, layout: Layout): void {
  for (const [key, entry] of listed.entries) {
    const why = walked.missing.get(key);
    if (why === undefined) continue;
    const facts = groupFacts(entry, layout, false);
    walked.groups.set(key, { ...facts, reasons: [`its members could not be read: ${why}`] });
  }
}

function addReasons(reasons: ReadonlyMap<string, string>, walked: Walked): void {
  for (const [key, reason] of reasons) {
    const group = walked.groups.get(key)!;
    walked.groups.set(key, { ...group, reasons: [...group.reasons, reason] });
  }
}

function addWrittenNames(listed: ListedGroups, walked: Walked): void {
  for (const [key, texts] of listed.writtenAs) {
    const group = walked.groups.get(key);
    if (!group) continue;
    const aliases = [...new Set([...group.aliases, ...texts])];
    walked.groups.set(key, { ...group, aliases });
  }
}
