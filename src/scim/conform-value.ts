import { isAttributeName, isComplex } from './attribute-path.ts';
import type { AttributeRule } from './attribute-rules.ts';
import { ScimProblem } from './messages.ts';

/** What becomes of an attribute that no schema names: left out, kept as it came, or refused (400 `invalidPath`). */
export type UnknownAttributes = 'ignore' | 'keep' | 'reject';

/**
 * Brings a value that a client sent into the form that the schema gives: names as the schema spells them, one object
 * where a list is due wrapped, `"True"` made a boolean, a bare id made `{ value }`, nulls dropped (unassigned, RFC
 * 7643 §2.5). The result shares nothing with the value. Undefined means unassigned. Without a rule the value is
 * taken as it is. Throws `ScimProblem` 400 `invalidValue`.
 */
export function conformValue(value: unknown, rule: AttributeRule | undefined, unknown: UnknownAttributes) {
  if (value === null || value === undefined) return undefined;
  if (!rule) return withoutNulls(value);
  if (!rule.multiValued) return conformOne(value, rule, unknown);
  return (Array.isArray(value) ? value : [value])
    .map(element => conformOne(element, rule, unknown))
    .filter(element => element !== undefined);
}

/** The same for one element of a list. */
export function conformOne(
  value: unknown,
  rule: AttributeRule | undefined,
  unknown: UnknownAttributes,
): unknown {
  if (value === null || value === undefined) return undefined;
  if (!rule) return withoutNulls(value);
  if (rule.type === 'complex') return conformComplex(value, rule, unknown);
  const plain = unwrap(value);
  switch (rule.type) {
    case 'boolean':
      if (typeof plain === 'boolean') return plain;
      // Entra writes booleans as "True" and "False" unless told otherwise (identity sources §6.2).
      if (typeof plain === 'string' && /^(?:true|false)$/i.test(plain)) return plain.toLowerCase() === 'true';
      break;
    case 'integer':
    case 'decimal': {
      const number = typeof plain === 'string' && plain.trim() !== '' ? Number(plain) : plain;
      if (typeof number === 'number' && Number.isFinite(number)) {
        if (rule.type === 'decimal' || Number.isInteger(number)) return number;
      }
      break;
    }
    default:
      if (typeof plain === 'string') return plain;
      // Employee numbers arrive as numbers from clients that guess types.
      if (typeof plain === 'number') return String(plain);
  }
  throw new ScimProblem(400, `"${rule.name}" takes a value of type ${rule.type}.`, 'invalidValue');
}

function conformComplex(value: unknown, rule: AttributeRule, unknown: UnknownAttributes): unknown {
  if (!isComplex(value)) {
    // Entra sends a manager as the bare id, others send members so.
    const main = rule.subs.get('value');
    if (main && typeof value !== 'object') return { [main.name]: conformOne(value, main, unknown) };
    throw new ScimProblem(400, `"${rule.name}" takes an object.`, 'invalidValue');
  }
  const result: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(value)) {
    const sub = rule.subs.get(name.toLowerCase());
    if (!sub && !admits(unknown, `${rule.name}.${name}`, isAttributeName(name))) continue;
    const conformed = conformValue(given, sub, unknown);
    if (conformed !== undefined) result[sub?.name ?? name] = conformed;
  }
  return result;
}

/** Is an attribute without a rule let in? Throws where unknown attributes are refused. */
export function admits(unknown: UnknownAttributes, name: string, wellFormed: boolean): boolean {
  if (unknown === 'ignore') return false;
  if (unknown === 'keep' && wellFormed) return true;
  throw new ScimProblem(400, `There is no attribute ${JSON.stringify(name)}.`, 'invalidPath');
}

/** An old Entra dialect wraps plain values: `[{ "$ref": null, "value": "New name" }]`. */
function unwrap(value: unknown): unknown {
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return isComplex(only) && Object.hasOwn(only, 'value') ? only.value : only;
}

/** Deeper than any SCIM value, and shallow enough for every stack. */
const maxDepth = 16;

function withoutNulls(value: unknown, depth = 0): unknown {
  if (depth > maxDepth) throw new ScimProblem(400, 'The value is nested too deeply.', 'invalidValue');
  if (Array.isArray(value)) return value.filter(one => one !== null).map(one => withoutNulls(one, depth + 1));
  if (!isComplex(value)) return value;
  const kept = Object.entries(value).filter(([name, one]) => one !== null && isAttributeName(name));
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutNulls(one, depth + 1)]));
}
