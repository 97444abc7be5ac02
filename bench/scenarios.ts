import type { Knobs, RouteLimit } from '../src/emulator/knobs.ts';
import { type Sizes, smallJob, wholeJob } from './work.ts';

/** The conditions under which everybody works: the same emulator, the same limits, the same clock. */
export interface Scenario {
  readonly name: ScenarioName;
  readonly title: string;
  readonly knobs: Partial<Knobs>;
  readonly sizes: Sizes;
  /** Contenders that would need hours get so small a part of the job; 1 is all of it. */
  readonly part: number;
  /** How many of the three runs. */
  readonly runs: 1 | 3;
  /** What happens to the allowance while the contender works; see `emulator-process.ts`. */
  readonly happens?: 'halved' | 'shared';
}

export const scenarioNames = ['limited', 'distant', 'halved', 'shared', 'routed'] as const;
export type ScenarioName = (typeof scenarioNames)[number] | 'unhindered';

/** Milliseconds that every answer of the distant scenario takes. */
export const distanceMs = 20;

const unlimited = { rateLimit: 1_000_000 } as const;
const perMinute = (rateLimit: number) => ({ rateLimit, rateWindowSeconds: 60 });

/** For counting calls alone. */
export const unhindered: Scenario = {
  name: 'unhindered',
  title: 'No limit, no distance',
  knobs: unlimited,
  sizes: smallJob,
  part: 1,
  runs: 3,
};

/** In the order of the report. `job` is that of the first two; the others need some windows and few people. */
export const scenariosFor = (job: Sizes = wholeJob): readonly Scenario[] => {
  const isSmall = job.groups < 100;
  const limit = isSmall ? 30 : 300;
  const whole = { sizes: job, runs: 3, part: job.groups >= 200 ? 50 : 1 } as const;
  const windows = {
    knobs: perMinute(limit),
    sizes: isSmall
      ? { groups: 30, people: 300, queues: 30, queuesPerGroup: 2 }
      : { groups: 300, people: 3_000, queues: 300, queuesPerGroup: 2 },
    part: 1,
    runs: 1,
  } as const;
  return [
    {
      name: 'limited',
      title: '300 requests a minute, no distance',
      knobs: perMinute(300),
      ...whole,
    },
    {
      name: 'distant',
      title: `No limit, and every answer takes ${distanceMs} ms`,
      knobs: { ...unlimited, latencyMs: distanceMs },
      ...whole,
    },
    {
      name: 'halved',
      title: `${limit} requests a minute, and ${limit / 2} from the middle of the second window on`,
      happens: 'halved',
      ...windows,
    },
    {
      name: 'shared',
      title: `${limit} requests a minute, of which another client takes a third, one between two of ours`,
      happens: 'shared',
      ...windows,
    },
    {
      name: 'routed',
      title: `${limit} requests a minute, and ${limit / 5} of each route that writes an assignment`,
      ...windows,
      knobs: { ...windows.knobs, routeLimits: assignmentRoutes.map(route => routeLimit(route, limit / 5)) },
    },
  ];
};

const assignmentRoutes = [
  'PUT /api/v2/routing/queues/{queueId}',
  'POST /api/v2/routing/queues/{queueId}/members',
  'POST /api/v2/scim/groups',
];

const routeLimit = (route: string, requests: number): RouteLimit => ({
  route,
  requests,
  windowSeconds: 60,
  key: 'assignment.requests.rate.per.minute',
  namespace: 'routing',
});

/** The part of the job that a contender gets whose calls grow with the pairs and nothing else. */
export function partOf({ sizes, part }: Scenario): Sizes {
  const { groups, people, queues } = sizes;
  const [g, p, q] = [groups, people, queues].map(size => Math.max(1, Math.round(size / part)));
  return { ...sizes, groups: g!, people: p!, queues: q! };
}

/** With the small job, for tests. */
export const limited = scenariosFor(smallJob)[0]!;
