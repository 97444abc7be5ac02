import type { TargetDrift } from '../../model/drift.ts';
import { placesIn } from '../seen.ts';
import { groupDrift } from './groups.ts';
import { queueDrift } from './queues.ts';
import { userDrift } from './users.ts';
import { type TargetDriftInput, worldOf } from './world.ts';

/** What other hands did in the target to what is ours, beside it, and to the queues that we serve. Pure. */
export function targetDrift(input: TargetDriftInput): TargetDrift[] {
  const world = worldOf(input);
  const { groups, queues } = placesIn(input.ledger);
  return [
    ...[...queues].flatMap(([queue, ours]) => queueDrift(queue, ours, input, world)),
    ...[...groups].flatMap(group => groupDrift(group, input, world)),
    ...userDrift(input, world),
  ].sort(byPlace);
}

/** Queues first, because calls wait there; of each, what is gone before what came. */
const kinds = ['queue', 'group', 'user'] as const;
const ends = ['renamed', 'anchored', 'deleted', 'dynamic', 'inactive', 'gone', 'went', 'came'];
const textOf = ({ place, subject, kind }: TargetDrift): string => {
  const end = ends.indexOf(kind.slice(kind.indexOf('.') + 1));
  return [kinds.indexOf(place.kind), place.name, place.id, end, kind, subject?.name, subject?.id].join(
    '\u0000',
  );
};
const byPlace = (a: TargetDrift, b: TargetDrift): number => (textOf(a) < textOf(b) ? -1 : 1);
