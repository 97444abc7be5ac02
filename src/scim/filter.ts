import { FilterReader, type ParseOptions } from './filter-reader.ts';
import type { Filter } from './filter-tree.ts';

export { type MatchOptions, matches } from './filter-match.ts';
export type { ParseOptions } from './filter-reader.ts';
export {
  type CompareOperator,
  type Filter,
  type FilterValue,
  formatEq,
  formatFilter,
} from './filter-tree.ts';

/** Throws `ScimProblem` 400 `invalidFilter` that says what was expected and at which character, counted from 1. */
export function parseFilter(text: string, options: ParseOptions = {}): Filter {
  const reader = new FilterReader(text, 'invalidFilter', options);
  const filter = reader.filter();
  reader.end();
  return filter;
}
