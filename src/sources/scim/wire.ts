import { type Attributes, isComplex, valueAt } from '../../scim/attribute-path.ts';

/**
 * What SCIM servers send, read leniently: keys in any case (RFC 7643 §2.1; Entra's own API writes `resources`),
 * numbers and truth values as texts, one object where a list should be.
 */
export interface Listed {
  readonly resources: readonly Resource[];
  /** `totalResults`: of the whole list, not of the page. */
  readonly total?: number;
  /** RFC 9865 §2; left out on the last page. */
  readonly nextCursor?: string;
}

/** A user or a group as it came. */
export interface Resource {
  readonly id: string;
  readonly attributes: Attributes;
}

/**
 * The list in a body, or undefined where there is none. `Resources` may be left out where nothing was found
 * (RFC 7644 §3.4.2), but something must say that this is a list: an error page must not read as "nobody".
 */
export function readListed(body: unknown): Listed | undefined {
  if (!isComplex(body)) return undefined;
  const total = numberIn(valueAt(body, 'totalResults'));
  const nextCursor = textIn(valueAt(body, 'nextCursor'));
  const given = valueAt(body, 'Resources') ?? (total === undefined ? undefined : []);
  if (!Array.isArray(given)) return undefined;
  const resources = given.map(readResource);
  if (!resources.every(resource => resource !== undefined)) return undefined;
  return { resources, ...(total !== undefined && { total }), ...(nextCursor && { nextCursor }) };
}

/** A resource without an id is none: nothing could be said of it twice. */
export function readResource(body: unknown): Resource | undefined {
  if (!isComplex(body)) return undefined;
  const id = textIn(valueAt(body, 'id'));
  return id === undefined ? undefined : { id, attributes: body };
}

/** A text that is not blank; numbers are taken for what they look like. */
export function textIn(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** A whole number from 0 up, perhaps written as a text. */
export function numberIn(value: unknown): number | undefined {
  const text = textIn(value)?.trim();
  return text !== undefined && /^\d{1,15}$/u.test(text) ? Number(text) : undefined;
}

/** A truth value; Entra's dialect writes `"False"`. */
export function truthIn(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = textIn(value)?.trim().toLowerCase();
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** The elements of a multi-valued attribute; `null` and nothing are none. */
export const elementsOf = (value: unknown): readonly unknown[] =>
  value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
