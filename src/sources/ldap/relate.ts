import { MusterError } from '../../errors.ts';
import type { DirectoryGroup, MemberRef, Person } from '../../model/directory.ts';
import { matchKey } from '../../model/match-key.ts';
import type { GroupFacts } from '../entries/facts.ts';
import { countOf, Tally } from '../entries/tally.ts';
import type { Walked } from './walk.ts';

export interface Related {
  readonly groups: readonly DirectoryGroup[];
  readonly people: readonly Person[];
}

/** Names of members that stand for nobody, normalised; and members that no group lists (primary group), by group. */
export interface RelateFacts {
  readonly placeholders: ReadonlySet<string>;
  readonly primary: ReadonlyMap<
    string,
    { readonly keys: readonly string[]; readonly reasons: readonly string[] }
  >;
  readonly readAt: string;
}

/**
 * Turns names into references, each member into exactly one of four: a person, a group, a type that was skipped, or
 * a reason why the group is incomplete. Throws `source.read-failed` where two entries have one id.
 */
export function relate(walked: Walked, facts: RelateFacts): Related {
  const groups = byId([...walked.groups].map(([key, group]) => ({ key, dn: group.dn, id: group.id })));
  const people = byId([...walked.people].map(([key, { dn, person }]) => ({ key, dn, id: person.id })));
  return {
    groups: groups.map(key => groupOf(key, walked.groups.get(key)!, walked, facts)),
    people: people.map(key => walked.people.get(key)!.person),
  };
}

function groupOf(key: string, group: GroupFacts, walked: Walked, facts: RelateFacts): DirectoryGroup {
  const members: MemberRef[] = [];
  const skipped = new Tally();
  const absent = new Tally();
  let unknown = 0;

  const person = (at: string): boolean => {
    const found = walked.people.get(at)?.person;
    if (!found) return false;
    members.push({ kind: 'person', id: found.id });
    if (found.status === 'unknown') unknown += 1;
    return true;
  };

  for (const dn of group.memberDns) {
    const at = walked.normal(dn);
    if (at === undefined) absent.add('not a distinguished name', dn);
    else if (at === '' || facts.placeholders.has(at)) skipped.add('placeholder', dn);
    else if (person(at)) continue;
    else if (walked.groups.has(at)) members.push({ kind: 'group', id: walked.groups.get(at)!.id });
    else if (walked.others.has(at)) skipped.add(walked.others.get(at)!, dn);
    else absent.add(walked.missing.get(at) ?? 'not read', dn);
  }
  for (const login of group.logins) {
    const keys = walked.logins.get(matchKey(login));
    if (keys?.length === 1) person(keys[0]!);
    else if (!keys) absent.add('the search for login names broke off', login);
    else
      absent.add(
        keys.length === 0 ? 'nobody has this login name' : 'several people have this login name',
        login,
      );
  }
  const primary = facts.primary.get(key);
  for (const at of primary?.keys ?? []) person(at);

  const reasons = [
    ...group.reasons,
    ...(primary?.reasons ?? []),
    ...absent.sentences(),
    ...(unknown > 0 ? [`whether ${countOf(unknown)} may log in could not be read (userAccountControl)`] : []),
  ];
  return {
    id: group.id,
    name: group.name,
    aliases: group.aliases,
    members,
    skipped: skipped.counts(),
    evidence: {
      complete: reasons.length === 0,
      reasons,
      pages: 1 + group.extraPages,
      readAt: facts.readAt,
    },
  };
}

/**
 * Keys of the entries, each id once. One entry may have been met under two names that differ more than a normal form
 * undoes. Two entries of one id mean that the attribute of the user's choice does not tell them apart: better no read
 * than a wrong one.
 */
function byId(
  entries: readonly { readonly key: string; readonly dn: string; readonly id: string }[],
): string[] {
  const seen = new Map<string, { readonly key: string; readonly dn: string }>();
  for (const { key, dn, id } of entries) {
    const other = seen.get(id);
    if (other && other.dn !== dn) {
      throw new MusterError('source.read-failed', {
        happened: `Two entries of the LDAP directory have the id "${id}": ${other.dn} and ${dn}.`,
        subject: dn,
        remedy:
          'Choose an attribute that is different for every entry in "attributes.personId" and "attributes.groupId".',
      });
    }
    if (!other) seen.set(id, { key, dn });
  }
  return [...seen.values()].map(({ key }) => key);
}
