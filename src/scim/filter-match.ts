import { type AttributePath, type Attributes, isComplex, valueAt } from './attribute-path.ts';
import { coreRules } from './attribute-rules.ts';
import type { CompareOperator, Filter, FilterValue } from './filter-tree.ts';

export interface MatchOptions {
  /**
   * Lower-case dotted names, without URN, of the attributes whose text is compared exactly. Unless told: those that
   * RFC 7643 says (`id`, `externalId`, `meta.version` …) and the ids in `members`, `groups` and `manager`.
   * Everything else (`userName`, `displayName`, mail addresses) matches in any case. A `$ref` is always exact.
   */
  readonly caseExact?: ReadonlySet<string>;
}

/**
 * Does the resource match? Attribute names match in any case, and a list matches as soon as one of its elements does.
 * A list of complex values without a sub-attribute means `value` (RFC 7644 §3.4.2.2: `emails co "example.com"`).
 * What is unassigned equals `null` and therefore differs from every other value (RFC 7643 §2.5).
 */
export function matches(filter: Filter, resource: object, options: MatchOptions = {}): boolean {
  return holds(filter, resource as Attributes, '', options.caseExact ?? coreRules.caseExact);
}

/** Does one element of the list `attribute` match the filter that stands in brackets behind its name? */
export function matchesElement(
  filter: Filter,
  element: unknown,
  attribute: string,
  caseExact: ReadonlySet<string>,
): boolean {
  // `schemas[value eq "x"]`: a list of plain values reads as a list of `{ value }`.
  return holds(filter, isComplex(element) ? element : { value: element }, `${attribute}.`, caseExact);
}

function holds(filter: Filter, scope: Attributes, prefix: string, exact: ReadonlySet<string>): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.filters.every(part => holds(part, scope, prefix, exact));
    case 'or':
      return filter.filters.some(part => holds(part, scope, prefix, exact));
    case 'not':
      return !holds(filter.filter, scope, prefix, exact);
    case 'present':
      return valuesAt(scope, filter.attribute).some(isAssigned);
    case 'values':
      return valuesAt(scope, filter.attribute).some(element =>
        matchesElement(filter.filter, element, `${prefix}${filter.attribute.name}`, exact),
      );
    case 'compare': {
      const found = valuesAt(scope, filter.attribute);
      const { operator, value } = filter;
      if (value === null) return found.some(isAssigned) === (operator === 'ne');
      const values = found
        .map(one => (isComplex(one) ? valueAt(one, 'value') : one))
        .filter(one => one !== undefined && one !== null);
      if (values.length === 0) return operator === 'ne';
      const caseExact = isCaseExact(`${prefix}${namesOf(filter.attribute)}`, exact);
      return values.some(one => compare(operator, one, value, caseExact));
    }
  }
}

const namesOf = (path: AttributePath): string =>
  path.sub === undefined ? `${path.name}` : `${path.name}.${path.sub}`;

function isCaseExact(names: string, exact: ReadonlySet<string>): boolean {
  const lower = names.toLowerCase();
  // `members` and `members.value` are two ways to say the same, and so are a plain list and its `value`.
  return (
    lower.endsWith('$ref') ||
    exact.has(lower) ||
    exact.has(`${lower}.value`) ||
    (lower.endsWith('.value') && exact.has(lower.slice(0, -'.value'.length)))
  );
}

/** Everything that a path reaches, lists laid flat, nothing that is null or missing. */
function valuesAt(scope: Attributes, path: AttributePath): readonly unknown[] {
  const container = path.urn === undefined ? scope : valueAt(scope, path.urn);
  if (!isComplex(container)) return [];
  if (path.name === undefined) return [container];
  const elements = asList(valueAt(container, path.name));
  const { sub } = path;
  if (sub === undefined) return elements;
  return elements.flatMap(element => {
    if (isComplex(element)) return asList(valueAt(element, sub));
    return sub.toLowerCase() === 'value' ? [element] : [];
  });
}

const asList = (value: unknown): readonly unknown[] =>
  (Array.isArray(value) ? value : [value]).filter(one => one !== undefined && one !== null);

function isAssigned(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (typeof value !== 'object') return true;
  return Object.values(value).some(isAssigned);
}

function compare(operator: CompareOperator, actual: unknown, expected: FilterValue, exact: boolean): boolean {
  // Entra writes booleans as "True", vendor examples write text as bare digits; so unlike types meet as text.
  const left = fold(actual, exact);
  const right = fold(expected, exact && typeof actual === 'string');
  switch (operator) {
    case 'eq':
      return left === right || sameInstant(actual, expected);
    case 'ne':
      return left !== right && !sameInstant(actual, expected);
    case 'co':
      return left.includes(right);
    case 'sw':
      return left.startsWith(right);
    case 'ew':
      return left.endsWith(right);
    default: {
      const order = orderOf(actual, expected, left, right);
      if (order === undefined) return false;
      if (operator === 'gt') return order > 0;
      if (operator === 'ge') return order >= 0;
      return operator === 'lt' ? order < 0 : order <= 0;
    }
  }
}

const fold = (value: unknown, exact: boolean): string =>
  exact ? String(value) : String(value).toLowerCase();

/** Numbers by size, dates by instant, text by code unit; nothing else has an order. */
function orderOf(actual: unknown, expected: FilterValue, left: string, right: string): number | undefined {
  if (typeof actual === 'number' && typeof expected === 'number') return actual - expected;
  if (typeof actual !== 'string' || typeof expected !== 'string') return undefined;
  const [then, now] = [instantOf(actual), instantOf(expected)];
  if (then !== undefined && now !== undefined) return then - now;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function sameInstant(actual: unknown, expected: FilterValue): boolean {
  const instant = instantOf(actual);
  return instant !== undefined && instant === instantOf(expected);
}

/** RFC 7643 §2.3.5: an xsd:dateTime with its time zone. The same instant has many spellings. */
function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i.test(value)) return undefined;
  const instant = Date.parse(value.toUpperCase());
  return Number.isNaN(instant) ? undefined : instant;
}
