import type { QueueId } from '../model/keys.ts';
import { isUuid } from '../model/keys.ts';
import { selectorOf } from '../model/select.ts';
import type { TenantQueue } from '../model/tenant.ts';
import { inParallel } from './parallel.ts';
import { listQueues, queuesById, queuesLike } from './queues.ts';
import { pages, queueWay } from './read-plan.ts';
import type { Reading } from './reading.ts';

export interface ReadQueues {
  readonly queues: readonly TenantQueue[];
  /** How many the role can see, where the list told. */
  readonly total?: number;
}

/** The queues of the mappings and of the ledger, in as few calls as it takes. */
export async function readQueues(reading: Reading): Promise<ReadQueues> {
  const { api, scope, known, signal, say } = reading;
  const texts = [...new Set(scope.queueTexts)];
  const names = texts.filter(text => !isUuid(text));
  const ids = [...new Set([...texts.filter(isUuid), ...scope.queueIds])];
  const total = known?.totals.queues;
  const patterns = names.some(text => selectorOf(text).kind !== 'exact');
  if (queueWay({ names: names.length, patterns, ids: ids.length, total }).name === 'each') {
    const found = await readEach(reading, ids, names, pages(total));
    if (found) return { queues: found };
    // A name that finds nothing deserves suggestions: those need all names.
  }
  const queues = await listQueues(api, signal);
  say(`queues: all ${queues.length}, in pages of 500`);
  return { queues, total: queues.length };
}

/** Undefined where the whole list is asked for after all. */
async function readEach(
  { api, signal, say }: Reading,
  ids: readonly QueueId[],
  names: readonly string[],
  listCalls: number,
): Promise<TenantQueue[] | undefined> {
  const found = new Map<QueueId, TenantQueue>();
  const keep = (queues: readonly TenantQueue[]) => {
    for (const queue of queues) found.set(queue.id, queue);
  };
  const missing = () => {
    const shown = new Set([...found.values()].map(queue => queue.name));
    return names.filter(name => !shown.has(name));
  };
  keep(await queuesById(api, ids, signal));
  const rest = missing();
  if (rest.length > listCalls) return undefined;
  keep((await inParallel(rest, name => queuesLike(api, name, signal))).flat());
  if (missing().length > 0) return undefined;
  say(`queues: ${ids.length} by id, ${rest.length} by name`);
  return [...found.values()];
}
