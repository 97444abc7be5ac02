import type { RouteLimit } from '../src/emulator/knobs.ts';

/** One window of a limit, as the emulator counted it. */
export interface WindowUse {
  /** As it stood when the window ended. */
  allowed: number;
  /** Requests that were let through, other clients' among them. */
  used: number;
  /** The contender's that were refused. */
  refused: number;
}

export interface LimitUse {
  /** `token`, or the route. */
  readonly limit: string;
  readonly windows: readonly WindowUse[];
}

interface Counted {
  readonly limit: string;
  readonly windowMs: number;
  readonly allowed: () => number;
  fromMs: number;
  /** When the window before it began. */
  beforeMs: number;
  windows: WindowUse[];
}

export interface Watched {
  readonly route: string;
  /** Emulated milliseconds at which it came in. */
  readonly at: number;
  readonly status: number;
  /** Of the contender, and not of another client beside it. */
  readonly own: boolean;
}

/**
 * Counts what comes in, by route and by window. The emulator's windows are fixed and begin with their first request
 * (docs/emulator-differences.md), so whoever sees all requests sees its windows.
 */
export class Watch {
  #byRoute = new Map<string, number>();
  #throttled = 0;
  readonly #limits: Counted[];

  constructor(token: { allowed: () => number; windowMs: number }, routes: readonly RouteLimit[]) {
    const counted = (limit: string, windowMs: number, allowed: () => number): Counted => ({
      limit,
      windowMs,
      allowed,
      fromMs: Number.NEGATIVE_INFINITY,
      beforeMs: Number.NEGATIVE_INFINITY,
      windows: [],
    });
    this.#limits = [
      counted('token', token.windowMs, token.allowed),
      ...routes.map(rule => counted(rule.route, rule.windowSeconds * 1000, () => rule.requests)),
    ];
  }

  see({ route, at, status, own }: Watched): void {
    if (own) {
      this.#byRoute.set(route, (this.#byRoute.get(route) ?? 0) + 1);
      if (status === 429) this.#throttled++;
    }
    if (route === 'POST /oauth/token') return;
    for (const each of this.#limits) {
      if (each.limit !== 'token' && each.limit !== route) continue;
      if (at >= each.fromMs + each.windowMs) {
        each.beforeMs = each.fromMs;
        each.fromMs = at;
        each.windows.push({ allowed: each.allowed(), used: 0, refused: 0 });
      }
      // An answer may be heard after the first of the next window.
      const isLate = at < each.beforeMs + each.windowMs && each.windows.length > 1;
      const window = each.windows.at(isLate ? -2 : -1)!;
      if (!isLate) window.allowed = each.allowed();
      if (status !== 429) window.used++;
      else if (own) window.refused++;
    }
  }

  /** How many requests the current window of the token has let through. */
  get usedNow(): number {
    return this.#limits[0]!.windows.at(-1)?.used ?? 0;
  }

  get windowsSoFar(): number {
    return this.#limits[0]!.windows.length;
  }

  /** Everything since this was asked last. */
  take(): { byRoute: Record<string, number>; calls: number; throttled: number; limits: LimitUse[] } {
    const byRoute = Object.fromEntries([...this.#byRoute].sort(([a], [b]) => (a < b ? -1 : 1)));
    const all = [...this.#byRoute.values()].reduce((sum, count) => sum + count, 0);
    const taken = {
      byRoute,
      calls: all - (byRoute['POST /oauth/token'] ?? 0),
      throttled: this.#throttled,
      limits: this.#limits
        .filter(({ windows }) => windows.length > 0)
        .map(({ limit, windows }) => ({ limit, windows })),
    };
    this.#byRoute = new Map();
    this.#throttled = 0;
    for (const each of this.#limits) {
      each.fromMs = Number.NEGATIVE_INFINITY;
      each.beforeMs = Number.NEGATIVE_INFINITY;
      each.windows = [];
    }
    return taken;
  }
}
