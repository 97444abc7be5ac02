import type { GroupId } from '../model/keys.ts';
import type { TenantGroup } from '../model/tenant.ts';
import { inParallel } from './parallel.ts';
import type { ReadGroups } from './read-groups.ts';
import { extensionWay, wholePages } from './read-plan.ts';
import type { Reading } from './reading.ts';
import { isUnchanged } from './remembered.ts';
import { extensionRoot, findByAnchor, readExtensionGroup } from './scim-groups.ts';
import { listGroupHeads, listWholeGroups } from './scim-list.ts';

/**
 * Documented contract: the groups that we wrote to by id, the others by anchor, whichever way is the fewest calls
 * (`extensionWay`). A tenant that does not list its groups is asked for each.
 */
export async function readExtensionGroups(reading: Reading): Promise<ReadGroups> {
  const { api, scope, known, signal, say } = reading;
  const idAnchored = new Map(
    [...(known?.groups.values() ?? [])].flatMap(({ id, externalId }) =>
      externalId === undefined ? [] : [[externalId, id] as const],
    ),
  );
  const unplaced = unique(
    scope.groups.filter(group => group.recorded.length === 0).map(group => group.externalId),
  );
  const ids = unique([...scope.groupIds, ...unplaced.flatMap(anchor => idAnchored.get(anchor) ?? [])]);
  const check = ids.filter(id => known?.groups.has(id));
  const find = unplaced.filter(anchor => !idAnchored.has(anchor)).length;
  const read = ids.length - check.length;
  let total = known?.totals.groups;
  const way = extensionWay({ check: check.length, read, find, total }).name;

  const groups = new Map<GroupId, TenantGroup>();
  if (way === 'versions') {
    const list = await listGroupHeads(api, extensionRoot, signal);
    const heads = new Map(list?.rows.map(row => [row.id, row]));
    total = list?.total ?? total;
    for (const id of check) {
      const [head, before] = [heads.get(id), known!.groups.get(id)!];
      if (head && isUnchanged(before, head)) groups.set(id, before);
    }
  }
  const open = ids.length - groups.size + find;
  let isWhole = false;
  if (way === 'whole' || (way === 'versions' && wholePages(total) < open)) {
    const list = await listWholeGroups(api, extensionRoot, all => wholePages(all) <= open, signal);
    const anchors = new Set(scope.groups.map(group => group.externalId));
    for (const group of list?.rows ?? [])
      if (ids.includes(group.id) || anchors.has(group.externalId ?? '')) groups.set(group.id, group);
    total = list?.total ?? total;
    isWhole = list?.whole === true;
  }
  // What a list does not show may still be there: an absence is only believed of the group itself …
  const missing = ids.filter(id => !groups.has(id));
  for (const group of await inParallel(missing, id => readExtensionGroup(api, id, signal)))
    if (group) groups.set(group.id, group);
  // … and then its anchor may lead to one that was made anew.
  if (!isWhole) {
    const there = new Set([...groups.values()].map(group => group.externalId));
    const lost = scope.groups.filter(
      ({ externalId, recorded }) => !there.has(externalId) && !recorded.some(id => groups.has(id)),
    );
    const anchors = unique(lost.map(group => group.externalId));
    for (const group of await inParallel(anchors, anchor => findByAnchor(api, anchor, signal)))
      if (group) groups.set(group.id, group);
  }
  const found = [...groups.values()];
  const remembered = found.filter(group => group.remembered).length;
  if (found.length > 0)
    say(`groups: ${found.length - remembered} read, ${remembered} unchanged since they were read`);
  return { groups: found, total };
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];
