import { type AttributePath, parseAttributePath } from './attribute-path.ts';
import { FilterReader } from './filter-reader.ts';
import type { Filter } from './filter-tree.ts';

/** Where a PATCH operation points (RFC 7644 §3.5.2): `name.givenName`, `emails[type eq "work"].value`. */
export interface PatchPath extends AttributePath {
  readonly filter?: Filter;
}

/** Throws `ScimProblem` 400 `invalidPath` with the position of what is wrong. */
export function parsePatchPath(text: string): PatchPath {
  const plain = parseAttributePath(text);
  if (plain) return plain;
  const reader = new FilterReader(text, 'invalidPath');
  const { attribute, filter, sub } = reader.valuePath();
  reader.end();
  return { ...attribute, ...(filter && { filter }), ...(sub !== undefined && { sub }) };
}
