import type { Note } from '../../model/note.ts';
import { isUnder, normalDn } from '../entries/dn.ts';
import { textsOf } from '../entries/entry.ts';
import type { GroupFacts } from '../entries/facts.ts';
import type { Layout } from '../entries/layout.ts';
import type { LdapSession } from './client.ts';
import { memberOfFilter } from './filters.ts';
import type { LdapOptions } from './options.ts';
import type { Walked } from './walk.ts';

/** What the members say of themselves, held against what their groups say. Both by normal DN of the group. */
export interface Compared {
  readonly reasons: ReadonlyMap<string, string>;
  readonly notes: readonly Note[];
}

/** Groups in one search. */
const batchSize = 100;

/**
 * The same membership is written twice: in the group, which counts, and in the `memberOf` of whoever is in it.
 *
 * - A group that shows nobody while somebody says to be in it may have members that the bind account must not see. It
 *   is incomplete: nobody is removed on its word. This alone is asked of Active Directory, where the two never differ.
 * - Otherwise a difference is told. The memberof overlay of OpenLDAP, for one, leaves out who was there before it, or
 *   came by `slapadd`. Where it does not serve a group at all (no member has it), nothing can be compared.
 *
 * One search for a hundred groups; where it breaks off, only what was found is told.
 */
export async function compareMemberOf(
  walked: Walked,
  options: LdapOptions,
  layout: Layout,
  session: LdapSession,
): Promise<Compared> {
  const reasons = new Map<string, string>();
  const notes: Note[] = [];
  if (options.memberOf === 'ignore') return { reasons, notes };
  const base = options.peopleBaseDn ?? options.baseDn;
  const baseKey = normalDn(base)!;
  const onlySilent = layout.vendor === 'active-directory';
  const asked = [...walked.groups].filter(
    ([, group]) => group.reasons.length === 0 && (!onlySilent || showsNobody(group)),
  );
  for (let at = 0; at < asked.length; at += batchSize) {
    const batch = new Map(asked.slice(at, at + batchSize));
    const { claims, whole } = await readClaims(batch, base, session);
    for (const [key, group] of batch) {
      const claimed = claims.get(key)!;
      if (claimed.size === 0) continue;
      if (showsNobody(group)) {
        reasons.set(
          key,
          `it shows no members, but ${count([...claimed])} to be in it (memberOf: ${some([...claimed])}): the bind account may not read its members`,
        );
        continue;
      }
      const below = namesBelow(key, walked);
      const beyond = below ? [...claimed].filter(name => !below.has(name)) : [];
      if (beyond.length > 0) notes.push(beyondNote(group.name, beyond));
      const people = namesIn(group).filter(name => walked.people.has(name) && isUnder(name, baseKey));
      const silent = whole ? people.filter(name => !claimed.has(name)) : [];
      if (silent.length > 0) notes.push(silentNote(group.name, silent));
    }
  }
  return { reasons, notes };
}

const showsNobody = (group: GroupFacts): boolean => group.memberDns.length === 0 && group.logins.length === 0;

/** Who says to be in which group of the batch, sorted. `whole` unless the search broke off. */
async function readClaims(
  batch: ReadonlyMap<string, GroupFacts>,
  base: string,
  session: LdapSession,
): Promise<{ claims: ReadonlyMap<string, ReadonlySet<string>>; whole: boolean }> {
  const filter = memberOfFilter([...batch.values()].map(({ dn }) => dn));
  const answer = await session.search({ base, scope: 'sub', filter, attributes: ['memberOf'] });
  const claims = new Map<string, string[]>([...batch.keys()].map(key => [key, []]));
  for (const entry of answer.entries) {
    const name = normalDn(entry.dn);
    if (name === undefined) continue;
    for (const group of textsOf(entry, 'memberOf')) claims.get(normalDn(group) ?? '')?.push(name);
  }
  return {
    claims: new Map([...claims].map(([key, names]) => [key, new Set(names.sort())])),
    whole: answer.stopped === undefined,
  };
}

const namesIn = (group: GroupFacts): string[] =>
  group.memberDns.map(dn => normalDn(dn)).filter(name => name !== undefined);

/**
 * Everybody at any depth: FreeIPA and 389DS count nested membership in `memberOf`, OpenLDAP does not. Undefined where
 * something below could not be read, since whoever is missing there is missing here.
 */
function namesBelow(key: string, walked: Walked): ReadonlySet<string> | undefined {
  const below = new Set<string>();
  const waiting = [key];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const group = walked.groups.get(at);
    if (walked.missing.has(at) || (group && group.reasons.length > 0)) return undefined;
    for (const name of group ? namesIn(group) : []) {
      if (below.has(name)) continue;
      below.add(name);
      waiting.push(name);
    }
  }
  return below;
}

const some = (names: readonly string[]): string =>
  `${names.slice(0, 3).join('; ')}${names.length > 3 ? '; …' : ''}`;

const count = (names: readonly string[]): string =>
  names.length === 1 ? '1 entry says' : `${names.length} entries say`;

const beyondNote = (group: string, names: readonly string[]): Note => ({
  code: 'source.note',
  level: 'warning',
  subject: group,
  text: `${count(names)} to be in this group (memberOf) and the group does not list them: ${some(names)}. The group counts; they are left out.`,
  remedy:
    'Add them to the group, or have the server rebuild memberOf; "memberOf: ignore" ends the comparison.',
});

const silentNote = (group: string, names: readonly string[]): Note => ({
  code: 'source.note',
  level: 'info',
  subject: group,
  text: `${names.length === 1 ? '1 member does' : `${names.length} members do`} not have this group in memberOf, as others of it do: ${some(names)}. The group counts; they are in.`,
  remedy: 'Have the server rebuild memberOf; "memberOf: ignore" ends the comparison.',
});
