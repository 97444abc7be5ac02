import { isDeepStrictEqual } from 'node:util';
import { type Attributes, keyOf, valueAt } from './attribute-path.ts';
import type { AttributeRule } from './attribute-rules.ts';
import { admits } from './conform-value.ts';
import { ScimProblem } from './messages.ts';
import type { PatchDraft, Place } from './patch-draft.ts';

/** The rule of a sub-attribute. Throws where the attribute has none or an unknown one is refused. */
export function subRule(
  draft: PatchDraft,
  { rule }: Place,
  sub: string,
): AttributeRule | undefined | 'ignored' {
  if (!rule) return undefined;
  if (rule.type !== 'complex') {
    throw new ScimProblem(400, `"${rule.name}" has no sub-attributes.`, 'invalidPath');
  }
  const found = rule.subs.get(sub.toLowerCase());
  return found ?? (admits(draft.unknown, `${rule.name}.${sub}`, true) ? undefined : 'ignored');
}

/** The object with one sub-attribute changed or (undefined) taken away; undefined where nothing is left. */
export function withSub(object: Attributes, sub: string, rule: AttributeRule | undefined, value: unknown) {
  const key = keyOf(object, sub);
  refuseImmutable(rule, valueAt(object, sub), value);
  if (value !== undefined) return { ...object, [key ?? rule?.name ?? sub]: value };
  const rest = Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return Object.keys(rest).length === 0 ? undefined : rest;
}

/** Throws where a schema forbids the change. Writing what is there already is no change. */
export function refuseImmutable(rule: AttributeRule | undefined, present: unknown, value: unknown): void {
  if (isDeepStrictEqual(present, value)) return;
  const frozen =
    rule?.mutability === 'readOnly' || (rule?.mutability === 'immutable' && present !== undefined);
  if (frozen) throw new ScimProblem(400, `"${rule?.name}" cannot be changed.`, 'mutability');
}
