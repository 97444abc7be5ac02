import { isUuid, type QueueId } from '../model/keys.ts';
import type { Mapping } from '../model/mapping.ts';
import { fillHoles, matcher, nearest, selectorOf } from '../model/select.ts';
import type { TenantQueue } from '../model/tenant.ts';

/** A queue text that names nothing, or too much. Stops the run before anything is written. */
export interface QueueProblem {
  readonly code: 'queue.not-found' | 'queue.ambiguous';
  readonly text: string;
  readonly mapping: string;
  /** Queues of nearly this name. */
  readonly near: readonly string[];
  /** Ids of the queues that all bear this name. */
  readonly ids: readonly QueueId[];
  /** The present name of a queue that this mapping served until now: it was renamed. */
  readonly renamedTo?: string;
}

/** The queues by id and by name: there may be thousands of mappings and of queues. */
export interface QueueIndex {
  readonly all: readonly TenantQueue[];
  readonly byId: ReadonlyMap<QueueId, TenantQueue>;
  readonly byName: ReadonlyMap<string, readonly TenantQueue[]>;
}

export const indexQueues = (all: readonly TenantQueue[]): QueueIndex => ({
  all,
  byId: new Map(all.map(queue => [queue.id.toLowerCase(), queue])),
  byName: Map.groupBy(all, queue => queue.name),
});

export interface FoundQueues {
  readonly queues: readonly QueueId[];
  readonly problems: readonly QueueProblem[];
}

/**
 * The queues that one mapping means for one group. Compared on our side whatever the server's `name` parameter does
 * (exact with wildcards in one contract, substring in the other: API reference §3.1, claims 13 and 14).
 */
export function findQueues(
  mapping: Mapping,
  captures: Readonly<Record<string, string>>,
  queues: QueueIndex,
  served: ReadonlySet<QueueId>,
): FoundQueues {
  const found = new Set<QueueId>();
  const problems: QueueProblem[] = [];
  const meant = new Set(
    mapping.queues.flatMap(written => queuesOf(fillHoles(written, captures), queues).map(queue => queue.id)),
  );
  for (const written of mapping.queues) {
    const text = fillHoles(written, captures);
    const hits = queuesOf(text, queues);
    const exact = selectorOf(text).kind === 'exact';
    if (hits.length === 0) {
      // Served until now, and by none of the names that the mapping has: it was renamed.
      const lost = queues.all.filter(queue => served.has(queue.id) && !meant.has(queue.id));
      problems.push({
        code: 'queue.not-found',
        text,
        mapping: mapping.id,
        near: nearest(
          text,
          queues.all.map(queue => queue.name),
        ),
        ids: [],
        ...(exact && lost.length === 1 ? { renamedTo: lost[0]!.name } : {}),
      });
    } else if (exact && hits.length > 1) {
      problems.push({
        code: 'queue.ambiguous',
        text,
        mapping: mapping.id,
        near: [],
        ids: hits.map(queue => queue.id),
      });
    } else {
      for (const queue of hits) found.add(queue.id);
    }
  }
  return { queues: [...found].sort(), problems };
}

function queuesOf(text: string, { all, byId, byName }: QueueIndex): readonly TenantQueue[] {
  const withId = isUuid(text) ? byId.get(text.toLowerCase()) : undefined;
  if (withId) return [withId];
  const selector = selectorOf(text);
  // The rule of `matcher`: an exact text is compared as it is.
  if (selector.kind === 'exact') return byName.get(selector.text) ?? [];
  const match = matcher(selector);
  return all.filter(queue => match([queue.name]) !== undefined);
}
