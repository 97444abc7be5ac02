import type { AssignmentStrategy } from './strategy.ts';

/**
 * People stand on the queue one by one (API reference §3.4). No Genesys group is needed; every change of a person is
 * a change of every queue, which is why attaching groups is the default.
 */
export const directMembers: AssignmentStrategy = {
  name: 'direct-members',
  title: 'people are put on the queue one by one',
  contracts: ['platform'],
  via: 'members',
  needsGroup: false,
  readsMembers: true,
  express: (service, group) =>
    group.members.map(member => ({
      how: 'direct-members' as const,
      queue: service.queue,
      subject: { kind: 'user' as const, user: member.user, person: member.person },
      mapping: service.mapping,
      through: service.group,
    })),
  present: tenant =>
    tenant.queues.flatMap(queue =>
      (queue.members ?? [])
        .filter(member => member.by === 'user')
        .map(member => ({ how: 'direct-members' as const, queue: queue.id, user: member.user })),
    ),
};
