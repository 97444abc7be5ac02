import { AndFilter, EqualityFilter, type Filter, FilterParser, NotFilter, OrFilter } from 'ldapts';
import { guidBytes } from './entry.ts';
import type { Layout } from './layout.ts';

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
  ...[...layout.groupName, ...layout.groupAliases].map(attribute => equals(attribute, text)),
  ...layout.groupId.flatMap(attribute => idEquals(attribute, text)),
];

/** Only for texts that look like an id: some servers refuse a filter whose value breaks the attribute's syntax. */
function idEquals(attribute: string, text: string): Filter[] {
  if (attribute.toLowerCase() === 'objectguid') {
    const bytes = guidBytes(text);
    return bytes ? [equals(attribute, bytes)] : [];
  }
  return /^[0-9a-f-]{32,36}$/iu.test(text) ? [equals(attribute, text)] : [];
}

/** Users of Active Directory, computers left out, whose primary group has one of these numbers. */
export const primaryMembersFilter = (rids: readonly number[]): Filter =>
  allOf([
    equals('objectClass', 'user'),
    new NotFilter({ filter: equals('objectClass', 'computer') }),
    anyOf(rids.map(rid => equals('primaryGroupID', String(rid)))),
  ]);
