import type { Clock } from '../clock.ts';
import { createGate } from './gate.ts';
import {
  countUnseen,
  learn,
  type QuotaWindow,
  type ReadQuota,
  readQuota as readGenesysQuota,
} from './quota.ts';
import type { Rank } from './waiting-line.ts';

/**
 * The request limit of the target, spent ahead of time: a request that would be refused waits here instead, so that
 * a healthy run never sees a 429.
 */
export interface Budget {
  /** Requests a minute that the target allows: as its last answer said, before that as assumed. For prices. */
  readonly perMinute: number;
  /** Resolves when one more request may be sent, and counts it as in flight until the booking is settled. */
  book(signal?: AbortSignal, rank?: Rank): Promise<Booking>;
  /** Lets nobody pass for so long: somebody was refused for being too fast. */
  hold(ms: number): void;
}

/** One request in flight. Exactly one of the three is called, once; a second call changes nothing. */
export interface Booking {
  /** There is an answer; its headers tell what is left. */
  answered(headers: Readonly<Record<string, string>>): void;
  /** The request left, but no answer came: it may have been counted. */
  lost(): void;
  /** The request never left. */
  unsent(): void;
}

export interface BudgetOptions {
  readonly clock: Clock;
  /** What `perMinute` says until the target has told: 300 for a client-credentials token (API reference §6.1). */
  readonly assumedPerMinute?: number;
  /** The length of the target's window; its headers tell the end only. */
  readonly windowMs?: number;
  /** Wait after the end of a window, for servers whose clocks differ a little. */
  readonly marginMs?: number;
  /** Part of every window that is left unused, for other clients that count on the same token at this instant. */
  readonly reserveShare?: number;
  /** Requests in flight while nothing is known of the window: at the start, after a pause, in a new window. */
  readonly blindInFlight?: number;
  /** What the last answer said is believed for so long; other clients may have spent since. */
  readonly freshMs?: number;
  /** How this vendor tells what is left, where it is not the way of Genesys Cloud. */
  readonly readQuota?: ReadQuota;
}

/**
 * The rule: `counted + in flight < allowance - reserve`. The count is the highest that any answer of the window told,
 * so whatever was answered is in it, and whatever is in flight is taken to be not. Both err on the safe side, and
 * the error vanishes as answers arrive, so nearly all of the allowance is used. Answers without the limit headers
 * mean that there is nothing to keep to, beyond `hold`.
 */
export function createBudget(options: BudgetOptions): Budget {
  const { clock } = options;
  const { assumedPerMinute = 300, windowMs = 60_000, marginMs = 100 } = options;
  const { reserveShare = 0.02, blindInFlight = 2, freshMs = 5_000 } = options;
  const { readQuota = readGenesysQuota } = options;

  const gate = createGate(clock, { letOne, opensMs });
  let limit: 'unknown' | 'none' | { readonly allowed: number } = 'unknown';
  let window: QuotaWindow | undefined;
  let inFlight = 0;
  let lastSightMs = Number.NEGATIVE_INFINITY;
  let heldUntilMs = Number.NEGATIVE_INFINITY;

  function mayGo(): boolean {
    const now = clock.now();
    if (now < heldUntilMs) return false;
    if (window && now >= window.endsByMs + marginMs) window = undefined;
    if (limit === 'none') return true;
    const blind = !window || now - lastSightMs > freshMs;
    if (blind && inFlight >= blindInFlight) return false;
    const allowed = window?.allowed ?? (limit === 'unknown' ? assumedPerMinute : limit.allowed);
    const usable = Math.max(1, allowed - Math.floor(allowed * reserveShare));
    return (window?.used ?? 0) + inFlight < usable;
  }

  function letOne(): boolean {
    if (!mayGo()) return false;
    inFlight += 1;
    return true;
  }

  /** Time alone opens the gate at the end of a hold or of a window; everything else is a settled booking. */
  function opensMs(): number | undefined {
    return clock.now() < heldUntilMs ? heldUntilMs : window && window.endsByMs + marginMs;
  }

  function createBooking(): Booking {
    const sentMs = clock.now();
    let open = true;
    const settle = (learnFromIt: () => void) => {
      if (!open) return;
      open = false;
      inFlight -= 1;
      learnFromIt();
      gate.look();
    };
    const unseen = () => {
      if (window) window = countUnseen(window);
    };
    const seen = (headers: Readonly<Record<string, string>>) => {
      const quota = readQuota(headers);
      if (quota) {
        const heardMs = clock.now();
        window = learn(window, { ...quota, sentMs, heardMs });
        limit = { allowed: window.allowed };
        // What was sent before a hold tells of the time before it.
        if (sentMs >= heldUntilMs) lastSightMs = heardMs;
      } else if (limit === 'unknown') limit = 'none';
      else unseen();
    };
    return {
      answered: headers => settle(() => seen(headers)),
      lost: () => settle(unseen),
      unsent: () => settle(() => {}),
    };
  }

  return {
    get perMinute() {
      return typeof limit === 'object' ? (limit.allowed * 60_000) / windowMs : assumedPerMinute;
    },
    async book(signal, rank) {
      await gate.pass(signal, rank);
      return createBooking();
    },
    hold(ms) {
      heldUntilMs = Math.max(heldUntilMs, clock.now() + ms);
      // What was known let a request through that was refused: feel the way again.
      lastSightMs = Number.NEGATIVE_INFINITY;
      gate.look();
    },
  };
}
