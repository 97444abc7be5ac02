import sdk from 'purecloud-platform-client-v2';
import type { Work } from './contender.ts';
import { allOf, openSession, pageSize } from './vendor-session.ts';

/**
 * The script that many teams have: for each person and each queue, one POST. It compares nothing and removes nobody,
 * so that a run costs the same whether there is anything to do or not.
 */
export const pairScript: Work = async task => {
  const call = await openSession(task);
  const routing = new sdk.RoutingApi();
  const users = new sdk.UsersApi();
  const queueOf = new Map(
    (
      await allOf<{ id: string; name: string }>(call, pageNumber =>
        routing.getRoutingQueues({ pageSize, pageNumber }),
      )
    ).map(queue => [queue.name, queue.id]),
  );
  const userOf = new Map(
    (
      await allOf<{ id: string; email: string }>(call, pageNumber => users.getUsers({ pageSize, pageNumber }))
    ).map(user => [user.email.toLowerCase(), user.id]),
  );
  for (const team of task.teams) {
    for (const { email } of team.members) {
      for (const queue of team.queues) {
        await call(() => routing.postRoutingQueueMembers(queueOf.get(queue)!, [{ id: userOf.get(email)! }]));
      }
    }
  }
};
