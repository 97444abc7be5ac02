import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { LdapSession } from './client.ts';
import { normalDn } from './dn.ts';
import { entryFinder } from './find-entries.ts';
import type { Layout } from './layout.ts';
import { type ListedGroups, listGroups } from './list-groups.ts';
import { groupFacts } from './map.ts';
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
  const finder = entryFinder(session, layout, options);
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
  addWrittenNames(listed, walked);
  const placeholders = new Set(options.ignoreMembers.map(dn => normalDn(dn)!));
  const { groups, people } = relate(walked, { placeholders, primary: primary.members, readAt });
  return directoryOf({
    source,
    groups,
    people,
    evidence: listed.evidence,
    notes: [...notesOf(source, listed, walked), ...primary.notes],
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

function addWrittenNames(listed: ListedGroups, walked: Walked): void {
  for (const [key, texts] of listed.writtenAs) {
    const group = walked.groups.get(key);
    if (!group) continue;
    const aliases = [...new Set([...group.aliases, ...texts])];
    walked.groups.set(key, { ...group, aliases });
  }
}

function notesOf(source: SourceId, listed: ListedGroups, walked: Walked): Note[] {
  const notes: Note[] = [];
  if (listed.referrals > 0) {
    notes.push({
      code: 'source.note',
      level: 'info',
      subject: source,
      text: `The server pointed to ${listed.referrals} other place${listed.referrals === 1 ? '' : 's'} (referrals), which were not followed.`,
      remedy: 'Add a source for that server if groups of it are meant.',
    });
  }
  const named = [...walked.groups.values(), ...walked.people.values()].filter(facts => facts.idIsDn).length;
  if (named > 0) {
    notes.push({
      code: 'source.note',
      level: 'warning',
      subject: source,
      text: `${named} entr${named === 1 ? 'y shows' : 'ies show'} no id that survives renaming, so the name stands in: a renamed entry will look like another one.`,
      remedy:
        'Let the bind account read the id attribute, or name one in "attributes.groupId" and "attributes.personId".',
    });
  }
  return notes;
}
