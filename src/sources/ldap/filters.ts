import {
  AndFilter,
  EqualityFilter,
  ExtensibleFilter,
  type Filter,
  FilterParser,
  NotFilter,
  OrFilter,
} from 'ldapts';
import type { Layout } from '../entries/layout.ts';
import { idBytes, idReader } from '../entries/windows-ids.ts';

/**
 * Every filter is built from the library's classes: values travel as bytes of their own, so that no name of a group
 * or a person can change what is asked.
 */
export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value });

export const anyOf = (filters: readonly Filter[]): Filter =>
  filters.length === 1 ? filters[0]! : new OrFilter({ filters: [...filters] });

const allOf = (filters: readonly Filter[]): Filter => new AndFilter({ filters: [...filters] });

/** All groups, or those that have one of `texts` as a name, an alias or an id. */
export function groupsFilter(layout: Layout, texts?: readonly string[]): Filter {
  const groups = FilterParser.parseString(layout.groupFilter);
  return texts ? allOf([groups, anyOf(texts.flatMap(text => named(layout, text)))]) : groups;
}

const named = (layout: Layout, text: string): Filter[] => [
  ...[...layout.groupName, ...layout.groupAliases].flatMap(attribute => holds(attribute, text)),
  // Only texts that look like an id: some servers refuse a filter whose value breaks the attribute's syntax.
  ...layout.groupId.flatMap(attribute =>
    idReader(attribute) || /^[0-9a-f-]{32,36}$/iu.test(text) ? holds(attribute, text) : [],
  ),
];

/** No filter where the attribute holds bytes and `text` cannot be written as such. */
function holds(attribute: string, text: string): Filter[] {
  if (!idReader(attribute)) return [equals(attribute, text)];
  const bytes = idBytes(attribute, text);
  return bytes ? [equals(attribute, bytes)] : [];
}

/** Users of Active Directory, computers left out, whose primary group has one of these numbers. */
export const primaryMembersFilter = (rids: readonly number[]): Filter =>
  allOf([
    equals('objectClass', 'user'),
    new NotFilter({ filter: equals('objectClass', 'computer') }),
    anyOf(rids.map(rid => equals('primaryGroupID', String(rid)))),
  ]);

/** Users and groups that are, at any depth, in one of the groups of `dns`. Active Directory only. */
export function chainFilter(dns: readonly string[]): Filter {
  const inChain = '1.2.840.113556.1.4.1941';
  const below = dns.map(dn => new ExtensibleFilter({ matchType: 'memberOf', rule: inChain, value: dn }));
  const user = allOf([equals('objectCategory', 'person'), equals('objectClass', 'user')]);
  return allOf([anyOf([user, equals('objectClass', 'group')]), anyOf(below)]);
}

/** Whatever says of itself that it is in one of the groups of `dns`. */
export const memberOfFilter = (dns: readonly string[]): Filter =>
  anyOf(dns.map(dn => equals('memberOf', dn)));
