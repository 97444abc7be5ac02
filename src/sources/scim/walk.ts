import { readEach, throwIfAllFailed } from '../read-each.ts';
import type { Query, ScimApi } from './client.ts';
import { type ShownGroup, shownGroup } from './members.ts';
import type { People } from './people.ts';

/** A group that was read by its id, or that could not be. */
export interface WalkedGroup extends ShownGroup {
  /** Why its members may not be all. */
  readonly doubts: readonly string[];
  readonly pages: number;
}

export interface Walked {
  readonly groups: ReadonlyMap<string, WalkedGroup>;
  /** Ids named as groups that brought none, with the reason. */
  readonly missing: ReadonlyMap<string, string>;
}

export interface WalkTools {
  readonly api: ScimApi;
  readonly people: People;
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** Is this the id of a group, as far as a list of all groups told? */
  readonly isGroup: (id: string) => boolean;
  readonly progress: (groups: number, people: number) => void;
}

/** Members are asked for by name: a large group leaves them out otherwise, and so do servers that return them on request. */
export const withMembers: Query = { attributes: ['displayName', 'externalId', 'members'] };

/** Levels of nesting that are read; more than the plan follows would be of no use. */
const maxLevels = 40;

/**
 * Reads the groups of `roots` by their ids, whatever groups they hold, and so on downwards, and at last the people.
 * A member of whom nobody says what it is counts as a user until there is no such user: then it may be a group.
 * Every id is asked for once, which makes a cycle end.
 */
export async function walk(roots: readonly ShownGroup[], tools: WalkTools): Promise<Walked> {
  const { people, isGroup } = tools;
  const groups = new Map<string, WalkedGroup>();
  const missing = new Map<string, string>();
  const isNew = (id: string) => !groups.has(id) && !missing.has(id);
  const members = () => [...groups.values()].flatMap(group => group.members);

  let wanted = new Set(roots.map(root => root.id));
  for (let level = 0; wanted.size > 0; level++) {
    if (level === maxLevels) {
      for (const id of wanted) missing.set(id, `it is nested deeper than ${maxLevels} levels`);
      break;
    }
    await readGroups([...wanted], level === 0 ? roots : [], groups, missing, tools);
    const nested = members().filter(({ kind, id }) => kind === 'group' || (kind === 'unsaid' && isGroup(id)));
    wanted = new Set(nested.map(({ id }) => id).filter(isNew));
    if (wanted.size === 0) {
      const perhaps = members().filter(
        ({ kind, id }) => kind === 'person' || (kind === 'unsaid' && isNew(id)),
      );
      await people.read(perhaps.map(({ id }) => id));
      const nobody = perhaps.filter(({ kind, id }) => kind === 'unsaid' && people.missing.get(id)?.gone);
      wanted = new Set(nobody.map(({ id }) => id).filter(isNew));
    }
    tools.progress(groups.size, people.found.size);
  }
  return { groups, missing };
}

async function readGroups(
  ids: readonly string[],
  roots: readonly ShownGroup[],
  groups: Map<string, WalkedGroup>,
  missing: Map<string, string>,
  { api, concurrency, signal }: WalkTools,
): Promise<void> {
  const attempts = await readEach(ids, { width: concurrency, signal }, id =>
    api.get('Group', id, withMembers, signal),
  );
  if (roots.length > 0) throwIfAllFailed(attempts);
  const listed = new Map(roots.map(root => [root.id, root]));
  for (const [index, attempt] of attempts.entries()) {
    const id = ids[index]!;
    const root = listed.get(id);
    const found = 'result' in attempt ? attempt.result : undefined;
    const why = 'error' in attempt ? attempt.error.message : 'the server has no such group';
    if (found) {
      groups.set(id, { ...shownGroup(found), id, doubts: [], pages: 1 });
    } else if (root) {
      // What was listed stays, with nobody in it and the reason.
      const doubts = [`its members could not be read: ${why}`];
      groups.set(id, { ...root, members: [], nameless: 0, doubts, pages: 1 });
    } else missing.set(id, why);
  }
}
