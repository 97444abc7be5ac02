import { isMusterError, MusterError } from '../errors.ts';
import {
  type ExtensionGroup,
  findByAnchor,
  notHonoured,
  postExtensionGroup,
  putExtensionGroup,
  readExtensionGroup,
} from '../genesys/scim-groups.ts';
import type { Change } from '../model/change.ts';
import type { QueueId } from '../model/keys.ts';
import { unmadeGroup } from '../model/ledger.ts';
import type { TenantGroup } from '../model/tenant.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, droppedEdge, fieldWrites, groupEdge, isKind } from './edges.ts';
import { type Hand, staleAttempts, type Work } from './hand.ts';

/**
 * Documented contract: all of a plan's changes to one group in one POST or one PUT. A PUT replaces everything, so it is
 * always the whole of what was read, amended: nothing is emptied because a plan did not speak of it.
 *
 * That the tenant kept the queues is seen on these (`plan/finish/read-back.ts`), unless its answer does not show them, or
 * the plan says that the queues will not: then the group is read.
 */
export const groupWrite: Hand = async work => {
  const delta = deltaOf(work.changes);
  const create = work.changes.find(isKind('group.create'));
  const id = delta.id ?? unmadeGroup(delta.key);
  const before = delta.id === undefined ? undefined : work.groups.get(delta.id);
  const name = delta.name ?? before?.name ?? id;
  const group = await work.write(
    {
      route: create ? routes.postExtensionGroup : routes.putExtensionGroup,
      subject: `group ${name}`,
      adds: [
        ...(create ? [groupEdge(create)] : []),
        ...[...delta.adds, ...delta.attaches].map(change => addedEdge(change, id)),
      ],
      drops: [...delta.removes, ...delta.detaches].map(droppedEdge),
      fields: fieldWrites(work.changes),
      preimage: before
        ? {
            name: before.name,
            externalId: before.externalId,
            members: before.memberIds,
            queues: before.routingQueueIds ?? [],
          }
        : null,
    },
    () => (before ? updated(work, before, delta) : created(work, delta)),
    made => ({ key: delta.key, group: made.id }),
  );
  work.made.set(delta.key, group.id);
  work.groups.set(group.id, group);
  if (delta.attaches.length === 0) return;
  const look = (pausesMs: readonly number[]) => verify(work, group, delta, name, pausesMs);
  if (work.step.readBack || missingIn(group, delta).length > 0) return look(looksAgainMs);
  const queues = delta.attaches.map(change => change.queue);
  // By then the queues have been looked at several times already.
  work.unproven({ queues, look: () => look(looksAgainMs.slice(0, 2)) });
};

/** Queues that the group should serve by now and does not. */
function missingIn(group: TenantGroup | undefined, { attaches }: Delta): readonly QueueId[] {
  const queues = new Set(group?.routingQueueIds);
  return attaches.map(change => change.queue).filter(queue => !queues.has(queue));
}

interface Delta {
  readonly key: string;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly externalId: string | undefined;
  readonly adds: readonly Extract<Change, { kind: 'member.add' }>[];
  readonly removes: readonly Extract<Change, { kind: 'member.remove' }>[];
  readonly attaches: readonly Extract<Change, { kind: 'queue.attach' }>[];
  readonly detaches: readonly Extract<Change, { kind: 'queue.detach' }>[];
}

function deltaOf(changes: readonly Change[]): Delta {
  const create = changes.find(isKind('group.create'));
  const known = changes.find(change => 'id' in change && change.id !== undefined);
  return {
    key: changes[0]!.group,
    id: known && 'id' in known ? known.id : undefined,
    name: create?.name ?? changes.find(isKind('group.rename'))?.to,
    externalId: create?.externalId ?? changes.find(isKind('group.anchor'))?.to,
    adds: changes.filter(isKind('member.add')),
    removes: changes.filter(isKind('member.remove')),
    attaches: changes.filter(isKind('queue.attach')),
    detaches: changes.filter(isKind('queue.detach')),
  };
}

/** The group as it was read, with the plan's changes and nothing else changed. */
export function amended(base: TenantGroup | undefined, delta: Delta): ExtensionGroup {
  const leaving = new Set(delta.removes.map(change => change.user));
  const off = new Set(delta.detaches.map(change => change.queue));
  const members = new Set((base?.memberIds ?? []).filter(user => !leaving.has(user)));
  const queues = new Set((base?.routingQueueIds ?? []).filter(queue => !off.has(queue)));
  for (const { user } of delta.adds) members.add(user);
  for (const { queue } of delta.attaches) queues.add(queue);
  return {
    externalId: delta.externalId ?? base?.externalId ?? delta.key,
    name: delta.name ?? base?.name ?? delta.key,
    members: [...members],
    queues: [...queues],
  };
}

/** 409 says that the anchor is taken (a lost answer, or somebody else): then it is looked up and updated. */
async function created(work: Work, delta: Delta): Promise<TenantGroup> {
  const wanted = amended(undefined, delta);
  const made = await postOnce(work, wanted);
  if (made) return made;
  const existing = await findByAnchor(work.api, wanted.externalId, work.signal);
  if (existing) return updated(work, existing, delta);
  throw new MusterError('genesys.conflict', {
    happened: 'The group is said to exist (409), but no group with this externalId can be found.',
    subject: `group ${wanted.name}, externalId ${wanted.externalId}`,
    remedy: 'Another object may bear the same name: rename one of them, then run again.',
  });
}

async function postOnce(work: Work, wanted: ExtensionGroup): Promise<TenantGroup | undefined> {
  try {
    return await postExtensionGroup(work.api, wanted, work.signal);
  } catch (error) {
    const isRefused = isMusterError(error) && (error.status === 404 || error.status === 405);
    // The page of a gateway is no word of the tenant's.
    if (isRefused && error.code !== 'http.not-json')
      throw notHonoured(wanted.name, `POST was answered ${error.status}`);
    const mayBeDone = isMusterError(error) && (error.status === undefined || error.status >= 500);
    if (!mayBeDone || work.signal.aborted) throw error;
    if (await findByAnchor(work.api, wanted.externalId, work.signal)) return undefined;
    throw error;
  }
}

/** A conflict on the PUT is read again and retried, bounded; the plan's changes are applied to what is there now. */
async function updated(work: Work, start: TenantGroup, delta: Delta): Promise<TenantGroup> {
  let base = start;
  for (let attempt = 1; ; attempt++) {
    try {
      return await putExtensionGroup(work.api, base.id, amended(base, delta), base.version, work.signal);
    } catch (error) {
      const stale = isMusterError(error, 'genesys.stale') || isMusterError(error, 'genesys.conflict');
      if (!stale || attempt >= staleAttempts) throw error;
      const fresh = await readExtensionGroup(work.api, base.id, work.signal);
      if (!fresh) throw error;
      base = fresh;
    }
  }
}

/** Before each look after the first: a read may lag behind, and that is no broken contract. */
const looksAgainMs = [1_000, 2_000, 4_000];

/**
 * A 200 is no proof: a tenant that does not know `routingQueueIds` drops it without a word. One that has no such
 * field, neither in its answer nor when read, is not asked again.
 */
async function verify(
  work: Work,
  answer: TenantGroup,
  delta: Delta,
  name: string,
  pausesMs: readonly number[],
): Promise<void> {
  for (let look = 0; ; look++) {
    const shown = await readExtensionGroup(work.api, answer.id, work.signal);
    const missing = missingIn(shown, delta);
    if (shown && missing.length === 0) {
      work.groups.set(shown.id, shown);
      return;
    }
    const hasField = !shown || shown.routingQueueIds !== undefined || answer.routingQueueIds !== undefined;
    const pauseMs = pausesMs[look];
    if (hasField && pauseMs !== undefined) {
      await work.clock.sleep(pauseMs, work.signal);
      continue;
    }
    if (!shown) throw notSeen(name);
    const names = missing.map(queue => work.plan.names.queues[queue] ?? queue).join(', ');
    throw notHonoured(name, `the tenant did not keep routingQueueIds for ${names}`);
  }
}

const notSeen = (name: string) =>
  new MusterError('settle.not-seen', {
    happened: 'The tenant took the group but does not show it when it is read back.',
    subject: `group ${name}`,
    remedy: 'Run again in some minutes: what was written is looked up then.',
  });
