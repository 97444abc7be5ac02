import { isDeepStrictEqual } from 'node:util';
import {
  type AttributePath,
  type Attributes,
  formatAttributePath,
  isComplex,
  keyOf,
} from './attribute-path.ts';
import { type AttributeRule, type AttributeRules, coreRules } from './attribute-rules.ts';
import { admits, conformValue, type UnknownAttributes } from './conform-value.ts';
import { ElementList } from './element-list.ts';
import { matchesElement } from './filter-match.ts';
import type { Filter } from './filter-tree.ts';
import { ScimProblem } from './messages.ts';

export interface PatchOptions {
  /** What is a list, a boolean, read-only …; the core User, Group and enterprise schemas unless told. */
  readonly rules?: AttributeRules;
  /** Attributes that the rules do not know: `ignore` unless told, since identity providers send what they like. */
  readonly unknown?: UnknownAttributes;
  /**
   * A `replace` whose filter matches nothing: 400 `noTarget` as RFC 7644 §3.5.2.3 says, or `add` the element that
   * the filter describes, for clients that replace what they have not added.
   */
  readonly missingTarget?: 'noTarget' | 'add';
}

/** One attribute found: in which object, under which key, by which rule. */
export interface Place {
  /** Key of the extension in the resource; undefined for attributes at its top. */
  readonly extension: string | undefined;
  readonly key: string;
  readonly rule: AttributeRule | undefined;
}

/** A resource while it is patched: reads from the input, writes to itself, and can be thrown away at any time. */
export class PatchDraft {
  readonly unknown: UnknownAttributes;
  readonly addMissing: boolean;
  readonly #input: Attributes;
  readonly #root: Record<string, unknown>;
  readonly #rules: AttributeRules;
  /** Lists that were touched. What `#root` holds in their places is out of date until `finish`. */
  readonly #lists = new Map<string, { readonly place: Place; readonly list: ElementList }>();
  readonly #extensions = new Set<string>();

  constructor(input: Attributes, options: PatchOptions) {
    this.#input = input;
    this.#root = { ...input };
    this.#rules = options.rules ?? coreRules;
    this.unknown = options.unknown ?? 'ignore';
    this.addMissing = options.missingTarget === 'add';
  }

  /** Undefined for an attribute that is unknown and to be ignored. Throws where it is to be refused. */
  locate(path: AttributePath & { readonly name: string }): Place | undefined {
    const rule = this.#rules.attribute(path.urn, path.name);
    if (!rule && !admits(this.unknown, formatAttributePath(path), true)) return undefined;
    const extension = path.urn === undefined ? undefined : this.#extensionKey(path.urn);
    const container = extension === undefined ? this.#root : this.#root[extension];
    const present = isComplex(container) ? keyOf(container, path.name) : undefined;
    return { extension, key: present ?? rule?.name ?? path.name, rule };
  }

  read(place: Place): unknown {
    const container = place.extension === undefined ? this.#root : this.#root[place.extension];
    return isComplex(container) && Object.hasOwn(container, place.key) ? container[place.key] : undefined;
  }

  /** Undefined removes the attribute. */
  set({ extension, key }: Place, value: unknown): void {
    if (extension === undefined) {
      if (value === undefined) delete this.#root[key];
      else this.#root[key] = value;
      return;
    }
    this.#extensions.add(extension);
    const container = this.#root[extension];
    const { [key]: _, ...others } = isComplex(container) ? container : {};
    this.#root[extension] = value === undefined ? others : { ...(container as Attributes), [key]: value };
  }

  /** RFC 7644 §3.5.2.2: a required attribute cannot be taken away. */
  unassign(place: Place): void {
    this.refuseIfRequired(place);
    this.set(place, undefined);
  }

  refuseIfRequired({ rule }: Place): void {
    if (rule?.required) throw new ScimProblem(400, `"${rule.name}" is required.`, 'mutability');
  }

  /** Without a rule, what is there decides, then what comes. */
  isList(place: Place, incoming?: unknown): boolean {
    if (place.rule) return place.rule.multiValued;
    const present = this.read(place);
    return this.#lists.has(listId(place)) || Array.isArray(present === undefined ? incoming : present);
  }

  list(place: Place): ElementList {
    const touched = this.#lists.get(listId(place));
    if (touched) return touched.list;
    const list = new ElementList(this.read(place), isReference(place.rule));
    this.#lists.set(listId(place), { place, list });
    return list;
  }

  select(place: Place, filter: Filter): readonly string[] {
    return this.list(place).select(filter, element => this.holds(place, filter, element));
  }

  holds(place: Place, filter: Filter, element: unknown): boolean {
    return matchesElement(filter, element, place.rule?.name ?? place.key, this.#rules.caseExact);
  }

  /** The elements that a client sent, one or many. */
  elements({ rule }: Place, value: unknown): readonly unknown[] {
    const conformed = conformValue(value, rule, this.unknown) ?? [];
    const elements: readonly unknown[] = Array.isArray(conformed) ? conformed : [conformed];
    for (const element of elements) requireId(rule, element);
    return elements;
  }

  dropExtension(urn: string): void {
    const extension = this.#extensionKey(urn);
    this.#extensions.add(extension);
    delete this.#root[extension];
    for (const [id, { place }] of this.#lists) if (place.extension === extension) this.#lists.delete(id);
  }

  /** The patched resource, or the very input where nothing changed. */
  finish(): Attributes {
    for (const { place, list } of this.#lists.values()) this.set(place, list.result());
    for (const extension of this.#extensions) {
      const container = this.#root[extension];
      const emptied = isComplex(container) && Object.keys(container).length === 0;
      if (emptied && !isDeepStrictEqual(this.#input[extension], container)) delete this.#root[extension];
    }
    this.#declareExtensions();
    const keys = new Set([...Object.keys(this.#input), ...Object.keys(this.#root)]);
    for (const key of keys) {
      if (!isDeepStrictEqual(this.#input[key], this.#root[key])) return this.#root;
    }
    return this.#input;
  }

  /** `schemas` names the extensions in use (RFC 7643 §3.1); whoever writes to one need not say so. */
  #declareExtensions(): void {
    for (const extension of this.#extensions) {
      const { schemas } = this.#root;
      if (!Array.isArray(schemas)) return;
      const isThis = (id: unknown) => String(id).toLowerCase() === extension.toLowerCase();
      const inUse = Object.hasOwn(this.#root, extension);
      if (inUse && !schemas.some(isThis)) this.#root.schemas = [...schemas, extension];
      if (!inUse && Object.hasOwn(this.#input, extension)) {
        this.#root.schemas = schemas.filter(id => !isThis(id));
      }
    }
  }

  #extensionKey(urn: string): string {
    return keyOf(this.#root, urn) ?? this.#rules.extension(urn) ?? urn;
  }
}

const listId = (place: Place): string => `${place.extension ?? ''}\n${place.key}`;

/** A list whose elements point at resources, such as `members`. */
export const isReference = (rule: AttributeRule | undefined): boolean =>
  rule?.multiValued === true && rule.subs.has('value') && rule.subs.has('$ref');

/** A member without its id is nobody, and `remove` of nobody must not be taken for `remove` of everybody. */
export function requireId(rule: AttributeRule | undefined, element: unknown): void {
  if (!isReference(rule)) return;
  if (isComplex(element) && typeof element.value === 'string' && element.value !== '') return;
  throw new ScimProblem(400, `An element of "${rule?.name}" needs a "value".`, 'invalidValue');
}
