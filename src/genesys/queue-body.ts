import type { GroupId } from '../model/keys.ts';
import type { WireQueue } from './wire.ts';

/** Groups to come onto and go off a queue; `ring` 1–6 for a bullseye ring, without it the whole queue. */
export interface GroupMove {
  readonly group: GroupId;
  readonly ring?: number;
}

/** Read-only fields of `Queue` (§3.2) and links; everything else, known to us or not, goes back as it came. */
const readOnly = new Set(['id', 'memberCount', 'userMemberCount', 'joinedMemberCount', 'selfUri']);

/**
 * The body of a queue PUT: what was read, with some groups more and some fewer. A PUT replaces the whole queue
 * without a version check, so a field left out is a field deleted (§3.3). Undefined when nothing would change.
 */
export function amendQueue(
  queue: WireQueue,
  attach: readonly GroupMove[],
  detach: readonly GroupMove[],
): object | undefined {
  const before = ringsAndGroups(queue);
  const after = {
    groups: moved(before.groups, attach, detach, undefined),
    rings: before.rings.map((ring, index) => moved(ring, attach, detach, index + 1)),
  };
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  const body: Record<string, unknown> = Object.fromEntries(
    Object.entries(queue).filter(([name]) => !readOnly.has(name)),
  );
  body.memberGroups = after.groups;
  if (queue.bullseye?.rings) {
    body.bullseye = {
      ...queue.bullseye,
      rings: queue.bullseye.rings.map((ring, index) => ({ ...ring, memberGroups: after.rings[index] })),
    };
  }
  const routing = queue.conditionalGroupRouting;
  if (routing?.rules) {
    // The API hands out `queue` in the first rule and refuses it there (§3.3, an echo-back trap).
    body.conditionalGroupRouting = {
      ...routing,
      rules: routing.rules.map((rule, index) => (index === 0 ? without(rule, 'queue') : rule)),
    };
  }
  return body;
}

/** Rings that a queue does not have: a group cannot be attached there. */
export const missingRings = (queue: WireQueue, moves: readonly GroupMove[]): number[] =>
  moves.flatMap(({ ring }) =>
    ring !== undefined && ring > (queue.bullseye?.rings?.length ?? 0) ? [ring] : [],
  );

type Reference = { readonly id: string; readonly type: string };

function ringsAndGroups(queue: WireQueue): { groups: Reference[]; rings: Reference[][] } {
  const references = (list: WireQueue['memberGroups']) => (list ?? []).map(({ id, type }) => ({ id, type }));
  return {
    groups: references(queue.memberGroups),
    rings: (queue.bullseye?.rings ?? []).map(ring => references(ring.memberGroups)),
  };
}

function moved(
  groups: readonly Reference[],
  attach: readonly GroupMove[],
  detach: readonly GroupMove[],
  ring: number | undefined,
): Reference[] {
  const leaving = new Set(detach.filter(move => move.ring === ring).map(move => move.group));
  const kept = groups.filter(group => !(group.type === 'GROUP' && leaving.has(group.id)));
  const there = new Set(kept.map(group => group.id));
  const coming = attach.filter(move => move.ring === ring && !there.has(move.group));
  return [...kept, ...coming.map(move => ({ id: move.group, type: 'GROUP' }))];
}

const without = (rule: object, field: string) =>
  Object.fromEntries(Object.entries(rule).filter(([name]) => name !== field));
