import { refuse } from './answer.ts';
import { type Call, objectBody } from './call.ts';

/** One criterion of a search request (API reference §4, §5). */
export interface Criterion {
  readonly type: string;
  readonly fields: readonly string[];
  readonly values: readonly string[];
  readonly operator: 'AND' | 'OR' | 'NOT';
  readonly group: readonly Criterion[];
}

export interface SearchRequest {
  readonly query: readonly Criterion[];
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly sortBy: string;
  readonly descending: boolean;
  readonly expand: readonly string[];
  /** Users: only those in divisions that the client may see (§5). */
  readonly enforcePermissions: boolean;
}

const types = [
  'EXACT',
  'STARTS_WITH',
  'CONTAINS',
  'REGEX',
  'TERM',
  'TERMS',
  'REQUIRED_FIELDS',
  'MATCH_ALL',
  'QUERY_STRING',
];
const comparisons = ['RANGE', 'LESS_THAN', 'LESS_THAN_EQUAL_TO', 'GREATER_THAN', 'GREATER_THAN_EQUAL_TO'];

/** Reads a search request, and refuses what the knobs say is too much: the codes are published, the numbers not. */
export function readSearch(call: Call, fields: ReadonlySet<string>, body = objectBody(call)): SearchRequest {
  const { knobs } = call;
  const raw = Array.isArray(body.query) ? body.query : [];
  const count = { criteria: 0 };
  const query = raw.map(item => readCriterion(call, item, fields, count));
  if (count.criteria > knobs.searchMaxCriteria) {
    throw refuse(400, 'too.many.search.criteria', 'A search has at most {max} criteria.', {
      max: String(knobs.searchMaxCriteria),
    });
  }
  const pageSize = whole(body.pageSize, 25);
  const pageNumber = whole(body.pageNumber, 1);
  if (pageSize > knobs.searchMaxPageSize || pageSize * pageNumber > knobs.searchMaxResults) {
    throw refuse(
      400,
      'too.many.requested.results',
      'Page {page} of {size} results is more than a search gives.',
      {
        page: String(pageNumber),
        size: String(pageSize),
      },
    );
  }
  const sort = Array.isArray(body.sort) ? body.sort[0] : undefined;
  return {
    query,
    pageSize,
    pageNumber,
    sortBy: String(sort?.sortBy ?? body.sortBy ?? 'name'),
    descending: String(sort?.sortOrder ?? body.sortOrder ?? 'ASC').toUpperCase() === 'DESC',
    expand: Array.isArray(body.expand) ? body.expand.map(String) : [],
    enforcePermissions: body.enforcePermissions === true,
  };
}

function readCriterion(
  call: Call,
  item: unknown,
  known: ReadonlySet<string>,
  count: { criteria: number },
): Criterion {
  count.criteria++;
  const raw = (item ?? {}) as Record<string, unknown>;
  const group = Array.isArray(raw.group)
    ? raw.group.map(part => readCriterion(call, part, known, count))
    : [];
  const type = String(raw.type ?? '');
  if (group.length === 0 || type !== '') {
    if (comparisons.includes(type)) {
      throw refuse(501, 'not.implemented', 'The emulator does not do searches of the type {type}.', { type });
    }
    if (!types.includes(type))
      throw refuse(400, 'invalid.value', 'The search type {type} is not valid.', { type });
  }
  const fields = Array.isArray(raw.fields) ? raw.fields.map(String) : [];
  for (const field of fields) {
    if (!known.has(field))
      throw refuse(400, 'invalid.value', 'The search field {field} is not valid.', { field });
  }
  const values = Array.isArray(raw.values) ? raw.values.map(String) : [];
  if (values.length > call.knobs.searchMaxValues) {
    throw refuse(400, 'search.criteria.values.exceed.limit', 'A criterion has at most {max} values.', {
      max: String(call.knobs.searchMaxValues),
    });
  }
  const operator = raw.operator === 'OR' || raw.operator === 'NOT' ? raw.operator : 'AND';
  return {
    type,
    fields,
    values: values.length > 0 ? values : raw.value === undefined ? [] : [String(raw.value)],
    operator,
    group,
  };
}

/** Do the criteria hold for something whose fields `valuesOf` gives? Text is compared without case. */
export function satisfies(
  query: readonly Criterion[],
  valuesOf: (field: string) => readonly string[],
): boolean {
  const must = query.filter(part => part.operator === 'AND');
  const may = query.filter(part => part.operator === 'OR');
  const not = query.filter(part => part.operator === 'NOT');
  return (
    must.every(part => holds(part, valuesOf)) &&
    (may.length === 0 || may.some(part => holds(part, valuesOf))) &&
    !not.some(part => holds(part, valuesOf))
  );
}

function holds(part: Criterion, valuesOf: (field: string) => readonly string[]): boolean {
  if (part.group.length > 0) return satisfies(part.group, valuesOf);
  if (part.type === 'MATCH_ALL') return true;
  if (part.type === 'REQUIRED_FIELDS') return part.fields.every(field => valuesOf(field).length > 0);
  const wanted = part.values.map(value => value.toLowerCase());
  return part.fields.some(field =>
    valuesOf(field).some(text => wanted.some(value => compare(part.type, text.toLowerCase(), value))),
  );
}

function compare(type: string, text: string, value: string): boolean {
  switch (type) {
    case 'EXACT':
      return text === value;
    case 'STARTS_WITH':
      return text.startsWith(value);
    case 'CONTAINS':
      return text.includes(value);
    case 'REGEX':
      return matchesPattern(value, text);
    case 'TERM':
    case 'TERMS':
      return text === value || text.split(/[\s@._-]+/u).includes(value);
    default:
      return value.split(/\s+/u).every(word => text.includes(word));
  }
}

function matchesPattern(pattern: string, text: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 'iu').test(text);
  } catch {
    throw refuse(400, 'invalid.value', 'The pattern {pattern} is not valid.', { pattern });
  }
}

/** The envelope of a search's answer: names of its own, and pages as base64 texts (§5). */
export function searchPage<Row>(
  request: SearchRequest,
  found: readonly Row[],
  type: string,
  view: (row: Row) => unknown,
): Record<string, unknown> {
  const { pageSize, pageNumber } = request;
  const pageCount = Math.ceil(found.length / pageSize);
  const { descending, ...asked } = request;
  // The same request on another page, in letters that a query takes as they are.
  const q64 = (page: number) =>
    Buffer.from(JSON.stringify({ ...asked, sortOrder: descending ? 'DESC' : 'ASC', pageNumber: page }))
      .toString('base64')
      .replaceAll('+', '-')
      .replaceAll('/', '_');
  return {
    total: found.length,
    pageCount,
    pageSize,
    pageNumber,
    ...(pageNumber > 1 ? { previousPage: `q64=${q64(pageNumber - 1)}` } : {}),
    currentPage: `q64=${q64(pageNumber)}`,
    ...(pageNumber < pageCount ? { nextPage: `q64=${q64(pageNumber + 1)}` } : {}),
    types: [type],
    results: found.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(view),
  };
}

/** The request inside `q64`, for `GET …/search`. */
export function q64Body(call: Call): Record<string, unknown> {
  const text = call.query.text('q64') ?? '';
  try {
    const body: unknown = JSON.parse(Buffer.from(text.replace(/^q64=/u, ''), 'base64').toString('utf8'));
    if (typeof body === 'object' && body !== null) return body as Record<string, unknown>;
  } catch {
    // Told below.
  }
  throw refuse(400, 'invalid.query.param.value', 'The parameter q64 is not a search request in base64.');
}

function whole(value: unknown, fallback: number): number {
  if (value === undefined || value === null) return fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1) {
    throw refuse(400, 'invalid.value', 'pageSize and pageNumber must be whole numbers of at least 1.');
  }
  return value;
}
