import type { Log } from '../../log.ts';
import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { Query } from './client.ts';
import type { ScimSession } from './connect.ts';
import { findWay, type Way } from './find-way.ts';
import { type ListedGroups, listGroups } from './list-groups.ts';
import { personOf } from './map.ts';
import type { MembershipWay, ScimOptions } from './options.ts';
import { createPeople, type People } from './people.ts';
import { relate } from './relate.ts';
import { toldElsewhere } from './told-elsewhere.ts';
import { type Walked, walk } from './walk.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: ScimOptions;
  readonly session: ScimSession;
  readonly scope: Scope;
  readonly readAt: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, finds out who is in them where the server tells it, then relates ids in one pure step. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, session, readAt, signal } = job;
  const { api, service } = session;
  const listed = await listGroups({ ...job, api, filters: service.filters });
  const people = createPeople({ api, concurrency: options.concurrency, signal });
  const { walked, notes } = await readMemberships(listed, people, job);
  const held = relate(walked, people, readAt);
  const ids = new Set(held.flatMap(group => group.members.map(({ kind, id }) => `${kind} ${id}`)));
  signal.throwIfAborted();
  return directoryOf({
    source,
    groups: held,
    people: [...people.found.values()]
      .filter(({ id }) => ids.has(`person ${id}`))
      .map(user => personOf(user, source, options)),
    evidence: listed.evidence,
    notes,
  });
}

interface Memberships {
  readonly walked: Walked;
  readonly notes: readonly Note[];
}

async function readMemberships(listed: ListedGroups, people: People, job: ReadJob): Promise<Memberships> {
  const { options, session, log, signal, progress } = job;
  const { api } = session;
  const { concurrency, memberships } = options;
  const tools = { api, people, concurrency, signal, withGroups: withGroups(options) };
  const inGroups = () => {
    const isGroup = (id: string) => listed.all?.has(id) ?? false;
    return walk(listed.groups, { api, people, concurrency, signal, isGroup, progress });
  };
  const elsewhere = async (way: Exclude<MembershipWay, 'groups'>): Promise<Memberships> => {
    const walked = await toldElsewhere[way](listed.groups, tools);
    progress(walked.groups.size, people.found.size);
    return { walked, notes: [noteOn(way, job)] };
  };
  if (listed.groups.length === 0 || memberships === 'groups') return { walked: await inGroups(), notes: [] };
  if (memberships !== 'auto') return elsewhere(memberships);
  const walked = await inGroups();
  if ([...walked.groups.values()].some(group => group.members.length > 0)) return { walked, notes: [] };
  const found: Way = await findWay([...walked.groups.keys()], tools);
  log.debug('scim.way', { ...found });
  if (found.way === undefined) return { walked: doubted(walked, found.why), notes: [] };
  return found.way === 'groups' ? { walked, notes: [] } : elsewhere(found.way);
}

/** Users with what is read of them and their groups, which some servers give on request only. */
export const withGroups = ({ attributes }: ScimOptions): Query => ({
  attributes: [
    ...new Set([
      ...['userName', 'displayName', 'name', 'emails', 'active', 'groups', attributes.externalId],
      ...(attributes.userId === undefined ? [] : [attributes.userId]),
      ...attributes.extra,
    ]),
  ],
});

const doubted = (walked: Walked, why: string): Walked => ({
  ...walked,
  groups: new Map(
    [...walked.groups].map(([id, group]) => [id, { ...group, doubts: [...group.doubts, why] }]),
  ),
});

const waysInWords: Readonly<Record<Exclude<MembershipWay, 'groups'>, string>> = {
  users: 'the groups that users say to be in',
  'users-by-group': 'the users whom the server finds for each group',
  'groups-by-user': 'the groups that the server finds for each user',
};

const noteOn = (way: Exclude<MembershipWay, 'groups'>, { source }: ReadJob): Note => ({
  code: 'source.note',
  level: 'info',
  subject: source,
  text: `The server shows no members of groups, so they were taken from ${waysInWords[way]}; groups nested in groups cannot be seen that way.`,
});
