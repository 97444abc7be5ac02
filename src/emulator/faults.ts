import type { Random } from './random.ts';

/** Something that goes wrong on purpose. Without `nth`, `every`, `times` and `rate` it strikes every request. */
export interface Fault {
  /** `PUT /api/v2/routing/queues/{id}` (the name in the braces does not matter), `*`, or a pattern over `METHOD path`. */
  readonly route: string | RegExp;
  /** Only the n-th matching request, counted from 1. */
  readonly nth?: number;
  /** Every n-th matching request. */
  readonly every?: number;
  /** At most so many times. */
  readonly times?: number;
  /** With this probability, from the emulator's seed. */
  readonly rate?: number;
  /**
   * - `status`: `status` (503 by default) instead of the answer, nothing applied;
   * - `html`: a gateway's page with `status` (502), nothing applied;
   * - `reset`: the connection is cut, nothing applied;
   * - `timeout`: no answer ever, nothing applied;
   * - `truncate`: applied, and half of the answer;
   * - `lost-answer`: applied, and the connection is cut;
   * - `stale`: a read answers what it answered the last time it was asked the same.
   */
  readonly kind: 'status' | 'html' | 'reset' | 'timeout' | 'truncate' | 'lost-answer' | 'stale';
  readonly status?: number;
  /** Seconds for `Retry-After`, as they go on the wire. */
  readonly retryAfter?: number;
  /** Vendor code of a `status` fault; a fitting one by default. */
  readonly code?: string;
}

export const noApplyKinds: ReadonlySet<Fault['kind']> = new Set(['status', 'html', 'reset', 'timeout']);

/** Is the route of a fault or limit this one? Placeholders match whatever their names are. */
export function sameRoute(
  route: string | RegExp,
  method: string,
  template: string,
  path = template,
): boolean {
  if (route instanceof RegExp) return route.test(`${method} ${path}`);
  if (route === '*') return true;
  const plain = (text: string) => text.replace(/\{[^}]*\}/gu, '{}').toLowerCase();
  return plain(route) === plain(`${method} ${template}`) || route === `${method} ${path}`;
}

interface Armed {
  readonly fault: Fault;
  matched: number;
  struck: number;
}

/** The faults in force. They may come and go while the emulator runs. */
export class Faults {
  #armed: Armed[] = [];
  readonly #random: Random;

  constructor(random: Random, initial: readonly Fault[] = []) {
    this.#random = random;
    for (const fault of initial) this.add(fault);
  }

  /** Returns the function that takes the fault away again. */
  add(fault: Fault): () => void {
    const armed: Armed = { fault, matched: 0, struck: 0 };
    this.#armed.push(armed);
    return () => {
      this.#armed = this.#armed.filter(other => other !== armed);
    };
  }

  clear(): void {
    this.#armed = [];
  }

  /** The first fault that strikes this request. Every fault that matches counts the request. */
  strike(request: { method: string; template: string; path: string }): Fault | undefined {
    let found: Fault | undefined;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (!sameRoute(fault.route, request.method, request.template, request.path)) continue;
      armed.matched++;
      if (found) continue;
      if (fault.nth !== undefined && armed.matched !== fault.nth) continue;
      if (fault.every !== undefined && armed.matched % fault.every !== 0) continue;
      if (fault.times !== undefined && armed.struck >= fault.times) continue;
      if (fault.rate !== undefined && this.#random() >= fault.rate) continue;
      armed.struck++;
      found = fault;
    }
    return found;
  }
}

const codes: Readonly<Record<number, string>> = {
  400: 'bad.request',
  401: 'bad.credentials',
  403: 'not.authorized',
  404: 'not.found',
  408: 'client.timeout',
  409: 'request.conflict',
  429: 'too.many.requests.retry.after',
  500: 'internal.server.error',
  503: 'service.unavailable',
  504: 'request.timeout',
};

export const codeOfStatus = (status: number): string => codes[status] ?? 'internal.server.error';

/** What a gateway in front of the API says when it fails: no JSON, no correlation id. */
export const gatewayPage = (status: number): string =>
  `<html>\r\n<head><title>${status} Bad Gateway</title></head>\r\n<body>\r\n<center><h1>${status} Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n`;
