import { isDeepStrictEqual } from 'node:util';
import { isComplex, valueAt } from './attribute-path.ts';
import type { Filter } from './filter-tree.ts';

/**
 * A multi-valued attribute while it is patched: elements by identity, so that adding to or removing from a group of
 * 10,000 costs what was asked for and not what is there. The order of the elements that stay is kept.
 *
 * In a list of references (`members`, `groups`) the id alone is the identity. Elsewhere it is the pair of value and
 * type, which RFC 7643 §2.4 wants unique; an element without a value is identified by all that it holds.
 */
export class ElementList {
  readonly #original: unknown;
  readonly #references: boolean;
  readonly #initial: ReadonlyMap<string, unknown>;
  readonly #elements = new Map<string, unknown>();
  /** Keys of the elements that say `primary: true`; more than one only where the resource came so. */
  readonly #primaries = new Set<string>();

  constructor(original: unknown, references: boolean) {
    this.#original = original;
    this.#references = references;
    const elements = Array.isArray(original) ? original : [original];
    for (const element of elements) {
      if (element === undefined || element === null) continue;
      let key = this.#keyOf(element);
      // What is stored is never merged by a look at it, except for members, where twice means once.
      if (!references && this.#elements.has(key)) key += `\n${this.#elements.size}`;
      if (!this.#elements.has(key)) this.#set(key, element);
    }
    this.#initial = new Map(this.#elements);
  }

  get size(): number {
    return this.#elements.size;
  }

  /**
   * Adds, or merges into the element that is the same one. A reference that is there stays as it is: what describes
   * its target is immutable or the server's own (RFC 7643 §8.7.1), so adding a present member changes nothing.
   */
  add(element: unknown): void {
    const key = this.#keyOf(element);
    const present = this.#elements.get(key);
    if (present === undefined) this.#put(key, element);
    else if (!this.#references && isComplex(present) && isComplex(element))
      this.#put(key, { ...present, ...element });
  }

  /** Puts these in place of all; references that stay keep what the server knows of them. */
  replaceAll(elements: readonly unknown[]): void {
    const before = new Map(this.#elements);
    this.clear();
    for (const element of elements) {
      const kept = this.#references ? before.get(this.#keyOf(element)) : undefined;
      this.add(kept ?? element);
    }
  }

  clear(): void {
    this.#elements.clear();
    this.#primaries.clear();
  }

  /** Keys of the elements that match; by look-up where a filter names ids, else one walk over the list. */
  select(filter: Filter, test: (element: unknown) => boolean): readonly string[] {
    const ids = this.#references ? idsNamedBy(filter) : undefined;
    if (ids) return [...ids].filter(id => this.#elements.has(id));
    return [...this.#elements].filter(([, element]) => test(element)).map(([key]) => key);
  }

  all(): readonly string[] {
    return [...this.#elements.keys()];
  }

  get(key: string): unknown {
    return this.#elements.get(key);
  }

  remove(key: string): void {
    this.#elements.delete(key);
    this.#primaries.delete(key);
  }

  /** Removes the element that is this one, if it is there. */
  removeSame(element: unknown): void {
    this.remove(this.#keyOf(element));
  }

  /** Changes some elements, or drops those for which `to` gives nothing. Those that become one are merged. */
  change(keys: readonly string[], to: (element: unknown) => unknown): void {
    const chosen = new Set(keys);
    const before = [...this.#elements];
    this.clear();
    let primary: string | undefined;
    for (const [oldKey, element] of before) {
      const changed = chosen.has(oldKey) ? to(element) : element;
      if (changed === undefined) continue;
      const key = this.#keyOf(changed) === this.#keyOf(element) ? oldKey : this.#keyOf(changed);
      const same = this.#elements.get(key);
      this.#set(key, isComplex(same) && isComplex(changed) ? { ...same, ...changed } : changed);
      if (chosen.has(oldKey) && isPrimary(changed)) primary = key;
    }
    if (primary !== undefined) this.#put(primary, this.#elements.get(primary));
  }

  /** The list as it is to be stored: the original itself where nothing changed, undefined where nothing is left. */
  result(): unknown {
    const same =
      this.#elements.size === this.#initial.size &&
      [...this.#initial].every(
        ([key, element]) => this.#elements.has(key) && isDeepStrictEqual(this.#elements.get(key), element),
      );
    if (same) return this.#original;
    return this.#elements.size === 0 ? undefined : [...this.#elements.values()];
  }

  #keyOf(element: unknown): string {
    if (!isComplex(element)) return JSON.stringify(element) ?? '';
    const value = valueAt(element, 'value');
    if (value === undefined || value === null) return JSON.stringify(element);
    if (this.#references) return String(value);
    return JSON.stringify([value, String(valueAt(element, 'type') ?? '').toLowerCase()]);
  }

  #set(key: string, element: unknown): void {
    this.#elements.set(key, element);
    if (isPrimary(element)) this.#primaries.add(key);
    else this.#primaries.delete(key);
  }

  /** RFC 7644 §3.5.2: a new primary value makes the others secondary. */
  #put(key: string, element: unknown): void {
    if (isPrimary(element)) {
      for (const other of this.#primaries) {
        const demoted = this.#elements.get(other);
        if (other !== key && isComplex(demoted)) this.#elements.set(other, { ...demoted, primary: false });
      }
      this.#primaries.clear();
    }
    this.#set(key, element);
  }
}

const isPrimary = (element: unknown): boolean => isComplex(element) && element.primary === true;

/** The ids in `value eq "a"` and in `value eq "a" or value eq "b"`; undefined for any other filter. */
function idsNamedBy(filter: Filter): ReadonlySet<string> | undefined {
  if (filter.kind === 'or') {
    const parts = filter.filters.map(idsNamedBy);
    return parts.every(part => part !== undefined) ? new Set(parts.flatMap(part => [...part])) : undefined;
  }
  const namesId =
    filter.kind === 'compare' &&
    filter.operator === 'eq' &&
    filter.attribute.urn === undefined &&
    filter.attribute.sub === undefined &&
    filter.attribute.name?.toLowerCase() === 'value' &&
    typeof filter.value === 'string';
  return namesId ? new Set([String(filter.value)]) : undefined;
}
