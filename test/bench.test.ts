import { beforeAll, describe, expect, it } from 'vitest';
import { contenders } from '../bench/contenders/list.ts';
import { callsOf, lowerBound } from '../bench/lower-bound.ts';
import { type Measured, measure } from '../bench/measure.ts';
import { limited, type Scenario, unhindered } from '../bench/scenarios.ts';
import { smallJob } from '../bench/work.ts';

/**
 * The side-by-side of bench/ with five groups. The calls that muster makes are counted route by route, so that one
 * call more is a failed test; where it makes fewer now, write the new number down here.
 */
const runsOf = (name: string, scenario: Scenario = unhindered): Promise<Measured[]> =>
  measure(contenders.find(each => each.name === name)!, scenario, smallJob);

/** A dozen processes start here, on machines that have other things to do. */
const processes = 180_000;

describe('muster under the platform contract', () => {
  let runs: Measured[];
  beforeAll(async () => {
    runs = await runsOf('muster-platform');
  }, processes);

  const reads = {
    'GET /api/v2/scim/v2/schemas': 1,
    'GET /api/v2/routing/queues': 1,
    'GET /api/v2/groups': 1,
    'POST /oauth/token': 1,
  };

  it('makes two calls a new group and two a queue, beside its reads and one page to see the end', () => {
    expect(runs[0]!.byRoute).toEqual({
      ...reads,
      'GET /api/v2/users': 1,
      'GET /api/v2/routing/queues': 2,
      'POST /api/v2/groups': 5,
      'PUT /api/v2/scim/v2/groups/{groupId}': 5,
      'GET /api/v2/routing/queues/{queueId}': 5,
      'PUT /api/v2/routing/queues/{queueId}': 5,
    });
  });

  it('is one call above the fewest that a first run can make: it asks which contract is spoken', () => {
    expect(runs[0]!.calls).toBe(callsOf(lowerBound(smallJob)) + 1);
  });

  it('reads a page of queues and one of versions where there is nothing to do, and no group and nobody', () => {
    expect(runs[1]!.byRoute).toEqual(reads);
    expect(runs[1]!.calls).toBe(3);
  });

  it('writes twice for one person who has moved, and reads those alone who lose by it', () => {
    expect(runs[2]!.byRoute).toEqual({
      ...reads,
      'GET /api/v2/routing/queues': 2,
      // The group that loses, and the two that serve its queues with it.
      'GET /api/v2/scim/v2/groups/{groupId}': 3,
      'POST /api/v2/users/search': 1,
      'PATCH /api/v2/scim/v2/groups/{groupId}': 2,
    });
    expect(runs[2]!.calls).toBe(10);
  });

  it('leaves everybody on the right queues after each run', () => {
    expect(runs).toHaveLength(3);
    expectRight(runs);
  });
});

describe('muster under the documented contract', () => {
  let runs: Measured[];
  beforeAll(async () => {
    runs = await runsOf('muster-documented');
  }, processes);

  const reads = {
    'GET /api/v2/scim/v2/schemas': 1,
    'GET /api/v2/routing/queues': 1,
    'GET /api/v2/scim/groups': 1,
    'POST /oauth/token': 1,
  };

  it('lists the groups and makes each in one call, beside its reads and one page to see the end', () => {
    expect(runs[0]!.byRoute).toEqual({
      ...reads,
      'GET /api/v2/users': 1,
      'GET /api/v2/routing/queues': 2,
      'POST /api/v2/scim/groups': 5,
    });
    expect(runs[0]!.calls).toBe(10);
  });

  it('reads a page of queues and one of versions where there is nothing to do, and no group and nobody', () => {
    expect(runs[1]!.byRoute).toEqual(reads);
    expect(runs[1]!.calls).toBe(3);
  });

  it('writes twice for one person who has moved, and reads those alone who lose by it', () => {
    expect(runs[2]!.byRoute).toEqual({
      ...reads,
      'GET /api/v2/routing/queues': 2,
      'PUT /api/v2/scim/groups/{groupId}': 2,
      'POST /api/v2/users/search': 1,
      // The group that loses, and the two that serve its queues with it.
      'GET /api/v2/scim/groups/{groupId}': 3,
    });
    expect(runs[2]!.calls).toBe(10);
  });

  it('leaves everybody on the right queues after each run', () => {
    expect(runs).toHaveLength(3);
    expectRight(runs);
  });
});

describe('the others', () => {
  it(
    "the vendor's client is led through the whole job",
    async () => {
      const runs = await runsOf('vendor-sync');
      expect(callsOfRuns(runs)).toEqual([35, 10, 12]);
      expectRight(runs);
    },
    processes,
  );

  it(
    'the script with one call a pair ends with the one who moved on two queues too many',
    async () => {
      const runs = await runsOf('pair-script');
      expect(callsOfRuns(runs)).toEqual([504, 504, 504]);
      expectRight(runs.slice(0, 2));
      expect(runs[2]).toMatchObject({ missing: 0, surplus: 2 });
    },
    processes,
  );

  it(
    'a minute of waiting for the limit counts in full and is skipped',
    async () => {
      const scenario = { ...limited, knobs: { ...limited.knobs, rateLimit: 20 } };
      const runs = await runsOf('tutorial', scenario);
      expectRight(runs);
      // 15 calls, then 25 twice; what meets the end of the allowance is sent again, a chain from its beginning.
      expect(runs.map(run => run.throttled)).toEqual([0, 1, 1]);
      expect(runs[0]!.seconds).toBeLessThan(60);
      for (const run of runs.slice(1)) {
        expect(run.seconds).toBeGreaterThanOrEqual(60);
        expect(run.wallSeconds).toBeLessThan(60);
      }
    },
    processes,
  );
});

const callsOfRuns = (runs: readonly Measured[]): number[] => runs.map(run => run.calls);

function expectRight(runs: readonly Measured[]): void {
  for (const { run, failed, missing, surplus } of runs)
    expect({ run, failed, missing, surplus }).toEqual({ run, failed: undefined, missing: 0, surplus: 0 });
}
