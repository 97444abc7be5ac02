import { isDeepStrictEqual } from 'node:util';
import { type Attributes, isComplex, keyOf } from './attribute-path.ts';
import { admits, conformValue } from './conform-value.ts';
import { ScimProblem } from './messages.ts';
import type { PatchDraft, Place } from './patch-draft.ts';
import { writeList } from './patch-elements.ts';
import { type PatchPath, parsePatchPath } from './patch-path.ts';
import { refuseImmutable, subRule, withSub } from './patch-sub-attribute.ts';

/** `add` and `replace` (RFC 7644 §3.5.2.1 and §3.5.2.3). They differ in lists and in what null means, alone. */
export function write(draft: PatchDraft, text: string | undefined, value: unknown, adding: boolean): void {
  const path = text === undefined ? {} : parsePatchPath(text);
  if (path.name === undefined) writeAttributes(draft, path.urn, value, adding, false);
  else writeAttribute(draft, { ...path, name: path.name }, value, adding, true);
}

type NamedPath = PatchPath & { readonly name: string };

/**
 * An object of attributes: the whole resource, or one extension. Its keys may be paths themselves: Entra sends
 * `name.givenName` and `urn:…:User:employeeNumber`.
 */
function writeAttributes(
  draft: PatchDraft,
  urn: string | undefined,
  value: unknown,
  adding: boolean,
  nested: boolean,
): void {
  if (value === null && urn !== undefined) {
    if (!adding) draft.dropExtension(urn);
    return;
  }
  if (!isComplex(value))
    throw new ScimProblem(400, 'The value must be an object of attributes.', 'invalidValue');
  for (const [key, one] of Object.entries(value)) {
    const path = pathOfKey(draft, key);
    if (!path) continue;
    const at = path.urn ?? urn;
    if (path.name !== undefined) {
      writeAttribute(draft, { ...path, name: path.name, ...(at && { urn: at }) }, one, adding, false);
    } else if (!nested && urn === undefined) {
      writeAttributes(draft, path.urn, one, adding, true);
    } else {
      admits(draft.unknown, key, false);
    }
  }
}

function pathOfKey(draft: PatchDraft, key: string): PatchPath | undefined {
  try {
    return parsePatchPath(key);
  } catch (error) {
    if (error instanceof ScimProblem && draft.unknown === 'ignore') return undefined;
    throw error;
  }
}

function writeAttribute(draft: PatchDraft, path: NamedPath, value: unknown, adding: boolean, named: boolean) {
  const place = draft.locate(path);
  if (!place) return;
  if (place.rule?.mutability === 'readOnly') refuseReadOnly(draft, place, path, value, named);
  else if (draft.isList(place, path.filter ? [] : value)) writeList(draft, place, path, value, adding);
  else if (path.filter) throw new ScimProblem(400, `"${path.name}" is no list to filter.`, 'invalidPath');
  else if (path.sub !== undefined) writeSub(draft, place, path.sub, value, adding);
  else writeSingle(draft, place, value, adding);
}

/**
 * What only the server may write. Objects that clients send whole hold such attributes (Okta sends the group's `id`),
 * so there they are ignored; but another resource's id is a mistake that must not pass.
 */
function refuseReadOnly(
  draft: PatchDraft,
  place: Place,
  path: NamedPath,
  value: unknown,
  named: boolean,
): void {
  const present = draft.read(place);
  const isPlainPath = path.sub === undefined && path.filter === undefined;
  if (isPlainPath && isDeepStrictEqual(value, present)) return;
  if (!named && (place.key !== 'id' || present === undefined)) return;
  throw new ScimProblem(400, `"${path.name}" cannot be changed.`, 'mutability');
}

function writeSingle(draft: PatchDraft, place: Place, value: unknown, adding: boolean): void {
  const present = draft.read(place);
  if (value === null) {
    if (!adding) draft.unassign(place);
    return;
  }
  const conformed = conformValue(value, place.rule, draft.unknown);
  // Neither operation takes away the sub-attributes that it does not name.
  if (isComplex(conformed) && isComplex(present)) {
    const merged = { ...present };
    const given: Attributes = isComplex(value) ? value : {};
    for (const name of Object.keys(given)) {
      const key = keyOf(merged, name);
      if (given[name] === null && !adding && key !== undefined) delete merged[key];
    }
    for (const [name, one] of Object.entries(conformed)) merged[keyOf(merged, name) ?? name] = one;
    draft.set(place, merged);
    return;
  }
  refuseImmutable(place.rule, present, conformed);
  draft.set(place, conformed);
}

function writeSub(draft: PatchDraft, place: Place, sub: string, value: unknown, adding: boolean): void {
  const rule = subRule(draft, place, sub);
  if (rule === 'ignored') return;
  const present = draft.read(place);
  const conformed = conformValue(value, rule, draft.unknown);
  if (conformed === undefined && adding) return;
  const changed = withSub(isComplex(present) ? present : {}, sub, rule, conformed);
  if (changed === undefined) draft.unassign(place);
  else draft.set(place, changed);
}
