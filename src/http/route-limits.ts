import type { Clock } from '../clock.ts';
import type { Booking } from './budget.ts';
import { createGate, type Gate } from './gate.ts';
import type { NamedLimit } from './quota.ts';
import type { Rank } from './waiting-line.ts';

/**
 * Limits beside the token's own, which hold for single routes. They are not announced beforehand: the first refusal
 * names one (API reference §3.5, §6.3), and from then on it is kept to. Other routes go on meanwhile.
 */
export interface RouteLimits {
  /** Resolves when every limit that is known of this route leaves room for one more request. */
  book(route: string, signal?: AbortSignal, rank?: Rank): Promise<Place>;
  /** A request of this route was refused by this limit, which opens again after `waitMs`. */
  refused(route: string, limit: NamedLimit, waitMs: number): void;
}

export interface Place extends Booking {
  /** False where a refusal has come since: whoever has not sent yet gives the place back and books anew. */
  readonly isGood: boolean;
}

interface Known {
  readonly gate: Gate;
  /** A later refusal may tell another number. */
  rate: NamedLimit['rate'];
  heldUntilMs: number;
  refusals: number;
  inFlight: number;
  /** When the answers were heard of those that still count, the oldest first. */
  heardMs: number[];
}

/**
 * The rule: no span as long as the window holds more than what the limit allows, wherever the server's own windows
 * begin. A request counts until a window after its *answer*, which is later than the server counted it.
 */
export function createRouteLimits(clock: Clock, marginMs = 100): RouteLimits {
  const limits = new Map<string, Known>();
  /** By route; two routes may share a limit, and a route may have two. */
  const ofRoute = new Map<string, Set<Known>>();

  function know(limit: NamedLimit): Known {
    const known = limits.get(limit.name);
    if (known) return known;
    const made: Known = {
      gate: createGate(clock, { letOne: () => letOne(made), opensMs: () => opensMs(made) }),
      rate: limit.rate,
      heldUntilMs: Number.NEGATIVE_INFINITY,
      refusals: 0,
      inFlight: 0,
      heardMs: [],
    };
    limits.set(limit.name, made);
    return made;
  }

  function letOne(known: Known): boolean {
    const now = clock.now();
    if (now < known.heldUntilMs) return false;
    const { rate, heardMs } = known;
    if (rate) {
      const over = heardMs.findIndex(ms => ms + rate.windowMs + marginMs > now);
      heardMs.splice(0, over < 0 ? heardMs.length : over);
      if (heardMs.length + known.inFlight >= rate.allowed) return false;
    }
    known.inFlight += 1;
    return true;
  }

  function opensMs({ heldUntilMs, rate, heardMs }: Known): number | undefined {
    if (clock.now() < heldUntilMs) return heldUntilMs;
    return rate && heardMs[0] !== undefined ? heardMs[0] + rate.windowMs + marginMs : undefined;
  }

  function bookingOf(known: Known): Booking {
    const sentMs = clock.now();
    let open = true;
    const settle = (counts: boolean) => {
      if (!open) return;
      open = false;
      known.inFlight -= 1;
      // What was sent before a hold was counted in a window that is over when the hold is.
      if (counts && known.rate && sentMs >= known.heldUntilMs) known.heardMs.push(clock.now());
      known.gate.look();
    };
    return {
      answered: () => settle(true),
      lost: () => settle(true),
      unsent: () => settle(false),
    };
  }

  /** Grows with every refusal that this route must heed. */
  const refusalsOf = (route: string): number =>
    [...(ofRoute.get(route) ?? [])].reduce((sum, known) => sum + known.refusals, 0);

  return {
    async book(route, signal, rank) {
      const bookings: Booking[] = [];
      try {
        for (const known of ofRoute.get(route) ?? []) {
          await known.gate.pass(signal, rank);
          bookings.push(bookingOf(known));
        }
      } catch (error) {
        for (const booking of bookings) booking.unsent();
        throw error;
      }
      const refusals = refusalsOf(route);
      return {
        ...together(bookings),
        get isGood() {
          return refusalsOf(route) === refusals;
        },
      };
    },
    refused(route, limit, waitMs) {
      const known = know(limit);
      ofRoute.set(route, (ofRoute.get(route) ?? new Set()).add(known));
      known.rate = limit.rate;
      known.refusals += 1;
      known.heldUntilMs = Math.max(known.heldUntilMs, clock.now() + waitMs);
      known.heardMs = [];
      known.gate.look();
    },
  };
}

/** Several bookings for one request, settled as one. */
export const together = (bookings: readonly Booking[]): Booking => ({
  answered: headers => {
    for (const booking of bookings) booking.answered(headers);
  },
  lost: () => {
    for (const booking of bookings) booking.lost();
  },
  unsent: () => {
    for (const booking of bookings) booking.unsent();
  },
});
