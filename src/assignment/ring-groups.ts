import type { AssignmentStrategy } from './strategy.ts';

/** The group stands in one bullseye ring of the queue, 1 to 6 (API reference §3.2). The ring must exist already. */
export const ringGroups: AssignmentStrategy = {
  name: 'ring-groups',
  title: 'the group is attached to one bullseye ring of the queue',
  contracts: ['platform'],
  via: 'queue',
  needsGroup: true,
  readsMembers: false,
  express: service => [
    {
      how: 'ring-groups',
      queue: service.queue,
      ring: service.ring ?? 1,
      subject: { kind: 'group', group: service.group },
      mapping: service.mapping,
    },
  ],
  present: tenant =>
    tenant.queues.flatMap(queue =>
      queue.rings.flatMap(ring =>
        ring.memberGroups
          .filter(group => group.type === 'GROUP')
          .map(group => ({
            how: 'ring-groups' as const,
            queue: queue.id,
            group: group.id,
            ring: ring.number,
          })),
      ),
    ),
};
