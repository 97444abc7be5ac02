/** One request that came in, as tests and people look at it. */
export interface RequestRecord {
  /** Counted from 1. */
  readonly n: number;
  readonly method: string;
  /** With placeholders: `GET /api/v2/groups/{groupId}`; the path itself where no route fits. */
  readonly route: string;
  readonly template: string;
  readonly path: string;
  readonly query: string;
  /** Emulated milliseconds since the epoch. */
  readonly at: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body, where there was one. */
  body?: unknown;
  clientId?: string;
  correlationId: string;
  /** Of the answer, once there is one; a fault that gives no answer leaves it undefined. */
  status?: number;
  /** The body of the answer as it was made, before any fault cut it. */
  answer?: unknown;
  /** A write that changed the tenant. */
  applied?: boolean;
  fault?: string;
}

/** Questions that are too long for a query string come as a POST. */
export const asksByPost = (template: string): boolean =>
  template.endsWith('/search') || template.endsWith('/query/realtime');

/** The latest requests, and how many there were of each route. */
export class RequestLog {
  readonly #limit: number;
  #records: RequestRecord[] = [];
  #counts = new Map<string, number>();
  #n = 0;

  constructor(limit = 50_000) {
    this.#limit = limit;
  }

  /** Oldest first. Beyond the limit the older half is forgotten; the counts stay. */
  get all(): readonly RequestRecord[] {
    return this.#records;
  }

  get total(): number {
    return this.#n;
  }

  /** Requests of a route, e.g. `PUT /api/v2/routing/queues/{queueId}`; of all routes without one. */
  count(route?: string): number {
    if (route !== undefined) return this.#counts.get(route) ?? 0;
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  counts(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Requests that were meant to change something, token requests aside. */
  writes(): readonly RequestRecord[] {
    return this.#records.filter(
      record =>
        record.method !== 'GET' &&
        record.method !== 'HEAD' &&
        !asksByPost(record.template) &&
        !record.template.endsWith('/oauth/token'),
    );
  }

  reset(): void {
    this.#records = [];
    this.#counts = new Map();
  }

  begin(facts: Omit<RequestRecord, 'n'>): RequestRecord {
    const record: RequestRecord = { n: ++this.#n, ...facts };
    if (this.#records.length >= this.#limit) this.#records = this.#records.slice(this.#limit / 2);
    this.#records.push(record);
    this.#counts.set(record.route, (this.#counts.get(record.route) ?? 0) + 1);
    return record;
  }
}

export type HookEvent = 'request' | 'applied' | 'answer';
/** Awaited before the emulator goes on. */
export type Hook = (record: RequestRecord) => void | Promise<void>;

/** `request`: before anything is done; `applied`: a write was applied and not yet answered; `answer`: about to answer. */
export class Hooks {
  readonly #hooks: Readonly<Record<HookEvent, Set<Hook>>> = {
    request: new Set(),
    applied: new Set(),
    answer: new Set(),
  };

  on(event: HookEvent, hook: Hook): () => void {
    this.#hooks[event].add(hook);
    return () => this.#hooks[event].delete(hook);
  }

  async run(event: HookEvent, record: RequestRecord): Promise<void> {
    for (const hook of this.#hooks[event]) await hook(record);
  }
}
