import { generateSeed } from '../src/emulator/generate.ts';
import { uuidOf } from '../src/emulator/random.ts';
import type { SeedInput } from '../src/emulator/seed.ts';

/** The job that every contender is given. */
export interface Sizes {
  readonly groups: number;
  readonly people: number;
  readonly queues: number;
  /** Queues that each group serves; as many groups serve each queue, where there are as many queues as groups. */
  readonly queuesPerGroup: number;
}

/** The job of the goals. */
export const wholeJob: Sizes = { groups: 1_000, people: 100_000, queues: 1_000, queuesPerGroup: 2 };

/** Small enough for a test, and large enough to go the same ways as the whole. */
export const smallJob: Sizes = { groups: 5, people: 250, queues: 5, queuesPerGroup: 2 };

/** A group of the identity provider and the queues that it shall serve. */
export interface Team {
  readonly externalId: string;
  readonly name: string;
  /** By name. */
  readonly queues: readonly string[];
  readonly members: readonly TeamMember[];
}

export interface TeamMember {
  readonly email: string;
  /** The Genesys Cloud user id. No directory knows it; it is here for the tutorial, which expects to be given it. */
  readonly userId: string;
}

/** What ids are made from; the emulator is started with the same. */
export const salt = 'bench';

/** The OAuth client of all runs. */
export const client = { id: 'bench', secret: 'bench-secret' };

/** A tenant with the people and the queues, and none of the groups. */
export function seedOf(sizes: Sizes): SeedInput {
  const seed = generateSeed({ queues: sizes.queues, groups: 0, users: sizes.people }, salt);
  return { ...seed, clients: [{ ...client, permissions: ['*'] }] };
}

/**
 * The people dealt out over the groups, each in one; group n serves the queues from n on. With `moved`, the first
 * person has gone from the first group to the one in the middle: the third run has this to do.
 */
export function teamsOf(sizes: Sizes, moved: boolean): Team[] {
  const { users = [], queues = [] } = generateSeed(
    { queues: sizes.queues, groups: 0, users: sizes.people },
    salt,
  );
  const members: TeamMember[][] = Array.from({ length: sizes.groups }, () => []);
  users.forEach(({ email }, index) => {
    const own = Math.floor((index * sizes.groups) / sizes.people);
    const team = moved && index === 0 ? Math.floor(sizes.groups / 2) : own;
    members[team]!.push({ email, userId: uuidOf(salt, 'user', email) });
  });
  return members.map((list, index) => {
    const number = String(index + 1).padStart(4, '0');
    const served = Array.from(
      { length: sizes.queuesPerGroup },
      (_, n) => queues[(index + n) % queues.length]!,
    );
    return {
      externalId: `idp-${number}`,
      name: `team-${number}`,
      queues: [...new Set(served.map(queue => queue.name))],
      members: list,
    };
  });
}

/** Who shall be on each queue, by its name: the mails of all groups that serve it. */
export function rosterOf(sizes: Sizes, teams: readonly Team[]): Map<string, Set<string>> {
  const roster = new Map((seedOf(sizes).queues ?? []).map(queue => [queue.name, new Set<string>()]));
  for (const team of teams)
    for (const queue of team.queues) for (const { email } of team.members) roster.get(queue)!.add(email);
  return roster;
}
