import type { Service } from '../model/desired.ts';
import type { GroupKey, MappingId, QueueId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { TenantQueue } from '../model/tenant.ts';
import type { Resolved } from './resolve.ts';

/**
 * The same for whoever only looks, or puts back: a mapping whose queue does not bear its name any more is taken to mean
 * the queues that it serves by our ledger. A run that follows the config stops there instead. Pure.
 */
export function stillServed(resolved: Resolved, queues: readonly TenantQueue[], ledger: Ledger): Resolved {
  const lost = new Set(resolved.problems.map(problem => problem.mapping));
  if (lost.size === 0) return resolved;
  const there = new Set(queues.map(queue => queue.id));
  const shown = new Set(resolved.desired.groups.map(group => group.key));
  const idOf = ({ mapping, group, queue, assign, ring }: Service) =>
    [mapping, group, queue, assign, ring].join(' ');
  const services = new Map(resolved.desired.services.map(service => [idOf(service), service]));
  const keep = (
    owners: Iterable<{ readonly mapping: MappingId; readonly key: GroupKey }>,
    queue: QueueId,
    how: Pick<Service, 'assign' | 'ring'>,
  ) => {
    for (const { mapping, key } of owners) {
      if (!lost.has(mapping) || !there.has(queue) || !shown.has(key)) continue;
      const service: Service = { group: key, queue, mapping, ...how };
      services.set(idOf(service), service);
    }
  };
  const book = bookOf(ledger);
  for (const { edge, mapping, key, also = [] } of book.others()) {
    if (edge.kind !== 'attachment') continue;
    const ring = edge.ring === undefined ? {} : { ring: edge.ring };
    keep([{ mapping, key }, ...also], edge.queue, { assign: edge.how, ...ring });
  }
  for (const [queue, people] of book.queueMembers())
    for (const { holding, also = [] } of people.ways())
      keep([holding, ...also], queue, { assign: 'direct-members' });
  return { ...resolved, desired: { ...resolved.desired, services: [...services.values()] } };
}
