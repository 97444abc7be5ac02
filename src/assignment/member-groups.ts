import type { AssignmentStrategy } from './strategy.ts';

/** The group stands in the queue's `memberGroups`; the platform keeps its people on the queue (API reference §3.2). */
export const memberGroups: AssignmentStrategy = {
  name: 'member-groups',
  title: 'the group is attached to the queue',
  contracts: ['platform'],
  via: 'queue',
  needsGroup: true,
  readsMembers: false,
  express: service => [
    {
      how: 'member-groups',
      queue: service.queue,
      subject: { kind: 'group', group: service.group },
      mapping: service.mapping,
    },
  ],
  present: tenant =>
    tenant.queues.flatMap(queue =>
      queue.memberGroups
        .filter(group => group.type === 'GROUP')
        .map(group => ({ how: 'member-groups' as const, queue: queue.id, group: group.id })),
    ),
};
