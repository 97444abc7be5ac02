import type { GroupId } from '../model/keys.ts';
import type { TenantGroup } from '../model/tenant.ts';
import type { GroupWish } from '../model/tenant-scope.ts';
import { groupsById, groupsNamed, headOf, individuals, listGroups } from './groups.ts';
import { inParallel } from './parallel.ts';
import { groupWay, wholePages } from './read-plan.ts';
import type { Reading } from './reading.ts';
import { isUnchanged, stamped } from './remembered.ts';
import { readScimGroup, root } from './scim-groups.ts';
import { listWholeGroups } from './scim-list.ts';
import type { WireGroup } from './wire.ts';

export interface ReadGroups {
  readonly groups: readonly TenantGroup[];
  /** How many there are in the organisation, where a list told. */
  readonly total?: number | undefined;
}

/**
 * Platform contract: the groups that we wrote to by id, the others by name. Whose version is shown by the native
 * listing to be that of the last reading is not read again (API reference §4: the same entity, the same version).
 */
export async function readGroups(reading: Reading): Promise<ReadGroups> {
  const { scope, known } = reading;
  const idNamed = new Map([...(known?.groups.values() ?? [])].map(group => [group.name, group.id]));
  const unplaced = namesOf(scope.groups.filter(group => group.recorded.length === 0));
  const ids = new Set([...scope.groupIds, ...unplaced.flatMap(name => idNamed.get(name) ?? [])]);
  const heads = await readHeads(
    reading,
    [...ids].filter(id => known?.groups.has(id)),
    unplaced.filter(name => !idNamed.has(name)),
  );
  for (const id of idsNamed(heads, unplaced)) ids.add(id);
  const groups = new Map<GroupId, TenantGroup>();
  for (const id of ids) {
    const [row, before] = [heads.rows.get(id), known?.groups.get(id)];
    if (row && before && isUnchanged(before, headOf(row)))
      groups.set(id, before.name === row.name ? before : { ...before, name: row.name });
  }
  const remembered = groups.size;
  const toRead = [...ids].filter(id => !groups.has(id));
  for (const group of await readAll(reading, toRead, heads)) groups.set(group.id, group);

  // A group that is gone, or bears another name, may have been made anew by somebody: then its name leads to it.
  const shown = new Set([...groups.values()].map(group => group.name));
  const lost = namesOf(
    scope.groups.filter(({ name, recorded }) =>
      recorded.length > 0 ? !recorded.some(id => groups.has(id)) : idNamed.has(name) && !shown.has(name),
    ),
  );
  if (lost.length > 0) {
    const again = heads.whole ? heads : await readHeads(reading, [], lost);
    const anew = idsNamed(again, lost).filter(id => !groups.has(id));
    for (const group of await readAll(reading, anew, again)) groups.set(group.id, group);
  }
  if (groups.size > 0)
    reading.say(`groups: ${groups.size - remembered} read, ${remembered} unchanged since they were read`);
  return { groups: [...groups.values()], total: heads.total };
}

const namesOf = (groups: readonly GroupWish[]): string[] => [...new Set(groups.map(group => group.name))];

/** What the native API says of groups: all but members and anchor. */
interface Heads {
  readonly rows: ReadonlyMap<GroupId, WireGroup>;
  /** Every group of the organisation is there. */
  readonly whole: boolean;
  readonly total: number | undefined;
}

function idsNamed({ rows }: Heads, names: readonly string[]): GroupId[] {
  const wanted = new Set(names);
  return [...rows.values()].filter(row => wanted.has(row.name)).map(row => row.id);
}

async function readHeads(
  { api, known, signal }: Reading,
  check: readonly GroupId[],
  find: readonly string[],
): Promise<Heads> {
  const total = known?.totals.groups;
  const byId = (rows: readonly WireGroup[]) => new Map(rows.map(row => [row.id, row]));
  if (groupWay({ check: check.length, read: 0, find: find.length, total }).name === 'list') {
    const listed = await listGroups(api, signal);
    return { rows: byId(listed.groups), whole: true, total: listed.total };
  }
  const named = await inParallel(find, name => groupsNamed(api, name, signal));
  return { rows: byId([...(await groupsById(api, check, signal)), ...named.flat()]), whole: false, total };
}

/** Each by itself, or all groups 25 a page where that is fewer calls. A group that is gone is left out. */
async function readAll(
  reading: Reading,
  ids: readonly GroupId[],
  { rows, total }: Heads,
): Promise<TenantGroup[]> {
  const { api, scope, signal } = reading;
  const found = new Map<GroupId, TenantGroup>();
  if (wholePages(total) < ids.length) {
    const list = await listWholeGroups(api, root, all => wholePages(all) <= ids.length, signal);
    for (const group of list?.rows ?? []) found.set(group.id, group);
  }
  // What a list does not show may still be there: an absence is only believed of the group itself.
  const rest = ids.filter(id => !found.has(id));
  for (const group of await inParallel(rest, id => readScimGroup(api, id, signal)))
    if (group) found.set(group.id, group);
  const recorded = new Set(scope.groupIds);
  return inParallel(
    ids.flatMap(id => found.get(id) ?? []),
    async group => {
      const row = rows.get(group.id);
      const dynamic = !recorded.has(group.id) && (await isDynamic(reading, group, row));
      return { ...stamped(group, row && headOf(row)), dynamic };
    },
  );
}

/** A group that we did not fill and whose members are more than its individuals and owners is filled by rules (§4). */
async function isDynamic(
  { api, signal }: Reading,
  group: TenantGroup,
  row: WireGroup | undefined,
): Promise<boolean> {
  if (group.memberIds.length === 0) return false;
  const owners = (row?.owners ?? []).map(owner => owner.id);
  const explicit = new Set([...(await individuals(api, group.id, signal)), ...owners]);
  return group.memberIds.some(user => !explicit.has(user));
}
