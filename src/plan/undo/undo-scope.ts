import type { GroupId, QueueId } from '../../model/keys.ts';
import { isUnmade, type Ledger } from '../../model/ledger.ts';
import type { TenantScope } from '../../model/tenant-scope.ts';
import type { RunEffects } from './run-effects.ts';

export interface UndoScope {
  readonly scope: TenantScope;
  /** Queues whose people must be read one by one, because the run placed or took away single people there. */
  readonly memberQueues: readonly QueueId[];
}

/**
 * What must be read of the target to undo a run, and nothing beyond; no source is needed. Beside what the run touched:
 * the queues that its groups serve, because people come and go there, and our other groups on those, because who is
 * in one of them loses nothing. Pure.
 */
export function undoScope(effects: RunEffects, ledger: Ledger): UndoScope {
  const { added, dropped, fields, adopted, released } = effects;
  const groups = new Set<GroupId>(fields.map(field => field.group));
  const queues = new Set<QueueId>();
  const memberQueues = new Set<QueueId>();
  const edges = [...added, ...dropped, ...adopted, ...released].map(({ edge }) => edge);
  for (const edge of edges) {
    if (edge.kind !== 'queue-member') groups.add(edge.group);
    if (edge.kind === 'attachment' || edge.kind === 'queue-member') queues.add(edge.queue);
    if (edge.kind === 'queue-member') memberQueues.add(edge.queue);
  }
  const ours = [...ledger.values()].flatMap(({ edge }) => (edge.kind === 'attachment' ? [edge] : []));
  for (const { group, queue } of ours) if (groups.has(group)) queues.add(queue);
  for (const { group, queue } of ours) if (queues.has(queue)) groups.add(group);
  return {
    scope: {
      queueTexts: [],
      queueIds: [...queues],
      groups: [],
      groupIds: [...groups].filter(group => !isUnmade(group)),
      memberQueues: 'none',
      // Who was taken away and may come back: whether they are still there has to be known.
      people: dropped.flatMap(({ edge, person }) =>
        'user' in edge ? [{ person: person ?? edge.user, emails: [], userId: edge.user }] : [],
      ),
      match: ['id'],
    },
    memberQueues: [...memberQueues],
  };
}
