import { isUuid } from '../../model/keys.ts';
import type { Scope } from '../source.ts';
import type { EntraOptions } from './options.ts';

/** What to ask Graph so that every selected group is in the answers, and as little else as can be. */
export interface GroupQueries {
  readonly listings: readonly GroupListing[];
  /** Groups that are asked for by their id. */
  readonly ids: readonly string[];
}

export interface GroupListing {
  /** An OData filter; all groups where left out. */
  readonly filter?: string;
  readonly advanced: boolean;
}

/** Graph takes no more of `in` values and `or` parts in one filter, and about 2,048 characters of URL. */
export const mostClauses = 15;
const mostEncoded = 1_200;

/**
 * Exact texts are asked for by name, alias and id; globs by what they begin with; everything else by a list of all
 * groups. The server compares without regard to case, so what comes is checked again here.
 */
export function groupQueries(
  scope: Scope,
  { filter, attributes }: Pick<EntraOptions, 'filter' | 'attributes'>,
): GroupQueries {
  const texts = new Set<string>();
  const prefixes = new Set<string>();
  for (const selector of scope.groups) {
    const prefix = selector.kind === 'glob' ? /^[^*?[]*/u.exec(selector.text)![0] : '';
    if (selector.kind === 'exact') texts.add(selector.text);
    else if (prefix !== '' && !couldBeginId(prefix)) prefixes.add(prefix);
    else return { listings: [listing(undefined, filter)], ids: [] };
  }
  const properties = ['displayName', ...attributes.groupAliases] as const;
  const listings = properties.flatMap(property => {
    const equal = chunked([...texts].filter(text => couldBe(property, text)).map(quoted), ', ');
    const starting = chunked(
      [...prefixes].map(prefix => `startswith(${property},${quoted(prefix)})`),
      ' or ',
    );
    // The only one of them that the ordinary index does not know (Graph: advanced queries, properties of groups).
    const advanced = property === 'onPremisesSamAccountName';
    return [...equal.map(values => `${property} in (${values})`), ...starting].map(clause =>
      listing(clause, filter, advanced),
    );
  });
  const ids = [...texts].filter(isUuid);
  if (filter === undefined) return { listings, ids };
  // A group read by its id would pass by the filter.
  const byId = chunked(ids.map(quoted), ', ').map(values => listing(`id in (${values})`, filter));
  return { listings: [...listings, ...byId], ids: [] };
}

/** The user's own filter may need the index of advanced queries, and that one understands all the others as well. */
function listing(clause: string | undefined, own: string | undefined, advanced = false): GroupListing {
  if (own === undefined) return { ...(clause !== undefined && { filter: clause }), advanced };
  return { filter: clause === undefined ? own : `(${own}) and (${clause})`, advanced: true };
}

/** An OData text: quotes are doubled (identity sources reference §2). */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Joins clauses into as few texts as the limits of Graph allow. */
export function chunked(clauses: readonly string[], separator: string): string[] {
  const chunks: string[][] = [];
  let size = 0;
  for (const clause of clauses) {
    const length = encodeURIComponent(clause + separator).length;
    const last = chunks.at(-1);
    if (last && last.length < mostClauses && size + length <= mostEncoded) {
      last.push(clause);
      size += length;
    } else {
      chunks.push([clause]);
      size = length;
    }
  }
  return chunks.map(chunk => chunk.join(separator));
}

/** Values that a property can never have are not asked for: most names of groups are no mail address. */
function couldBe(property: string, text: string): boolean {
  if (property === 'mail') return /^\S+@\S+$/u.test(text);
  if (property === 'mailNickname')
    return text.length <= 64 && /^[\x21-\x7e]+$/u.test(text) && !text.includes('@');
  if (property === 'onPremisesSamAccountName')
    return text.length <= 256 && !/["/\\[\]:;|=,+*?<>@]/u.test(text);
  return true;
}

/**
 * A glob is compared with ids as well, and those cannot be asked for by their beginning: `cc*` may mean a group whose
 * id begins so, `cc-` and `CC` cannot.
 */
function couldBeginId(prefix: string): boolean {
  const dashes = new Set([8, 13, 18, 23]);
  return (
    prefix.length <= 36 &&
    [...prefix].every((char, at) => (dashes.has(at) ? char === '-' : /[0-9a-f]/u.test(char)))
  );
}
