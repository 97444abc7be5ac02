/**
 * Errors for a tired person at night: what happened, to what, why, what to do next. The world's mistakes are
 * `MusterError`s with a code from the list below; our own are ordinary exceptions and crash.
 *
 * `docs/errors.md` has one entry a code, and a test holds the two together.
 */
export const errorCodes = [
  // configuration
  'config.not-found',
  'config.invalid',
  'config.secret-missing',
  // reading people
  'source.unreachable',
  'source.auth-failed',
  'source.insecure',
  'source.read-failed',
  'source.file-invalid',
  // reaching the target
  'network.unreachable',
  'network.timeout',
  'network.tls',
  'http.not-json',
  'http.truncated',
  'http.unexpected',
  // the token endpoint
  'token.refused',
  'token.throttled',
  // what the target answered
  'genesys.bad-request',
  'genesys.unauthorized',
  'genesys.permission-missing',
  'genesys.not-found',
  'genesys.conflict',
  'genesys.stale',
  'genesys.too-large',
  'genesys.unsupported-media-type',
  'genesys.throttled',
  'genesys.unavailable',
  'genesys.contract-not-honoured',
  // names
  'queue.not-found',
  'queue.ambiguous',
  'group.not-found',
  'strategy.not-in-contract',
  'person.missing',
  'name.not-found',
  // plans and state
  'plan.unreadable',
  'plan.world-moved',
  'plan.refused',
  'snapshot.unreadable',
  'snapshot.lacks',
  'file.unwritable',
  'state.locked',
  'state.damaged',
  'state.other-organisation',
  'settle.not-seen',
  'seat.not-restored',
  'run.interrupted',
  'run.not-found',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

export interface ErrorFacts {
  /** What happened, one sentence, no secret in it. */
  readonly happened: string;
  /** The thing it happened to: a queue, a file and line, a route. */
  readonly subject?: string;
  /** What to do next, as an instruction that can be carried out. */
  readonly remedy: string;
  /** HTTP status of the answer, where there was one. */
  readonly status?: number;
  /** The vendor's own error code, e.g. `missing.permissions`. */
  readonly vendorCode?: string;
  /** `ININ-Correlation-Id`: what the vendor's support asks for first. */
  readonly correlationId?: string;
  readonly cause?: unknown;
}

export class MusterError extends Error {
  override readonly name = 'MusterError';
  readonly code: ErrorCode;
  readonly happened: string;
  readonly subject: string | undefined;
  readonly remedy: string;
  readonly status: number | undefined;
  readonly vendorCode: string | undefined;
  readonly correlationId: string | undefined;

  constructor(code: ErrorCode, facts: ErrorFacts) {
    super(`${facts.happened}${facts.subject ? ` (${facts.subject})` : ''}`, { cause: facts.cause });
    this.code = code;
    this.happened = facts.happened;
    this.subject = facts.subject;
    this.remedy = facts.remedy;
    this.status = facts.status;
    this.vendorCode = facts.vendorCode;
    this.correlationId = facts.correlationId;
  }

  /** Plain data for `--json`; the cause is told by its message alone, because a cause may hold a request. */
  toJSON(): Readonly<Record<string, unknown>> {
    return {
      code: this.code,
      happened: this.happened,
      subject: this.subject,
      remedy: this.remedy,
      status: this.status,
      vendorCode: this.vendorCode,
      correlationId: this.correlationId,
      cause: this.cause instanceof Error ? this.cause.message : undefined,
    };
  }
}

/** Several errors found in one go (all mistakes of a config, all names that resolve to nothing). */
export class MusterErrors extends Error {
  override readonly name = 'MusterErrors';
  readonly errors: readonly MusterError[];

  constructor(errors: readonly MusterError[]) {
    super(errors.map(error => error.message).join('\n'));
    this.errors = errors;
  }
}

export const isMusterError = (value: unknown, code?: ErrorCode): value is MusterError =>
  value instanceof MusterError && (code === undefined || value.code === code);

/** Throws nothing for none, the error itself for one, `MusterErrors` for more. */
export function throwAll(errors: readonly MusterError[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new MusterErrors(errors);
}
