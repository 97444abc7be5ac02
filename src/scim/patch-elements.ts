import { isComplex } from './attribute-path.ts';
import { conformOne, conformValue } from './conform-value.ts';
import type { Filter } from './filter-tree.ts';
import { ScimProblem } from './messages.ts';
import { type PatchDraft, type Place, requireId } from './patch-draft.ts';
import type { PatchPath } from './patch-path.ts';
import { subRule, withSub } from './patch-sub-attribute.ts';

/** `add` or `replace` on a list: the whole of it, the elements that a filter picks, or one sub-attribute of those. */
export function writeList(
  draft: PatchDraft,
  place: Place,
  { filter, sub }: PatchPath,
  value: unknown,
  adding: boolean,
): void {
  if (sub !== undefined) writeSubOfElements(draft, place, filter, sub, value, adding);
  else if (filter) writeElements(draft, place, filter, value, adding);
  else writeWhole(draft, place, value, adding);
}

function writeWhole(draft: PatchDraft, place: Place, value: unknown, adding: boolean): void {
  const list = draft.list(place);
  const elements = draft.elements(place, value);
  if (adding) {
    for (const element of elements) list.add(element);
    return;
  }
  if (elements.length === 0) draft.refuseIfRequired(place);
  list.replaceAll(elements);
}

function writeElements(
  draft: PatchDraft,
  place: Place,
  filter: Filter,
  value: unknown,
  adding: boolean,
): void {
  const list = draft.list(place);
  const keys = draft.select(place, filter);
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (Array.isArray(one)) {
    throw new ScimProblem(400, 'A filter picks single values, so the value must be one.', 'invalidValue');
  }
  const conformed = conformOne(one, place.rule, draft.unknown);
  if (conformed === undefined) {
    if (!adding) for (const key of keys) list.remove(key);
  } else if (keys.length === 0) {
    addDescribed(draft, place, filter, conformed, adding);
  } else {
    // A replaced record is replaced whole (RFC 7644 §3.5.2.3); a bare value names one sub-attribute of it.
    const whole = !adding && isComplex(one);
    list.change(keys, element => {
      const changed =
        !whole && isComplex(element) && isComplex(conformed) ? { ...element, ...conformed } : conformed;
      requireId(place.rule, changed);
      return changed;
    });
  }
}

function writeSubOfElements(
  draft: PatchDraft,
  place: Place,
  filter: Filter | undefined,
  sub: string,
  value: unknown,
  adding: boolean,
): void {
  const rule = subRule(draft, place, sub);
  if (rule === 'ignored') return;
  const conformed = conformValue(value, rule, draft.unknown);
  if (conformed === undefined && adding) return;
  const keys = filter ? draft.select(place, filter) : draft.list(place).all();
  if (keys.length === 0) {
    if (conformed === undefined) return;
    // Without a filter the attribute itself is missing, and replacing what is missing is adding it.
    addDescribed(draft, place, filter, { [rule?.name ?? sub]: conformed }, adding || !filter);
    return;
  }
  draft.list(place).change(keys, element => {
    if (isComplex(element)) return withSub(element, sub, rule, conformed);
    throw new ScimProblem(400, `"${place.key}" holds values without sub-attributes.`, 'invalidPath');
  });
}

/** Adds the element that a filter describes by its `eq`, which is how Entra adds `emails[type eq "work"].value`. */
function addDescribed(
  draft: PatchDraft,
  place: Place,
  filter: Filter | undefined,
  value: unknown,
  adding: boolean,
) {
  const described = filter === undefined ? {} : describedBy(filter);
  if (described === undefined || (!adding && !draft.addMissing)) {
    throw new ScimProblem(400, `Nothing in "${place.key}" matches the filter.`, 'noTarget');
  }
  const element = isComplex(value) ? { ...described, ...value } : value;
  for (const one of draft.elements(place, [element])) draft.list(place).add(one);
}

function describedBy(filter: Filter): Record<string, unknown> | undefined {
  if (filter.kind === 'and') {
    const parts = filter.filters.map(describedBy);
    return parts.every(part => part !== undefined) ? Object.assign({}, ...parts) : undefined;
  }
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return undefined;
  const { urn, name, sub } = filter.attribute;
  return urn === undefined && name !== undefined && sub === undefined ? { [name]: filter.value } : undefined;
}
