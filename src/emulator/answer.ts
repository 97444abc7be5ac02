/** What a handler returns. A body of undefined is no body at all. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const ok = (body?: unknown, headers?: Readonly<Record<string, string>>): Answer => ({
  status: 200,
  body,
  ...(headers ? { headers } : {}),
});

export const answer = (status: number, body?: unknown): Answer => ({ status, body });

export interface Detail {
  readonly errorCode?: string;
  readonly fieldName?: string;
  readonly entityId?: string;
  readonly entityName?: string;
}

/** A refusal in the platform's `ErrorBody` shape (API reference §7). */
export class Refused extends Error {
  readonly status: number;
  readonly code: string;
  readonly pattern: string;
  readonly params: Readonly<Record<string, string>>;
  readonly more: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    code: string,
    pattern: string,
    params: Readonly<Record<string, string>> = {},
    more: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(pattern.replace(/\{(\w+)\}/gu, (hole, name: string) => params[name] ?? hole));
    this.status = status;
    this.code = code;
    this.pattern = pattern;
    this.params = params;
    this.more = more;
    this.headers = headers;
  }

  /** The body as §7 has it; `contextId` is the correlation id of the answer. */
  body(contextId: string): Record<string, unknown> {
    return {
      message: this.message,
      code: this.code,
      status: this.status,
      contextId,
      ...(Object.keys(this.params).length > 0
        ? { messageWithParams: this.pattern, messageParams: this.params }
        : {}),
      details: [],
      errors: [],
      ...this.more,
    };
  }
}

/** `pattern` is a sentence with `{named}` holes, filled from `params`. */
export const refuse = (
  status: number,
  code: string,
  pattern: string,
  params: Readonly<Record<string, string>> = {},
  more: Readonly<Record<string, unknown>> = {},
): Refused => new Refused(status, code, pattern, params, more);

export const notFound = (kind: string, id: string, code = 'resource.not.found'): Refused =>
  refuse(404, code, 'The {kind} {id} was not found.', { kind, id }, { entityId: id, entityName: kind });
