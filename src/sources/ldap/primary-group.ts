import type { Note } from '../../model/note.ts';
import { normalDn } from '../entries/dn.ts';
import { bytesOf, type Entry, textOf } from '../entries/entry.ts';
import { kindOf, personFacts } from '../entries/facts.ts';
import { allAttributes, type Layout } from '../entries/layout.ts';
import { sidOf } from '../entries/windows-ids.ts';
import type { LdapSession } from './client.ts';
import { primaryMembersFilter } from './filters.ts';
import type { LdapOptions } from './options.ts';
import type { Walked } from './walk.ts';

export interface PrimaryMembers {
  /** By normal DN of the group: who belongs to it as their primary group, and why that may not be all. */
  readonly members: ReadonlyMap<
    string,
    { readonly keys: readonly string[]; readonly reasons: readonly string[] }
  >;
  readonly notes: readonly Note[];
}

/** Most groups that one search asks for. */
const batchSize = 100;

/**
 * Active Directory lists nobody in `member` for whom the group is the primary one (usually Domain Users): the person
 * holds the group's number instead. With `include` they become members here; otherwise they are counted and told.
 */
export async function readPrimaryMembers(
  walked: Walked,
  options: LdapOptions,
  layout: Layout,
  session: LdapSession,
  source: string,
): Promise<PrimaryMembers> {
  const groups = [...walked.groups].flatMap(([key, { sid, name }]) => (sid ? [{ key, name, sid }] : []));
  const keysOf = new Map<string, string[]>(groups.map(({ key }) => [key, []]));
  const stops: string[] = [];
  for (let at = 0; at < groups.length; at += batchSize) {
    const batch = groups.slice(at, at + batchSize);
    const answer = await session.search({
      base: options.peopleBaseDn ?? options.baseDn,
      scope: 'sub',
      filter: primaryMembersFilter(batch.map(({ sid }) => sid.rid)),
      attributes: allAttributes(layout),
    });
    if (answer.stopped) stops.push(answer.stopped.text);
    for (const entry of answer.entries) {
      const key = normalDn(entry.dn);
      const group = batch.find(({ sid }) => belongs(entry, sid));
      if (key === undefined || !group || kindOf(entry, layout) !== 'person') continue;
      keysOf.get(group.key)!.push(key);
      if (options.primaryGroup === 'include') walked.people.set(key, personFacts(entry, layout, source));
    }
  }
  if (options.primaryGroup === 'include') {
    const reasons = stops.map(stop => `the search for people with this primary group stopped: ${stop}`);
    return { members: new Map([...keysOf].map(([key, keys]) => [key, { keys, reasons }])), notes: [] };
  }
  const told = groups.filter(({ key }) => keysOf.get(key)!.length > 0);
  return { members: new Map(), notes: told.map(({ key, name }) => noteOf(name, keysOf.get(key)!.length)) };
}

/** Two domains may use one number, so the person must come from the group's domain. */
function belongs(entry: Entry, group: { domain: string; rid: number }): boolean {
  const own = sidOf(bytesOf(entry, 'objectSid')[0]);
  const sameDomain = own === undefined || own.domain === group.domain;
  return sameDomain && Number(textOf(entry, ['primaryGroupID'])) === group.rid;
}

const noteOf = (name: string, count: number): Note => ({
  code: 'source.note',
  level: 'warning',
  subject: name,
  text: `${count === 1 ? '1 person has' : `${count} people have`} this as primary group, which Active Directory does not count as membership; left out.`,
  remedy: 'Set "primaryGroup: include" on this source to count them in.',
});
