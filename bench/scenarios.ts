import type { Knobs } from '../src/emulator/knobs.ts';

/** The conditions under which everybody works: the same emulator, the same limits, the same clock. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly knobs: Partial<Knobs>;
  /** Contenders whose numbers grow with the job are given so small a part of it; 1 is all of it. */
  readonly part: number;
}

const unlimited = { rateLimit: 1_000_000 } as const;

export const limited: Scenario = {
  name: 'limited',
  title: '300 requests a minute, no distance',
  knobs: { rateLimit: 300, rateWindowSeconds: 60 },
  part: 1,
};

export const distant: Scenario = {
  name: 'distant',
  title: 'No limit, 20 ms before every answer',
  knobs: { ...unlimited, latencyMs: 20 },
  part: 50,
};

/** For counting calls alone. */
export const unhindered: Scenario = {
  name: 'unhindered',
  title: 'No limit, no distance',
  knobs: unlimited,
  part: 1,
};
