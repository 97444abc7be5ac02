import { isUuid } from '../model/keys.ts';
import { type Answer, notFound, ok, refuse } from './answer.ts';
import { badParam, type Call, invalidId, objectBody } from './call.ts';
import { type QueueRow, ringsOf } from './db.ts';
import { descending, pageOf } from './pages.ts';
import { demandDivision, divisionsOf, type Need } from './permissions.ts';
import { checkName, checkSettings, settingsFrom } from './queue-settings.ts';
import { queueDigest, queueView } from './queue-view.ts';

/** The queue that `queueId` names, if the client may reach its division. */
export function queueOf(call: Call, need: Need): QueueRow {
  const id = call.params.queueId!;
  if (!isUuid(id)) throw invalidId(id);
  const queue = call.db.queues.get(id);
  const hidden = queue && call.now < queue.created + call.knobs.newQueueReadDelayMs;
  if (!queue || hidden) throw notFound('queue', id);
  // Under the documented contract the scope is judged in the place of roles and divisions.
  if (need.kind !== 'none') demandDivision(call.client, need, queue.divisionId);
  return queue;
}

/** `GET /routing/queues` (§3.1): sorted by name, only the divisions where the client may look. */
export function listQueues(call: Call, need: Need): Answer {
  const { query } = call;
  const peers = query.list('peerId');
  const hasPeer = query.flag('hasPeer');
  const found = visibleQueues(call, need).filter(
    queue =>
      (peers.length === 0 || peers.includes(String(queue.settings.peerId))) &&
      (hasPeer === undefined || hasPeer === (queue.settings.peerId !== undefined)),
  );
  if (descending(call)) found.reverse();
  const { rows, envelope } = pageOf(call, found, { max: call.knobs.queuePageSizeMax });
  return ok({ entities: rows.map(queue => queueView(call.db, call.knobs, queue)), ...envelope });
}

/** `GET /routing/queues/divisionviews`: at most 100 a page and 5 pages (§3.1). */
export function listDivisionViews(call: Call, need: Need): Answer {
  if (call.query.integer('pageNumber', 1) > 5) throw badParam('pageNumber', call.query.text('pageNumber')!);
  const found = visibleQueues(call, need);
  const sortBy = call.query.text('sortBy') ?? 'name';
  if (sortBy === 'id') found.sort((a, b) => (a.id < b.id ? -1 : 1));
  if (sortBy === 'divisionId') found.sort((a, b) => (a.divisionId < b.divisionId ? -1 : 1));
  if (descending(call)) found.reverse();
  const { rows, envelope } = pageOf(call, found, { max: 100 });
  return ok({ entities: rows.map(queue => queueDigest(call.db, queue)), ...envelope });
}

/** `GET /routing/queues/divisionviews/all`: every queue of the organization, in short. */
export function listAllQueues(call: Call): Answer {
  const found = listed(call);
  if (descending(call)) found.reverse();
  const { rows, envelope } = pageOf(call, found, { max: 500 });
  return ok({ entities: rows.map(queue => queueDigest(call.db, queue)), ...envelope });
}

export const getQueue = (call: Call, need: Need): Answer =>
  ok(queueView(call.db, call.knobs, queueOf(call, need)));

/** `POST /routing/queues` answers 200, not 201 (§3.3). */
export function createQueue(call: Call): Answer {
  const body = objectBody(call);
  if (call.db.queues.size >= call.knobs.maxQueues) {
    throw refuse(400, 'queue.limit.exceeded', 'The organization has {max} queues, which is the limit.', {
      max: String(call.knobs.maxQueues),
    });
  }
  const name = checkName(call.db, body.name);
  const source =
    body.sourceQueueId === undefined ? undefined : call.db.queues.get(String(body.sourceQueueId));
  if (body.sourceQueueId !== undefined && !source) {
    throw refuse(400, 'source.queue.not.found', 'The source queue {id} was not found.', {
      id: String(body.sourceQueueId),
    });
  }
  const settings = settingsFrom(source ? { ...source.settings, ...body } : body);
  checkSettings(call.db, settings);
  const home = call.db.divisions.values()[Symbol.iterator]().next().value;
  const wanted = (body.division as { id?: string } | undefined)?.id;
  const divisionId = wanted ?? home?.id ?? '';
  if (!call.db.divisions.get(divisionId)) {
    throw refuse(400, 'resource.not.found', 'The division {id} was not found.', { id: divisionId });
  }
  const stamp = new Date(call.now).toISOString();
  const queue = call.db.addQueue({
    id: call.newId('queue'),
    name,
    divisionId,
    settings,
    direct: new Map(),
    joinedOverrides: new Map(),
    attached: [],
    servedBy: new Set(),
    dateCreated: stamp,
    modified: stamp,
    modifiedBy: call.client.id,
    created: call.now,
  });
  return ok(queueView(call.db, call.knobs, queue));
}

/** `PUT /routing/queues/{queueId}`: a full replace without any version check (§3.3). The division stays. */
export function replaceQueue(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const body = objectBody(call);
  const name = checkName(call.db, body.name, queue);
  const settings = settingsFrom(body);
  checkSettings(call.db, settings, queue);
  queue.name = name;
  queue.modified = new Date(call.now).toISOString();
  queue.modifiedBy = call.client.id;
  call.db.changeQueue(queue, settings);
  return ok(queueView(call.db, call.knobs, queue));
}

export function deleteQueue(call: Call, need: Need): Answer {
  const queue = queueOf(call, need);
  const busy = queue.direct.size > 0 || queue.attached.length > 0 || ringsOf(queue.settings).length > 0;
  if (busy && call.query.flag('forceDelete') !== true) {
    throw refuse(400, 'active.queue', 'The queue {name} is in use; delete it with forceDelete.', {
      name: queue.name,
    });
  }
  call.db.queues.delete(queue.id);
  return ok();
}

/** The filters that the listings share: `name`, `id`, `divisionId`, and the divisions of the client's roles. */
function visibleQueues(call: Call, need: Need): QueueRow[] {
  const { query } = call;
  const ids = query.list('id').map(id => id.toLowerCase());
  for (const id of ids) if (!isUuid(id)) throw invalidId(id);
  const divisions = query.list('divisionId').filter(id => id !== '*');
  const reach = need.kind === 'none' ? 'all' : divisionsOf(call.client, need.names);
  const fits = nameTest(call, query.text('name'));
  return listed(call).filter(
    queue =>
      (reach === 'all' || reach.has(queue.divisionId)) &&
      (ids.length === 0 || ids.includes(queue.id)) &&
      (divisions.length === 0 || divisions.includes(queue.divisionId)) &&
      fits(queue.name),
  );
}

const listed = (call: Call): QueueRow[] =>
  call.db.queues
    .sorted()
    .filter(queue => call.now >= queue.created + call.knobs.newQueueListDelayMs || queue.created === 0);

/**
 * The parameter `name`: exact with an optional `*` at either end (platform, §3.1), or a substring (documented
 * contract, step 1 of the tutorial; a `*` is a letter there).
 */
function nameTest(call: Call, wanted: string | undefined): (name: string) => boolean {
  if (wanted === undefined) return () => true;
  const fold = (text: string) => (call.knobs.nameCase === 'insensitive' ? text.toLowerCase() : text);
  if (call.contract === 'scim-extension') return name => fold(name).includes(fold(wanted));
  const open = wanted.startsWith('*');
  const close = wanted.length > 1 && wanted.endsWith('*');
  const core = fold(wanted.slice(open ? 1 : 0, close ? -1 : undefined));
  if (core.includes('*')) throw badParam('name', wanted);
  return name => {
    const text = fold(name);
    if (open && close) return text.includes(core);
    if (open) return text.endsWith(core);
    return close ? text.startsWith(core) : text === core;
  };
}
