import { isMusterError } from '../errors.ts';
import type { UserId } from '../model/keys.ts';
import type { UserQueues } from '../model/user-queues.ts';
import type { GenesysApi } from './api.ts';
import { listAll, memberPageSize } from './listing.ts';
import { queue as queueSchema } from './wire.ts';

/** Refused for want of a right, or not there in this tenant: then there is nothing to go by. */
const silent = new Set(['genesys.permission-missing', 'genesys.not-found', 'genesys.bad-request']);

/**
 * Every queue that somebody is on, activated or not. `joined` defaults to true, so both are asked for
 * (`GET /users/{userId}/queues`, API reference §3.4). A tenant that does not answer it is no error.
 */
export async function userQueues(api: GenesysApi, user: UserId, signal: AbortSignal): Promise<UserQueues> {
  const ask = async (joined: boolean) => {
    const call = {
      route: 'GET /api/v2/users/{id}/queues',
      params: { id: user },
      query: { joined },
      subject: `queues of user ${user}`,
    };
    const rows = await listAll(api, call, queueSchema, signal, memberPageSize);
    return rows.map(({ id, name }) => ({ id, name: name ?? id, joined }));
  };
  try {
    const [joined, unjoined] = await Promise.all([ask(true), ask(false)]);
    return { queues: [...joined, ...unjoined], whole: true };
  } catch (error) {
    if (!isMusterError(error) || !silent.has(error.code)) throw error;
    return { queues: [], whole: false };
  }
}
