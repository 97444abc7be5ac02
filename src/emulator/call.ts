import type { Contract } from '../model/contract.ts';
import { isUuid } from '../model/keys.ts';
import { refuse } from './answer.ts';
import type { ClientRow, Db, TokenRow } from './db.ts';
import type { Knobs } from './knobs.ts';

/** One request, as a handler sees it: authorized, parsed, and with everything it may touch. */
export interface Call {
  readonly db: Db;
  readonly knobs: Knobs;
  readonly contract: Contract;
  readonly method: string;
  /** As it was asked for, without query. */
  readonly path: string;
  /** The `{named}` parts of the template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: unknown;
  readonly client: ClientRow;
  readonly token: TokenRow;
  /** Emulated milliseconds since the epoch. */
  readonly now: number;
  /** `http://127.0.0.1:<port>`. */
  readonly baseUrl: string;
  readonly newId: (kind: string) => string;
  /** Emulated seconds as the wire has them: whole, at least 1, in the unit of the knob `headerSeconds`. */
  readonly wireSeconds: (seconds: number) => number;
}

export type Handler = (call: Call) => import('./answer.ts').Answer;

/** The query string. Lists come repeated or comma-joined, as the vendor's clients send them (API reference §9). */
export class Query {
  readonly #params: URLSearchParams;

  constructor(params: URLSearchParams) {
    this.#params = params;
  }

  text(name: string): string | undefined {
    const value = this.#params.get(name);
    return value === null || value === '' ? undefined : value;
  }

  list(name: string): string[] {
    return this.#params
      .getAll(name)
      .flatMap(value => value.split(','))
      .map(value => value.trim())
      .filter(value => value !== '');
  }

  /** A whole number; 400 `invalid.query.param.value` for anything else. */
  integer(name: string, fallback: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    if (!/^-?\d{1,9}$/.test(text)) throw badParam(name, text);
    return Number(text);
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text !== 'true' && text !== 'false') throw badParam(name, text);
    return text === 'true';
  }

  /** The query again with some parameters replaced, for the `…Uri` fields of a page. */
  with(changes: Readonly<Record<string, number | string>>): string {
    const params = new URLSearchParams(this.#params);
    for (const [name, value] of Object.entries(changes)) params.set(name, String(value));
    return params.toString();
  }
}

export const badParam = (name: string, value: string) =>
  refuse(400, 'invalid.query.param.value', 'The value {value} is not valid for the parameter {name}.', {
    name,
    value,
  });

/** The body as an object; 400 `bad.request` otherwise. */
export function objectBody(call: Call): Record<string, unknown> {
  const { body } = call;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw refuse(400, 'bad.request', 'The request body must be a JSON object.');
  }
  return body as Record<string, unknown>;
}

/** A list of objects, or none; `refusal` is thrown for an item that is no object. */
export function objectsIn(
  value: unknown,
  refusal: (item: unknown) => Error,
): readonly Record<string, unknown>[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  for (const item of items) if (typeof item !== 'object' || item === null) throw refusal(item);
  return items as readonly Record<string, unknown>[];
}

/** The `id`s of a body `[{"id": …}, …]` of 1 to `most` items (API reference §3.4). */
export function idItems(call: Call, most: number): { id: string; item: Record<string, unknown> }[] {
  const { body } = call;
  if (!Array.isArray(body) || body.length === 0 || body.length > most) {
    throw refuse(400, 'bad.request', 'The request body must be a list of 1 to {most} items.', {
      most: String(most),
    });
  }
  return body.map(item => {
    const id: unknown = item?.id;
    if (typeof id !== 'string' || !isUuid(id)) throw invalidId(String(id));
    return { id: id.toLowerCase(), item };
  });
}

export const invalidId = (id: string) =>
  refuse(400, 'invalid.id', 'The id {id} is not a valid UUID.', { id });
