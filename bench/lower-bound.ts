import type { Sizes } from './work.ts';

/** One line of the reckoning: so many calls, and why they cannot be saved. */
export interface BoundLine {
  readonly calls: number;
  readonly what: string;
}

/** Rows that the listings give a call (API reference §3.1, §4, §5). */
const page = 500;

/**
 * Calls that a first run under the platform contract cannot do without, if it reads what it acts on and sees what it
 * did; section numbers are those of the API reference.
 */
export function lowerBound({ groups, people, queues, queuesPerGroup }: Sizes): BoundLine[] {
  const served = Math.min(queues, groups + queuesPerGroup - 1);
  return [
    { calls: Math.ceil(queues / page), what: 'pages of queues, to know their ids' },
    {
      calls: Math.ceil(people / page),
      what: 'pages of users, to know theirs (searches of 50 would be more)',
    },
    { calls: 1, what: 'page of groups, to see that none of them is there' },
    { calls: groups, what: 'POST /groups (one makes one, §4)' },
    {
      calls: groups,
      what: 'writes of anchor and members by SCIM (§4: the anchor can be written there only)',
    },
    {
      calls: served,
      what: 'GET of a queue before its PUT (§3.3: it replaces everything; list entries do not do, §3.1)',
    },
    { calls: served, what: 'PUT of a queue with all of its groups' },
    { calls: Math.ceil(served / page), what: 'pages of queues, to see that it came true' },
  ];
}

export const callsOf = (lines: readonly BoundLine[]): number =>
  lines.reduce((sum, line) => sum + line.calls, 0);
