import type { Contract } from '../src/model/contract.ts';
import type { RunName } from './measure.ts';
import type { Sizes } from './work.ts';

/** One line of the reckoning: so many calls, and why they cannot be saved. */
export interface BoundLine {
  readonly calls: number;
  readonly what: string;
}

/** Rows that the listings give a call: queues, groups, users (API reference §3.1, §4, §5), trimmed SCIM groups (§2.3). */
const page = 500;

/**
 * Calls that a run cannot do without, if it reads what it acts on and sees what it did: the fewest for any program that
 * works by groups on queues, whatever it has kept from earlier runs. Section numbers are those of the API reference.
 */
export function lowerBound(
  sizes: Sizes,
  contract: Contract = 'platform',
  run: RunName = 'first',
): BoundLine[] {
  if (run === 'first') return contract === 'platform' ? firstOnPlatform(sizes) : firstDocumented(sizes);
  return run === 'second' ? nothingToDo(sizes) : [...nothingToDo(sizes), ...oneMoved(contract)];
}

export const callsOf = (lines: readonly BoundLine[]): number =>
  lines.reduce((sum, line) => sum + line.calls, 0);

const pages = (rows: number): number => Math.ceil(rows / page);

/** Queues that a group serves. */
const served = ({ queues, groups, queuesPerGroup }: Sizes): number =>
  Math.min(queues, groups + queuesPerGroup - 1);

function firstReads({ queues, people }: Sizes): BoundLine[] {
  return [
    { calls: pages(queues), what: 'pages of queues, to know their ids' },
    { calls: pages(people), what: 'pages of users, to know theirs (searches of 50 would be more)' },
    { calls: 1, what: 'page of groups, to see that none of them is there' },
  ];
}

function firstOnPlatform(sizes: Sizes): BoundLine[] {
  const queues = served(sizes);
  return [
    ...firstReads(sizes),
    { calls: sizes.groups, what: 'POST /groups (one makes one, §4)' },
    {
      calls: sizes.groups,
      what: 'writes of anchor and members by SCIM (§4: the anchor can be written there only)',
    },
    {
      calls: queues,
      what: 'GET of a queue before its PUT (§3.3: it replaces everything; list entries do not do, §3.1)',
    },
    { calls: queues, what: 'PUT of a queue with all of its groups' },
    { calls: pages(queues), what: 'pages of queues, to see that it came true' },
  ];
}

function firstDocumented(sizes: Sizes): BoundLine[] {
  return [
    ...firstReads(sizes),
    { calls: sizes.groups, what: 'POST of a group with its members and queues (step 4 of the tutorial)' },
    { calls: pages(served(sizes)), what: 'pages of queues, to see that it came true' },
  ];
}

/**
 * Who nothing has happened to is known from the run before; that nothing has happened is not. The version of a group
 * rises with every change of it (§2.2, §4), so that a list of versions stands for all members.
 */
function nothingToDo({ queues, groups }: Sizes): BoundLine[] {
  return [
    { calls: pages(queues), what: 'pages of queues: are their names and groups still those?' },
    { calls: pages(groups), what: 'pages of groups with versions: did anybody change one?' },
  ];
}

function oneMoved(contract: Contract): BoundLine[] {
  const write =
    contract === 'platform' ? 'PATCH of a group (§2.4)' : 'PUT of a group (the tutorial: meta.version)';
  return [
    { calls: 1, what: 'GET of the group that loses somebody: a removal is judged on a reading of now' },
    { calls: 2, what: `${write}: one who comes, one who goes` },
    { calls: 1, what: 'page of the queues of both, to see that it came true' },
  ];
}
