/**
 * How SCIM names an attribute: `userName`, `name.givenName`, `urn:…:User:employeeNumber` (RFC 7644 §3.10). Names are
 * case-insensitive (RFC 7643 §2.1), so every look-up in a resource goes through here.
 */
export interface AttributePath {
  /** Schema URN of an extension. The core schemas are dropped: their attributes live at the top of a resource. */
  readonly urn?: string;
  /** Missing where a whole schema is meant: the extension, or (without `urn`) the resource itself. */
  readonly name?: string;
  readonly sub?: string;
}

const attributeName = /^[$A-Za-z][\w$-]*$/;
const coreSchema = /^urn:ietf:params:scim:schemas:core:/i;
/** A URN that ends in a version and one name is a schema; one more name behind it is an attribute of that schema. */
const wholeSchema = /:\d+(?:\.\d+)*:[A-Za-z]\w*$/;

/** Undefined where the text names no attribute. A path has one sub-attribute at most (RFC 7644 §3.4.2.2). */
export function parseAttributePath(text: string): AttributePath | undefined {
  if (/^urn:/i.test(text)) {
    const whole = wholeSchema.test(text);
    const colon = whole ? text.length : text.lastIndexOf(':');
    const urn = text.slice(0, colon);
    const container = coreSchema.test(urn) ? {} : { urn };
    if (whole) return container;
    const rest = parseNames(text.slice(colon + 1));
    return rest && { ...container, ...rest };
  }
  return parseNames(text);
}

function parseNames(text: string): { name: string; sub?: string } | undefined {
  const [name, sub, ...more] = text.split('.');
  if (name === undefined || !attributeName.test(name) || more.length > 0) return undefined;
  if (sub === undefined) return { name };
  return attributeName.test(sub) ? { name, sub } : undefined;
}

export function formatAttributePath(path: AttributePath): string {
  const names = path.sub === undefined ? path.name : `${path.name}.${path.sub}`;
  return [path.urn, names].filter(part => part !== undefined).join(':');
}

export const isAttributeName = (text: string): boolean => attributeName.test(text);

/** The core schemas name the resource itself: their URN is a prefix that changes nothing. */
export const isCoreSchema = (urn: string): boolean => coreSchema.test(urn);

export type Attributes = Readonly<Record<string, unknown>>;

export const isComplex = (value: unknown): value is Attributes =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The key under which an object holds a name in whatever case. Own keys only, so that `constructor` or `__proto__`
 * finds nothing that was not sent.
 */
export function keyOf(object: Attributes, name: string): string | undefined {
  if (Object.hasOwn(object, name)) return name;
  const wanted = name.toLowerCase();
  return Object.keys(object).find(key => key.toLowerCase() === wanted);
}

export function valueAt(object: Attributes, name: string): unknown {
  const key = keyOf(object, name);
  return key === undefined ? undefined : object[key];
}
