import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Booking, type Budget, createBudget } from '../../src/http/budget.ts';
import { createLanes } from '../../src/http/lanes.ts';
import { learn, readQuota } from '../../src/http/quota.ts';
import { type SteppedClock, steppedClock } from '../support/manual-clock.ts';
import { type FixedWindow, fixedWindow } from './fixed-window.ts';

const headers = (allowed: number, count: number, reset: number) => ({
  'inin-ratelimit-allowed': String(allowed),
  'inin-ratelimit-count': String(count),
  'inin-ratelimit-reset': String(reset),
});

/** How many of so many callers the budget lets pass without any time going by. */
async function passing(budget: Budget, clock: SteppedClock, callers: number): Promise<Booking[]> {
  const passed: Booking[] = [];
  for (let i = 0; i < callers; i++) {
    budget.book().then(
      booking => passed.push(booking),
      () => {},
    );
  }
  await clock.advance(0);
  return passed;
}

describe('the budget', () => {
  it('lets two requests pass before anything is known', async () => {
    const clock = steppedClock();
    expect(await passing(createBudget({ clock }), clock, 10)).toHaveLength(2);
  });

  it('lets everybody pass where the answers tell of no limit', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock });
    const [first] = await passing(budget, clock, 1);
    first!.answered({ 'content-type': 'application/json' });
    expect(await passing(budget, clock, 1_000)).toHaveLength(1_000);
    expect(budget.perMinute).toBe(300);
  });

  it('spends what the server has left, less a reserve of two percent, and waits for the next window', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock });
    const [first] = await passing(budget, clock, 1);
    first!.answered(headers(100, 90, 30));
    const passed = await passing(budget, clock, 50);
    expect(passed).toHaveLength(8);
    passed.forEach((booking, index) => {
      booking.answered(headers(100, 91 + index, 30));
    });
    await clock.advance(30_000);
    expect(passed).toHaveLength(8);
    await clock.advance(1_100);
    expect(passed).toHaveLength(10);
  });

  it('counts a request without an answer as spent', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock, reserveShare: 0 });
    const [first] = await passing(budget, clock, 1);
    first!.answered(headers(100, 98, 30));
    const [second] = await passing(budget, clock, 1);
    second!.lost();
    expect(await passing(budget, clock, 5)).toHaveLength(1);
  });

  it('gives back what was never sent', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock, reserveShare: 0 });
    const [first] = await passing(budget, clock, 1);
    first!.answered(headers(100, 98, 30));
    const [second] = await passing(budget, clock, 1);
    second!.unsent();
    second!.lost();
    expect(await passing(budget, clock, 5)).toHaveLength(2);
  });

  it('lets nobody pass while it is held, and two at first when the hold is over', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock });
    const [first, second] = await passing(budget, clock, 2);
    first!.answered(headers(300, 10, 60));
    budget.hold(5_000);
    second!.answered(headers(300, 11, 60));
    const passed = await passing(budget, clock, 10);
    await clock.advance(4_999);
    expect(passed).toHaveLength(0);
    await clock.advance(1);
    expect(passed).toHaveLength(2);
  });

  it('feels its way with two requests after a pause, for others may have spent meanwhile', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock });
    const [first] = await passing(budget, clock, 1);
    first!.answered(headers(300, 10, 60));
    await clock.advance(6_000);
    expect(await passing(budget, clock, 10)).toHaveLength(2);
  });

  it('lets go of a caller that gave up, keeps the others in order, and leaves no timer behind', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock });
    budget.hold(1_000);
    const order: string[] = [];
    const off = new AbortController();
    const gone = budget.book(off.signal);
    budget.book().then(() => order.push('second'));
    budget.book().then(() => order.push('third'));
    off.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    await clock.advance(1_000);
    expect(order).toEqual(['second', 'third']);

    const again = new AbortController();
    budget.hold(1_000);
    const last = budget.book(again.signal);
    expect(clock.sleeping).toBe(1);
    again.abort(new Error('enough'));
    await expect(last).rejects.toThrow('enough');
    expect(clock.sleeping).toBe(0);
  });

  it('tells the present allowance for prices', async () => {
    const clock = steppedClock();
    const budget = createBudget({ clock, assumedPerMinute: 120 });
    expect(budget.perMinute).toBe(120);
    const [first] = await passing(budget, clock, 1);
    first!.answered(headers(180, 1, 61));
    expect(budget.perMinute).toBe(180);
  });
});

describe('what the answers tell of a window', () => {
  const sight = (count: number, resetMs: number, sentMs: number, allowed = 300) => ({
    allowed,
    count,
    resetMs,
    sentMs,
    heardMs: sentMs + 200,
  });

  it('is nothing where a header is missing, no number, or an allowance of nothing', () => {
    expect(readQuota(headers(300, 1, 60))).toEqual({ allowed: 300, count: 1, resetMs: 60_000 });
    expect(readQuota({ ...headers(300, 1, 60), 'inin-ratelimit-reset': 'soon' })).toBeUndefined();
    expect(readQuota({ 'inin-ratelimit-allowed': '300' })).toBeUndefined();
    expect(readQuota(headers(0, 0, 60))).toBeUndefined();
  });

  it('keeps the higher count when answers of one window come in the wrong order', () => {
    const window = learn(learn(undefined, sight(12, 50_000, 10_000)), sight(11, 50_000, 9_900));
    expect(window.used).toBe(12);
  });

  it('begins anew where the end lies behind the end that was known', () => {
    const window = learn(learn(undefined, sight(280, 1_000, 59_000)), sight(1, 60_000, 60_100));
    expect(window.used).toBe(1);
  });

  it('learns nothing from a late answer of a window that is over', () => {
    const window = learn(undefined, sight(3, 59_000, 61_000));
    expect(learn(window, sight(290, 1_000, 59_000))).toBe(window);
  });

  it('narrows the end with every answer', () => {
    const first = learn(undefined, sight(1, 50_000, 10_000));
    const second = learn(first, sight(2, 49_000, 10_900));
    expect(second.endsByMs - second.endsFromMs).toBeLessThan(first.endsByMs - first.endsFromMs);
  });
});

describe('lanes', () => {
  it('let so many work at once, in the order in which they came, and leave out whoever gave up', async () => {
    const lanes = createLanes(2);
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const work = (id: number) => () =>
      new Promise<void>(resolve => {
        begun.push(id);
        ends.push(resolve);
      });
    const off = new AbortController();
    const all = [1, 2, 3, 4].map(id => lanes.run(work(id), id === 3 ? off.signal : undefined));
    expect(begun).toEqual([1, 2]);
    off.abort(new Error('enough'));
    await expect(all[2]).rejects.toThrow('enough');
    ends[0]!();
    await all[0];
    expect(begun).toEqual([1, 2, 4]);
    ends[1]!();
    ends[2]!();
    await Promise.all([all[1], all[3]]);
    await lanes.run(async () => begun.push(5));
    expect(begun).toEqual([1, 2, 4, 5]);
  });

  it('are free again after work that failed', async () => {
    const lanes = createLanes(1);
    await expect(lanes.run(() => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await lanes.run(async () => 'done')).toBe('done');
  });
});

/** A small repeatable generator, so that a failing world can be run again from its seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface World {
  readonly seed: number;
  readonly phaseMs: number;
  readonly rounding: 'up' | 'down';
  readonly concurrency: number;
  /** Longest way there or back. */
  readonly latencyMs: number;
}

const worlds: fc.Arbitrary<World> = fc.record({
  seed: fc.nat(),
  phaseMs: fc.integer({ min: 0, max: 59_999 }),
  rounding: fc.constantFrom('up' as const, 'down' as const),
  concurrency: fc.integer({ min: 2, max: 8 }),
  latencyMs: fc.integer({ min: 1, max: 150 }),
});

const windowMs = 60_000;

/**
 * Busy callers with more work than any window allows, for `windows` whole windows, against `server`. A refusal is
 * treated as the client does it. Returns the number of the window of every refusal.
 */
async function work(
  world: World,
  clock: SteppedClock,
  server: FixedWindow,
  windows: number,
): Promise<number[]> {
  const random = chance(world.seed);
  const budget = createBudget({ clock });
  const refused: number[] = [];
  const off = new AbortController();
  const way = () => clock.sleep(Math.floor(random() * world.latencyMs), off.signal);
  const caller = async () => {
    while (!off.signal.aborted) {
      const booking = await budget.book(off.signal);
      await way();
      const answer = server.hit();
      if (answer.status === 429) refused.push(server.windowAt(clock.now()));
      await way();
      if (answer.status === 429) budget.hold(Number(answer.headers['retry-after']) * 1000);
      booking.answered(answer.headers);
    }
  };
  const callers = Array.from({ length: world.concurrency }, () => caller().catch(() => {}));
  await clock.advance((windows + 1) * windowMs);
  off.abort(new Error('time is up'));
  await Promise.all(callers);
  return refused;
}

/** Windows that lie wholly within the work: all but the first, which was half over, and the last. */
const whole = (server: FixedWindow): [number, number][] => [...server.used].slice(1, -1);

describe('the budget against a server with a fixed window', () => {
  it('never meets a 429 and uses at least 97 % of every window', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(worlds, fc.constantFrom(60, 150, 300, 600), async (world, allowed) => {
        const clock = steppedClock();
        const server = fixedWindow(clock, { ...world, allowed });
        expect(await work(world, clock, server, 4)).toEqual([]);
        expect(whole(server).length).toBeGreaterThanOrEqual(3);
        for (const [, used] of whole(server)) expect(used).toBeGreaterThanOrEqual(0.97 * allowed);
      }),
      { numRuns: 25 },
    );
  });

  it('never meets a 429 where another client spends of the same token', { timeout: 120_000 }, async () => {
    const rates = fc.integer({ min: 1, max: 240 });
    await fc.assert(
      fc.asyncProperty(worlds, rates, async (world, otherPerMinute) => {
        const clock = steppedClock();
        const server = fixedWindow(clock, { ...world, allowed: 300 });
        const random = chance(world.seed + 1);
        const off = new AbortController();
        const other = async () => {
          while (!off.signal.aborted) {
            await clock.sleep(Math.floor((random() * 2 * windowMs) / otherPerMinute), off.signal);
            server.hit();
          }
        };
        const spending = other().catch(() => {});
        expect(await work(world, clock, server, 4)).toEqual([]);
        off.abort(new Error('time is up'));
        await spending;
        for (const [, used] of whole(server)) expect(used).toBeGreaterThanOrEqual(0.97 * 300);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps to a limit that is halved in the midst of a run from the next window on', {
    timeout: 120_000,
  }, async () => {
    const instants = fc.integer({ min: windowMs, max: 3 * windowMs });
    await fc.assert(
      fc.asyncProperty(worlds, instants, async (world, atMs) => {
        const clock = steppedClock();
        const server = fixedWindow(clock, { ...world, allowed: 300 });
        const halvedIn = server.windowAt(clock.now() + atMs);
        clock.sleep(atMs).then(() => {
          server.allowed = 150;
        });
        const refused = await work(world, clock, server, 5);
        // Only what was in flight in that very instant can be refused.
        expect(refused.filter(window => window !== halvedIn)).toEqual([]);
        expect(refused.length).toBeLessThanOrEqual(world.concurrency);
        for (const [window, used] of whole(server)) {
          if (window > halvedIn) expect(used).toBeGreaterThanOrEqual(0.97 * 150);
          if (window > halvedIn) expect(used).toBeLessThanOrEqual(150);
        }
      }),
      { numRuns: 25 },
    );
  });

  it('takes up a limit that is doubled from the next window on', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async world => {
        const clock = steppedClock();
        const server = fixedWindow(clock, { ...world, allowed: 150 });
        const raisedIn = server.windowAt(clock.now() + 90_000);
        clock.sleep(90_000).then(() => {
          server.allowed = 300;
        });
        expect(await work(world, clock, server, 4)).toEqual([]);
        for (const [window, used] of whole(server)) {
          if (window > raisedIn) expect(used).toBeGreaterThanOrEqual(0.97 * 300);
        }
      }),
      { numRuns: 15 },
    );
  });
});
