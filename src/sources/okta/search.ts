import type { Selector } from '../../model/mapping.ts';
import type { Scope } from '../source.ts';

/** What Okta is asked so that no selected group is left out. */
export interface SearchPlan {
  /** Expressions for `search=`; undefined in it asks for all groups. */
  readonly searches: readonly (string | undefined)[];
  /** True where the names of the mappings are in the expressions, and not only the user's own restriction. */
  readonly narrowed: boolean;
}

/** Names in one expression. Each is a URL of at most some thousand characters then. */
const namesAtOnce = 20;

/**
 * Exact names, ids and globs with a beginning are asked of Okta, so that an org of 20,000 groups is not listed for
 * two of them. A regular expression, or a glob that begins with `*`, means nothing to Okta: then all are listed.
 * Either way names are compared again here, since Okta's `eq` and `sw` may be kinder about case than we are.
 */
export function planSearches(scope: Scope, restriction: string | undefined): SearchPlan {
  const clauses = [...new Set(scope.groups.map(clauseOf))];
  const told = clauses.filter(clause => clause !== undefined);
  if (told.length < clauses.length) return { searches: [restriction], narrowed: false };
  const searches: string[] = [];
  for (let at = 0; at < told.length; at += namesAtOnce) {
    const any = told.slice(at, at + namesAtOnce).join(' or ');
    searches.push(restriction === undefined ? any : `(${restriction}) and (${any})`);
  }
  return { searches, narrowed: true };
}

function clauseOf(selector: Selector): string | undefined {
  if (selector.kind === 'exact') {
    const value = quoted(selector.text);
    return looksLikeId(selector.text)
      ? `(id eq ${value} or profile.name eq ${value})`
      : `profile.name eq ${value}`;
  }
  const prefix = literalPrefix(selector);
  // A selector may mean an id as well, and whether `sw` works on ids is not documented.
  if (prefix === undefined || idPrefix.startsWith(prefix) || prefix.startsWith(idPrefix)) return undefined;
  return `profile.name sw ${quoted(prefix)}`;
}

/** The text before the first wildcard of a glob; undefined where there is none, and for other kinds of selector. */
export function literalPrefix(selector: Selector): string | undefined {
  if (selector.kind !== 'glob') return undefined;
  return /^[^*?[]+/u.exec(selector.text)?.[0];
}

/** Ids of groups begin so; what follows is letters and digits. */
const idPrefix = '00g';

export const looksLikeId = (text: string): boolean => /^00g[A-Za-z0-9]+$/u.test(text);

const quoted = (text: string): string => `"${text.replace(/[\\"]/gu, '\\$&')}"`;
