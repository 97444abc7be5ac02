import { type Attributes, isComplex, keyOf, parseAttributePath } from './attribute-path.ts';

export interface Projection {
  /** Return these and what is always returned. Empty or missing: everything. */
  readonly attributes?: readonly string[];
  /** Return everything but these. With `attributes` as well, these are taken out of those. */
  readonly excludedAttributes?: readonly string[];
}

/** A name's part below it: `true` takes the whole value, a map takes some of its attributes. */
type Tree = Map<string, Tree | true>;

/**
 * The part of a resource that a client asked for (RFC 7644 §3.9): `members`, `name.givenName`, `members.value`,
 * `urn:…:User:employeeNumber`, the URN of a whole extension, in any case. Names that are unknown are ignored. What is
 * always returned wins over both lists. Costs what is kept, so `excludedAttributes=members` is cheap on a large group.
 */
export function project<R extends object>(
  resource: R,
  { attributes = [], excludedAttributes = [] }: Projection,
  alwaysReturned: readonly string[] = ['id', 'schemas', 'meta'],
): Partial<R> {
  const always = new Set(alwaysReturned.map(name => name.toLowerCase()));
  const source = resource as Attributes;
  const wanted = attributes.length === 0 ? source : keep(source, treeOf(source, attributes));
  const rest = drop(wanted, treeOf(source, excludedAttributes));
  // The order of the resource's own keys, so that a projection reads like the resource.
  const kept = Object.keys(source).flatMap((key): [string, unknown][] => {
    if (always.has(key.toLowerCase())) return [[key, source[key]]];
    return Object.hasOwn(rest, key) ? [[key, rest[key]]] : [];
  });
  return Object.fromEntries(kept) as Partial<R>;
}

/** The names in a query parameter, which may come comma-separated, repeated, or not at all. */
export const attributeNames = (parameter: string | readonly string[] | undefined): readonly string[] =>
  [parameter ?? []]
    .flat()
    .flatMap(text => text.split(','))
    .map(name => name.trim())
    .filter(name => name !== '');

function treeOf(resource: Attributes, names: readonly string[]): Tree {
  const tree: Tree = new Map();
  for (const name of names) {
    const path = parseAttributePath(name);
    // A URN without version is no schema to the parser; the resource knows better.
    const whole = keyOf(resource, name);
    const parts = whole === undefined && path ? [path.urn, path.name, path.sub] : [whole];
    grow(
      tree,
      parts.filter(part => part !== undefined).map(part => part.toLowerCase()),
    );
  }
  return tree;
}

function grow(tree: Tree, [first, ...rest]: readonly string[]): void {
  if (first === undefined) return;
  const below = tree.get(first);
  if (below === true) return;
  if (rest.length === 0) {
    tree.set(first, true);
    return;
  }
  const branch: Tree = below ?? new Map();
  tree.set(first, branch);
  grow(branch, rest);
}

/** At most three levels deep: extension, attribute, sub-attribute. */
function keep(value: Attributes, tree: Tree): Attributes {
  const kept = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    const below = tree.get(key.toLowerCase());
    if (below === undefined) return [];
    if (below === true) return [[key, one]];
    const part = Array.isArray(one)
      ? one
          .filter(isComplex)
          .map(element => keep(element, below))
          .filter(isFilled)
      : isComplex(one)
        ? keep(one, below)
        : undefined;
    return isFilled(part) ? [[key, part]] : [];
  });
  return Object.fromEntries(kept);
}

function drop(value: Attributes, tree: Tree): Attributes {
  if (tree.size === 0) return value;
  const kept = Object.entries(value).flatMap(([key, one]): [string, unknown][] => {
    const below = tree.get(key.toLowerCase());
    if (below === undefined) return [[key, one]];
    if (below === true) return [];
    if (Array.isArray(one))
      return [[key, one.map(element => (isComplex(element) ? drop(element, below) : element))]];
    return [[key, isComplex(one) ? drop(one, below) : one]];
  });
  return Object.fromEntries(kept);
}

const isFilled = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;
