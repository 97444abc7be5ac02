import type { QueueId, UserId } from '../model/keys.ts';
import type { Plan } from '../model/plan.ts';

type Named = Pick<Plan, 'names'>;

/** What a problem with a queue is about. */
export const queueSubject = ({ names }: Named, queue: QueueId): string =>
  `queue ${names.queues[queue] ?? queue}`;

/** People as an error tells them. */
export const userNames = ({ names }: Named, users: readonly UserId[]): string =>
  users.map(user => names.users[user] ?? user).join(', ');
