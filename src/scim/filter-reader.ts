import { type AttributePath, parseAttributePath } from './attribute-path.ts';
import { type CompareOperator, compareOperators, type Filter, type FilterValue } from './filter-tree.ts';
import { ScimProblem, type ScimType } from './messages.ts';

export interface ParseOptions {
  /** Take bare words as string values: `displayName eq groupname`, as vendor examples show (API reference §2.3). */
  readonly unquoted?: boolean;
  /** Characters; 8,192 unless told, about what a URL may hold. */
  readonly maxLength?: number;
  /** Parentheses, `not` and value paths within one another; 32 unless told. */
  readonly maxDepth?: number;
}

const ordering: ReadonlySet<CompareOperator> = new Set(['gt', 'ge', 'lt', 'le']);
const substring: ReadonlySet<CompareOperator> = new Set(['co', 'sw', 'ew']);

/** Recursive descent over the text itself: what a word may hold depends on where it stands. */
export class FilterReader {
  readonly #text: string;
  readonly #scimType: ScimType;
  readonly #unquoted: boolean;
  readonly #maxDepth: number;
  #at = 0;
  #depth = 0;

  constructor(text: string, scimType: ScimType, options: ParseOptions = {}) {
    this.#text = text;
    this.#scimType = scimType;
    this.#unquoted = options.unquoted ?? false;
    this.#maxDepth = options.maxDepth ?? 32;
    const maxLength = options.maxLength ?? 8192;
    if (text.length > maxLength) {
      throw new ScimProblem(
        400,
        `Longer than the ${maxLength} characters that are read here (${text.length}).`,
        scimType,
      );
    }
  }

  /** `or` binds loosest, then `and`, then `not`. */
  filter(): Filter {
    return this.#chain('or', () => this.#chain('and', () => this.#term()));
  }

  /** `members`, `emails[type eq "work"]`, `emails[type eq "work"].value`: the path of a PATCH operation. */
  valuePath(): {
    readonly attribute: AttributePath;
    readonly filter?: Filter;
    readonly sub?: string;
  } {
    const attribute = this.#attribute();
    if (!this.#take(/\s*\[/y)) return { attribute };
    if (attribute.name === undefined || attribute.sub !== undefined) {
      throw this.#problem('a filter in brackets to follow an attribute, not a schema or a sub-attribute');
    }
    const filter = this.#bracketed();
    const sub = this.#subAttribute();
    return sub === undefined ? { attribute, filter } : { attribute, filter, sub };
  }

  end(): void {
    this.#take(/\s+/y);
    if (this.#at < this.#text.length) throw this.#problem('the end');
  }

  #chain(word: 'and' | 'or', part: () => Filter): Filter {
    const first = part();
    const filters = [first];
    while (this.#take(word === 'and' ? /\s*\band\b(?=[\s(]|$)/iy : /\s*\bor\b(?=[\s(]|$)/iy))
      filters.push(part());
    return filters.length === 1 ? first : { kind: word, filters };
  }

  #term(): Filter {
    if (this.#take(/\s*not\s*\(/iy)) return { kind: 'not', filter: this.#parenthesised() };
    if (this.#take(/\s*\(/y)) return this.#parenthesised();
    const attribute = this.#attribute();
    if (this.#take(/\s*\[/y)) {
      if (attribute.name === undefined || attribute.sub !== undefined) {
        throw this.#problem('a filter in brackets to follow an attribute, not a schema or a sub-attribute');
      }
      const filter = this.#bracketed();
      const sub = this.#subAttribute();
      // The grammar has no sub-attribute behind the brackets, but clients send `emails[type eq "work"].value eq "x"`
      // and mean one and the same element.
      if (sub === undefined) return { kind: 'values', attribute, filter };
      const same = this.#comparison({ name: sub });
      return { kind: 'values', attribute, filter: { kind: 'and', filters: [filter, same] } };
    }
    return this.#comparison(attribute);
  }

  #comparison(attribute: AttributePath): Filter {
    const start = this.#at;
    const word = this.#take(/\s+([A-Za-z]+)(?=\s|$|[)\]])/y)?.[1]?.toLowerCase();
    if (word === 'pr') return { kind: 'present', attribute };
    const operator = compareOperators.find(candidate => candidate === word);
    if (operator === undefined) {
      this.#at = start;
      throw this.#problem(`an operator (${compareOperators.join(', ')}, pr)`);
    }
    return { kind: 'compare', attribute, operator, value: this.#value(operator) };
  }

  #value(operator: CompareOperator): FilterValue {
    this.#take(/\s+/y);
    const start = this.#at;
    const value = this.#literal(operator);
    // RFC 7644 table 3: order of a boolean is an error, and so is order of nothing or a part of something not text.
    const wrong =
      (ordering.has(operator) && (typeof value === 'boolean' || value === null)) ||
      (substring.has(operator) && typeof value !== 'string');
    if (wrong) {
      this.#at = start;
      throw this.#problem(`a value that "${operator}" can be applied to`);
    }
    return value;
  }

  #literal(operator: CompareOperator): FilterValue {
    const quoted = this.#take(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted) {
      try {
        return JSON.parse(quoted[0]) as string;
      } catch {
        this.#at -= quoted[0].length;
        throw this.#problem('a string with the escapes of JSON');
      }
    }
    const start = this.#at;
    const word = this.#take(/[^\s()[\]"]+/y)?.[0];
    if (word === undefined) throw this.#problem('a value');
    if (/^(?:true|false|null)$/.test(word) || /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(word)) {
      const value = JSON.parse(word) as FilterValue;
      // Bare digits that would not survive as a number (a long id) or that ask for text are text.
      if (!this.#unquoted || (!substring.has(operator) && String(value) === word)) return value;
    }
    if (this.#unquoted) return word;
    this.#at = start;
    throw this.#problem('a string in double quotes, a number, true, false or null');
  }

  #attribute(): AttributePath {
    this.#take(/\s+/y);
    const start = this.#at;
    const word = this.#take(/[^\s()[\]"]+/y)?.[0];
    const path = word === undefined ? undefined : parseAttributePath(word);
    if (path === undefined) {
      this.#at = start;
      throw this.#problem('the name of an attribute');
    }
    return path;
  }

  #subAttribute(): string | undefined {
    if (!this.#take(/\./y)) return undefined;
    const sub = this.#take(/[$A-Za-z][\w$-]*/y)?.[0];
    if (sub === undefined) throw this.#problem('the name of a sub-attribute');
    return sub;
  }

  #parenthesised(): Filter {
    return this.#nested(/\s*\)/y, '")"');
  }

  #bracketed(): Filter {
    return this.#nested(/\s*\]/y, '"]"');
  }

  #nested(close: RegExp, name: string): Filter {
    this.#depth += 1;
    if (this.#depth > this.#maxDepth) throw this.#problem(`no more than ${this.#maxDepth} levels`);
    const filter = this.filter();
    if (!this.#take(close)) throw this.#problem(name);
    this.#depth -= 1;
    return filter;
  }

  #take(sticky: RegExp): RegExpExecArray | undefined {
    sticky.lastIndex = this.#at;
    const found = sticky.exec(this.#text);
    if (found) this.#at = sticky.lastIndex;
    return found ?? undefined;
  }

  #problem(expected: string): ScimProblem {
    const rest = this.#text.slice(this.#at, this.#at + 20);
    const found = rest === '' ? 'it ends' : `found ${JSON.stringify(rest)}`;
    return new ScimProblem(
      400,
      `Expected ${expected} at character ${this.#at + 1}, but ${found}.`,
      this.#scimType,
    );
  }
}
