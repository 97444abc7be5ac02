import { describe, expect, it } from 'vitest';
import type { HttpCall } from '../../src/http/client.ts';
import type { Transport } from '../../src/http/transport.ts';
import { steppedClock } from '../support/manual-clock.ts';
import { client } from './client-of.ts';
import { type FixedWindow, fixedWindow } from './fixed-window.ts';

/**
 * How much of its allowance the whole client uses, and how often it is refused, on a clock that stands still until
 * somebody waits: the numbers are the same on every machine. `bench/allowance.ts` asks the same of the emulator.
 */
const concurrency = 4;
const windowMs = 60_000;

interface Seen {
  readonly route: string;
  readonly status: number;
  /** Of the token's limit. */
  readonly window: number;
}

/** A server behind the token's window, and perhaps behind one of its own for a route, 20 ms away. */
function world(options: {
  readonly allowed: number;
  readonly phaseMs?: number;
  /** For `PUT`. */
  readonly puts?: { readonly allowed: number; readonly key?: string };
  /** Another client of the same token: called before each of our requests. */
  readonly beside?: (window: FixedWindow) => void;
}) {
  const clock = steppedClock();
  const facts = { phaseMs: options.phaseMs ?? 17_345, rounding: 'up' as const, windowMs };
  const token = fixedWindow(clock, { ...facts, allowed: options.allowed });
  const puts = options.puts && fixedWindow(clock, { ...facts, phaseMs: 41_000, ...options.puts });
  const seen: Seen[] = [];
  const transport: Transport = {
    async exchange({ method, url }) {
      await clock.sleep(10);
      options.beside?.(token);
      const answer = token.hit();
      const own = answer.status === 200 && method === 'PUT' ? puts?.hit() : undefined;
      const refused = answer.status === 429 ? answer : own?.status === 429 ? own : undefined;
      const window = token.windowAt(clock.now());
      seen.push({ route: `${method} ${url.pathname}`, status: refused ? 429 : 200, window });
      await clock.sleep(10);
      const limit = {
        key: own ? (options.puts?.key ?? 'queue.put.rate.per.minute') : 'token.rate.per.minute',
        namespace: own ? 'routing' : 'platform.api',
        value: own ? puts?.allowed : token.allowed,
      };
      return {
        status: refused ? 429 : 200,
        headers: {
          'content-type': 'application/json',
          ...answer.headers,
          ...(refused ? { 'retry-after': refused.headers['retry-after']! } : {}),
        },
        body: Buffer.from(JSON.stringify(refused ? { status: 429, limit } : {})),
      };
    },
    close: async () => {},
  };
  const { http } = client({ clock, transport, concurrency });
  const send = (method: HttpCall['method'], count: number) =>
    Promise.all(
      Array.from({ length: count }, () =>
        http.send({
          method,
          url: 'http://127.0.0.1/api/v2/routing/queues',
          route: `${method} /api/v2/routing/queues`,
          repeatable: true,
        }),
      ),
    );
  const refusals = () => seen.filter(({ status }) => status === 429);
  return { clock, token, puts, seen, send, refusals };
}

/** Windows that lie wholly within the work: the first was half over when it began, the last ends with the work. */
const whole = ({ used }: FixedWindow): [number, number][] => [...used].slice(1, -1);

describe('the allowance', () => {
  it.each([300, 120, 60])('of %d a window is used to 97 % and more, without one refusal', async allowed => {
    const { clock, token, send, refusals } = world({ allowed });
    await clock.runUntil(send('GET', 6 * allowed));
    expect(refusals()).toEqual([]);
    expect(whole(token).length).toBeGreaterThanOrEqual(5);
    for (const [, used] of whole(token)) expect(used).toBeGreaterThanOrEqual(0.97 * allowed);
  });

  it('that is halved in the midst of a run is kept to from the next window on', async () => {
    const { clock, token, send, refusals } = world({ allowed: 300 });
    let halvedIn = 0;
    clock.sleep(2.2 * windowMs).then(() => {
      token.allowed = 150;
      halvedIn = token.windowAt(clock.now());
    });
    await clock.runUntil(send('GET', 1_500));
    expect(refusals().filter(({ window }) => window !== halvedIn)).toEqual([]);
    expect(refusals().length).toBeLessThanOrEqual(concurrency);
    for (const [window, used] of whole(token)) {
      if (window < halvedIn) expect(used).toBeGreaterThanOrEqual(0.97 * 300);
      if (window > halvedIn) expect(used).toBeGreaterThanOrEqual(0.97 * 150);
    }
    expect(whole(token).filter(([window]) => window > halvedIn).length).toBeGreaterThanOrEqual(3);
  });

  it('of which another client takes a third is used to 97 % by both together, without one refusal', async () => {
    const taken = new Map<number, number>();
    const { clock, token, send, refusals } = world({
      allowed: 300,
      beside: window => {
        const now = window.windowAt(clock.now());
        if ((taken.get(now) ?? 0) >= 100) return;
        taken.set(now, (taken.get(now) ?? 0) + 1);
        window.hit();
      },
    });
    await clock.runUntil(send('GET', 1_200));
    expect(refusals()).toEqual([]);
    for (const [window, used] of whole(token)) {
      expect(taken.get(window)).toBe(100);
      expect(used).toBeGreaterThanOrEqual(0.97 * 300);
    }
  });
});

describe('a limit of one route', () => {
  it('is kept to after the first refusals, and used to 97 %, while other routes use the rest', async () => {
    const { clock, token, puts, seen, send, refusals } = world({ allowed: 300, puts: { allowed: 60 } });
    await clock.runUntil(Promise.all([send('PUT', 300), send('GET', 1_000)]));
    expect(new Set(refusals().map(({ route }) => route))).toEqual(new Set(['PUT /api/v2/routing/queues']));
    expect(refusals().length).toBeLessThanOrEqual(concurrency);
    // Between its own bursts the route waits for exactly its own window, which begins a little later than the server's.
    expect(whole(puts!).length).toBeGreaterThanOrEqual(3);
    for (const [, used] of whole(puts!)) expect(used).toBeGreaterThanOrEqual(0.97 * 60);
    // As long as there is something to read, the token's allowance is used as if there were no other limit.
    const lastRead = seen.findLast(({ route }) => route.startsWith('GET'))!.window;
    for (const [window, used] of whole(token)) {
      if (window < lastRead) expect(used).toBeGreaterThanOrEqual(0.97 * 300);
    }
  });

  it('that refuses a thousand requests at once refuses no more than were in flight', async () => {
    const { clock, send, refusals } = world({ allowed: 3_000, puts: { allowed: 200 } });
    await clock.runUntil(send('PUT', 1_000));
    expect(refusals().length).toBeLessThanOrEqual(concurrency);
  });

  it('that is halved is kept to as the next refusal tells it', async () => {
    const { clock, puts, send, refusals } = world({ allowed: 3_000, puts: { allowed: 100 } });
    clock.sleep(3.5 * windowMs).then(() => {
      puts!.allowed = 50;
    });
    await clock.runUntil(send('PUT', 700));
    expect(refusals().length).toBeLessThanOrEqual(2 * concurrency);
    const [, late] = whole(puts!).at(-1)!;
    expect(late).toBeGreaterThanOrEqual(0.97 * 50);
  });

  it('whose key tells no span of time is waited out, and not counted', async () => {
    const { clock, send, refusals, seen } = world({ allowed: 300, puts: { allowed: 5, key: 'queue.puts' } });
    await clock.runUntil(Promise.all([send('PUT', 12), send('GET', 50)]));
    expect(refusals().length).toBeGreaterThan(0);
    const firstRefusal = seen.findIndex(({ status }) => status === 429);
    const [before, after] = [seen.slice(0, firstRefusal), seen.slice(firstRefusal)];
    expect(before.length).toBeLessThan(20);
    // Everything that is read comes in the same window, before the route opens again.
    const { window } = seen[firstRefusal]!;
    expect(after.filter(({ route }) => route.startsWith('GET')).every(each => each.window === window)).toBe(
      true,
    );
  });
});
