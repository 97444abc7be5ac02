import type { MemberRef } from '../../model/directory.ts';
import { matchKey } from '../../model/match-key.ts';
import { normalDn } from '../entries/dn.ts';
import type { Mistakes } from './mistakes.ts';
import { type FileRecords, type GroupRecord, type PersonRecord, type Place, placeText } from './records.ts';

/** What the LDIF files have, by the names with which their entries name one another. */
export interface EntryIndex {
  /** Of an entry by its normal DN: what a member of that name is, or which type is no member at all. */
  readonly byDn: ReadonlyMap<string, MemberRef | { readonly type: string }>;
  /** The normal form of a DN, as `normalDn`; made once however many groups name it. */
  readonly normal: (dn: string) => string | undefined;
  /** Ids of the people who have a login name (`memberUid`), which is in lower case here. */
  readonly byLogin: ReadonlyMap<string, readonly string[]>;
}

/** Two entries of one name are a mistake: a member could be either. */
export function indexEntries(
  people: ReadonlyMap<string, PersonRecord>,
  groups: ReadonlyMap<string, GroupRecord>,
  files: readonly FileRecords[],
  mistakes: Mistakes,
): EntryIndex {
  const byDn = new Map<string, MemberRef | { readonly type: string }>();
  const places = new Map<string, Place>();
  const byLogin = new Map<string, string[]>();
  const put = (dn: string, ref: MemberRef, at: Place) => {
    const first = places.get(dn);
    if (first)
      mistakes.add(
        at,
        `An entry of the name "${dn}" is there twice; first at ${placeText(first)}.`,
        'Take one of the two out.',
      );
    byDn.set(dn, ref);
    places.set(dn, at);
  };
  for (const { others } of files) for (const [dn, type] of others ?? []) byDn.set(dn, { type });
  for (const [id, { entry, at }] of groups) if (entry) put(entry.dn, { kind: 'group', id }, at);
  for (const [id, { entry, at }] of people) {
    if (!entry) continue;
    put(entry.dn, { kind: 'person', id }, at);
    for (const login of new Set(entry.logins.map(matchKey)))
      byLogin.set(login, [...(byLogin.get(login) ?? []), id]);
  }
  const normals = new Map<string, string | undefined>();
  const normal = (dn: string) => {
    if (!normals.has(dn)) normals.set(dn, normalDn(dn));
    return normals.get(dn);
  };
  return { byDn, byLogin, normal };
}
