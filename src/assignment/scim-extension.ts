import type { AssignmentStrategy } from './strategy.ts';

/** The queue stands in the group's own `routingQueueIds`: the documented contract's way. */
export const scimExtension: AssignmentStrategy = {
  name: 'scim-extension',
  title: 'the group names the queue in routingQueueIds',
  contracts: ['scim-extension'],
  via: 'group',
  needsGroup: true,
  readsMembers: false,
  express: service => [
    {
      how: 'scim-extension',
      queue: service.queue,
      subject: { kind: 'group', group: service.group },
      mapping: service.mapping,
    },
  ],
  present: tenant =>
    tenant.groups.flatMap(group =>
      (group.routingQueueIds ?? []).map(queue => ({
        how: 'scim-extension' as const,
        queue,
        group: group.id,
      })),
    ),
};
