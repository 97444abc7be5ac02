import type { Clock } from '../../src/clock.ts';

export interface WindowedAnswer {
  readonly status: 200 | 429;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The limit of Genesys Cloud in small: a fixed window that began at an instant of its own, and counts whoever
 * comes. `used` holds the accepted requests of each window, by its number since the epoch.
 */
export interface FixedWindow {
  allowed: number;
  readonly used: Map<number, number>;
  windowAt(ms: number): number;
  hit(): WindowedAnswer;
}

export function fixedWindow(
  clock: Clock,
  facts: { allowed: number; phaseMs: number; rounding: 'up' | 'down'; windowMs?: number },
): FixedWindow {
  const { phaseMs, rounding, windowMs = 60_000 } = facts;
  const round = rounding === 'up' ? Math.ceil : Math.floor;
  const used = new Map<number, number>();
  const windowAt = (ms: number) => Math.floor((ms - phaseMs) / windowMs);
  return {
    allowed: facts.allowed,
    used,
    windowAt,
    hit() {
      const window = windowAt(clock.now());
      const leftMs = (window + 1) * windowMs + phaseMs - clock.now();
      const count = used.get(window) ?? 0;
      const accepted = count < this.allowed;
      if (accepted) used.set(window, count + 1);
      return {
        status: accepted ? 200 : 429,
        headers: {
          'inin-ratelimit-allowed': String(this.allowed),
          'inin-ratelimit-count': String(accepted ? count + 1 : count),
          'inin-ratelimit-reset': String(round(leftMs / 1000)),
          ...(!accepted && { 'retry-after': String(Math.ceil(leftMs / 1000)) }),
        },
      };
    },
  };
}
