import {
  Auth,
  executeWithRetry,
  QueueResolver,
  ScimGroupProvisioner,
} from '../../test/support/tutorial-client.ts';
import type { Work } from './contender.ts';

/**
 * The tutorial's program, once for each group: its queues by name ("you will call this function multiple times"), then
 * the group with its members and queues. It has no list of what is there, so every run does everything.
 */
export const tutorial: Work = async ({ url, clientId, clientSecret, clock, teams }) => {
  const auth = new Auth(clientId, clientSecret, url, clock);
  const resolver = new QueueResolver(auth);
  const provisioner = new ScimGroupProvisioner(auth);
  for (const team of teams) {
    const queueIds: string[] = [];
    for (const queue of team.queues) {
      queueIds.push(...(await executeWithRetry(() => resolver.getQueueIdsByNamePattern(queue), clock)));
    }
    const memberIds = team.members.map(member => member.userId);
    await executeWithRetry(
      () => provisioner.provisionGroupWithQueues(team.externalId, team.name, queueIds, memberIds),
      clock,
    );
  }
};
