import type { DirectoryGroup, MemberRef } from '../../model/directory.ts';
import { matchKey } from '../../model/match-key.ts';
import { isForeignPrincipal } from '../entries/dn.ts';
import { countOf, Tally } from '../entries/tally.ts';
import type { EntryIndex } from './entry-index.ts';
import type { GroupEntry, PersonRecord } from './records.ts';

export interface EntryMembers {
  readonly members: readonly MemberRef[];
  readonly skipped: DirectoryGroup['skipped'];
  readonly reasons: readonly string[];
}

/**
 * Whom an LDIF group means: each of its names is a person, a group, a type that is skipped, or a reason why the group
 * is incomplete. `placeholders` are normal DNs that stand for nobody.
 */
export function entryMembers(
  group: GroupEntry,
  index: EntryIndex,
  people: ReadonlyMap<string, PersonRecord>,
  placeholders: ReadonlySet<string>,
): EntryMembers {
  const members: MemberRef[] = [];
  const skipped = new Tally();
  const absent = new Tally();
  for (const dn of group.memberDns) {
    const at = index.normal(dn);
    const found = at === undefined ? undefined : index.byDn.get(at);
    if (at === undefined) absent.add('not a distinguished name', dn);
    else if (at === '' || placeholders.has(at)) skipped.add('placeholder', dn);
    else if (found && 'kind' in found) members.push(found);
    else if (found) skipped.add(found.type, dn);
    else if (isForeignPrincipal(at)) skipped.add('foreignSecurityPrincipal', dn);
    else absent.add('no such entry in these files', dn);
  }
  for (const login of group.logins) {
    const ids = index.byLogin.get(matchKey(login)) ?? [];
    if (ids.length === 1) members.push({ kind: 'person', id: ids[0]! });
    else {
      const why = ids.length === 0 ? 'nobody has this login name' : 'several people have this login name';
      absent.add(why, login);
    }
  }
  const unknown = members.filter(({ kind, id }) => kind === 'person' && people.get(id)!.status === 'unknown');
  return {
    members,
    skipped: skipped.counts(),
    reasons: [...group.doubts, ...absent.sentences(), ...unreadable(unknown.length)],
  };
}

const unreadable = (count: number): string[] =>
  count === 0
    ? []
    : [`whether ${countOf(count)} may log in is not in the file (userAccountControl); export it as well`];
