import type { Clock } from '../clock.ts';
import type { TokenProvider } from './client.ts';

export interface MintedToken {
  /** Value of the Authorization header, e.g. `Bearer …`. */
  readonly authorization: string;
  readonly lifetimeSeconds: number;
}

/** How early a token is renewed: so many seconds, but never more than this share of its lifetime. */
export interface RenewalMargin {
  readonly seconds: number;
  readonly share: number;
}

/** A minute early; of the shortest token there is (300 s, API reference §1.2) half a minute. */
export const platformMargin: RenewalMargin = { seconds: 60, share: 0.1 };

/** Five minutes early, as the documented contract has it, except that a token of 300 s is not stale when it comes. */
export const documentedMargin: RenewalMargin = { seconds: 300, share: 0.5 };

export interface TokenCacheOptions {
  readonly clock: Clock;
  /** `platformMargin` by default. */
  readonly margin?: RenewalMargin;
}

interface Mint {
  readonly token: Promise<string>;
  readonly off: AbortController;
  waiting: number;
}

/**
 * One token for everybody, and one mint at a time however many callers wait: making tokens is limited as well
 * (API reference §1.5). A caller that gives up leaves the mint to the others; when the last one has left, it is
 * aborted. A mint that fails fails for all who wait; the next caller tries anew.
 */
export function createTokenCache(
  mint: (signal: AbortSignal) => Promise<MintedToken>,
  { clock, margin = platformMargin }: TokenCacheOptions,
): TokenProvider {
  let cached: { readonly authorization: string; readonly staleMs: number } | undefined;
  let minting: Mint | undefined;

  function startMint(): Mint {
    const off = new AbortController();
    const askedMs = clock.now();
    const token = mint(off.signal)
      .then(({ authorization, lifetimeSeconds }) => {
        const early = Math.min(margin.seconds, margin.share * lifetimeSeconds);
        cached = { authorization, staleMs: askedMs + (lifetimeSeconds - early) * 1000 };
        return authorization;
      })
      .finally(() => {
        if (minting === mine) minting = undefined;
      });
    const mine: Mint = { token, off, waiting: 0 };
    return mine;
  }

  function waitFor(mine: Mint, signal: AbortSignal | undefined): Promise<string> {
    mine.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        mine.waiting -= 1;
        if (mine.waiting === 0) {
          if (minting === mine) minting = undefined;
          mine.off.abort(signal?.reason);
        }
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      mine.token.then(resolve, reject).finally(() => signal?.removeEventListener('abort', leave));
    });
  }

  return {
    async authorization(signal) {
      signal?.throwIfAborted();
      if (cached && clock.now() < cached.staleMs) return cached.authorization;
      minting ??= startMint();
      return waitFor(minting, signal);
    },
    reject(authorization) {
      // Several calls may come back with 401 after the first of them has made a new token: that one stays.
      if (cached?.authorization === authorization) cached = undefined;
    },
  };
}
