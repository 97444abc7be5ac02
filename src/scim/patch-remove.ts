import { type Attributes, isComplex, valueAt } from './attribute-path.ts';
import type { AttributeRule } from './attribute-rules.ts';
import type { Filter, FilterValue } from './filter-tree.ts';
import { ScimProblem } from './messages.ts';
import { isReference, type PatchDraft, type Place } from './patch-draft.ts';
import { type PatchPath, parsePatchPath } from './patch-path.ts';
import { subRule, withSub } from './patch-sub-attribute.ts';

/** `remove` (RFC 7644 §3.5.2.2). What is not there is removed already: that is no error. */
export function remove(draft: PatchDraft, text: string, value: unknown): void {
  const path = parsePatchPath(text);
  const { urn, name, sub } = path;
  if (name === undefined) {
    if (urn === undefined) throw new ScimProblem(400, 'The path names the whole resource.', 'noTarget');
    draft.dropExtension(urn);
    return;
  }
  const place = draft.locate({ ...path, name });
  if (!place) return;
  if (place.rule?.mutability === 'readOnly') {
    throw new ScimProblem(400, `"${place.key}" cannot be removed.`, 'mutability');
  }
  const rule = sub === undefined ? undefined : subRule(draft, place, sub);
  if (rule === 'ignored') return;
  if (draft.isList(place)) removeFromList(draft, place, path, rule, value);
  else if (draft.read(place) !== undefined) removeSingle(draft, place, path, rule);
}

function removeSingle(
  draft: PatchDraft,
  place: Place,
  path: PatchPath,
  rule: AttributeRule | undefined,
): void {
  if (path.filter) throw new ScimProblem(400, `"${place.key}" is no list to filter.`, 'invalidPath');
  const present = draft.read(place);
  if (path.sub === undefined) draft.unassign(place);
  else if (isComplex(present)) {
    const rest = withSub(present, path.sub, rule, undefined);
    if (rest === undefined) draft.unassign(place);
    else draft.set(place, rest);
  }
}

function removeFromList(
  draft: PatchDraft,
  place: Place,
  { filter, sub }: PatchPath,
  rule: AttributeRule | undefined,
  value: unknown,
): void {
  const list = draft.list(place);
  if (filter === undefined && sub === undefined) {
    if (value === undefined || value === null) list.clear();
    else removeGiven(draft, place, value);
  } else {
    const keys = filter ? draft.select(place, filter) : list.all();
    if (sub === undefined) for (const key of keys) list.remove(key);
    else
      list.change(keys, element => (isComplex(element) ? withSub(element, sub, rule, undefined) : element));
  }
  if (list.size === 0) draft.refuseIfRequired(place);
}

/**
 * Entra's way to remove members: a bare path, and the members to remove as the value. It removes only those, and an
 * empty array therefore removes nothing.
 */
function removeGiven(draft: PatchDraft, place: Place, value: unknown): void {
  const list = draft.list(place);
  const given = draft.elements(place, value);
  if (isReference(place.rule)) {
    for (const element of given) list.removeSame(element);
    return;
  }
  // By value first: what is sent may be as long as what is there, and every pair of the two would be too many.
  const byValue = Map.groupBy(list.all(), key => valueText(list.get(key)));
  for (const element of given) {
    if (!isComplex(element)) {
      list.removeSame(element);
      continue;
    }
    const filter = sameAs(element);
    const candidates = valueAt(element, 'value') === undefined ? list.all() : byValue.get(valueText(element));
    for (const key of candidates ?? []) {
      const present = list.get(key);
      if (present !== undefined && draft.holds(place, filter, present)) list.remove(key);
    }
  }
}

const valueText = (element: unknown): string =>
  String(isComplex(element) ? valueAt(element, 'value') : element).toLowerCase();

/** What makes an element the one that was sent: value and type where it has a value, else all that was sent. */
function sameAs(element: Attributes): Filter {
  const names = Object.keys(element).filter(
    name => valueAt(element, 'value') === undefined || /^(?:value|type)$/i.test(name),
  );
  const plain = names.filter(name => typeof element[name] !== 'object');
  if (plain.length === 0) {
    throw new ScimProblem(400, 'A value to remove must say which one it is.', 'invalidValue');
  }
  const filters = plain.map(
    (name): Filter => ({
      kind: 'compare',
      attribute: { name },
      operator: 'eq',
      value: element[name] as FilterValue,
    }),
  );
  return { kind: 'and', filters };
}
