/**
 * Contract of our HTTP client: one `send`, which hides retries, waiting for the budget, tokens, proxies and
 * timeouts. It resolves with the last answer whatever its status; it throws only where there is no answer.
 */
export interface HttpClient {
  send(call: HttpCall): Promise<HttpAnswer>;
  /** Requests put on the wire so far, retries included, token requests not. */
  readonly sent: number;
  close(): Promise<void>;
}

export interface HttpCall {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Absolute, without query. */
  readonly url: string;
  /** Undefined values are left out; arrays repeat the name. */
  readonly query?: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Name for logs, prices and counts with the ids taken out: `GET /api/v2/groups/{id}`. */
  readonly route: string;
  /** Is sending it twice harmless? GET, PUT, DELETE and our PATCHes are; a POST that makes something is not. */
  readonly repeatable: boolean;
  readonly signal?: AbortSignal;
  /**
   * Milliseconds from the call for which its body may be believed: what waits for its turn longer, or would be repeated
   * later, is not sent any more, and `genesys.stale` is thrown.
   */
  readonly goodForMs?: number;
  /** For this attempt, headers and body together; the client's default otherwise. */
  readonly timeoutMs?: number;
  /** A call without the bearer token, e.g. a public key set. */
  readonly anonymous?: boolean;
  /** The answer is to be written back: see `parseExactly`. */
  readonly exact?: boolean;
  /** The body is a file and no message: it comes as `bytes`, whole, and is not parsed. */
  readonly raw?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  /** Lower-case names; several values of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined for an empty body or one that is no JSON. */
  readonly body: unknown;
  /** The body as text, for the messages of answers that are no JSON; cut at 2,000 characters. */
  readonly text: string;
  /** The whole body, unpacked; only where the call asked for it by `raw`. */
  readonly bytes?: Buffer;
  /** Attempts that this answer took. */
  readonly attempts: number;
}

/** Where bearer tokens come from. One mint at a time however many callers wait. */
export interface TokenProvider {
  /** Value of the Authorization header. */
  authorization(signal?: AbortSignal): Promise<string>;
  /** Forgets `authorization` if it is still the cached one: the server answered 401 to it. */
  reject(authorization: string): void;
  /**
   * Further headers for one attempt, which prove that we hold the key that the token is bound to (DPoP, RFC 9449).
   * Asked anew for every attempt, because a proof may be used once. Bearer tokens need none.
   */
  proof?(request: ProvenRequest): Promise<Readonly<Record<string, string>>>;
}

/** What a proof is about. */
export interface ProvenRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  /** What `authorization` gave for this attempt. */
  readonly authorization: string;
}
