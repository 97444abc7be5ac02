import { isMusterError } from '../errors.ts';
import { readGroup, renameGroup } from '../genesys/groups.ts';
import { patchScimGroup, readScimGroup } from '../genesys/scim-groups.ts';
import type { WireGroup } from '../genesys/wire.ts';
import type { Change } from '../model/change.ts';
import type { TenantGroup } from '../model/tenant.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, droppedEdge, fieldWrites, isKind } from './edges.ts';
import { chunks, type Hand, staleAttempts, type Work } from './hand.ts';

type MemberChange = Extract<Change, { kind: 'member.add' | 'member.remove' }>;

/**
 * Platform contract: rename by the groups API (SCIM's name is read-only), then anchor and members by SCIM PATCH under
 * `If-Match`. The version is that of the snapshot, so a group that somebody touched since is noticed without an
 * extra read: the answer is "stale", the group is read again, and what still has to be done is done.
 */
export const groupUpdate: Hand = async work => {
  const rename = work.changes.find(isKind('group.rename'));
  const anchor = work.changes.find(isKind('group.anchor'));
  const members = work.changes.filter(
    change => isKind('member.add')(change) || isKind('member.remove')(change),
  ) as MemberChange[];
  const [first] = work.changes as readonly Extract<Change, { readonly id?: string }>[];
  const id = first!.id!;
  let group: Pick<TenantGroup, 'id' | 'name' | 'version'> = {
    id,
    name: work.plan.names.groups[id] ?? id,
    ...versionOf(work, id),
  };
  if (rename) group = await renamed(work, rename, group);
  const batches = chunks(members, work.batches.members);
  if (batches.length === 0 && anchor) batches.push([]);
  for (const [index, batch] of batches.entries()) {
    const after = await patched(work, group, batch, index === 0 ? anchor : undefined);
    work.groups.set(id, after);
    group = after;
  }
};

const versionOf = (work: Work, id: string) => {
  const version = work.groups.get(id)?.version;
  return version === undefined ? {} : { version };
};

async function renamed(
  work: Work,
  rename: Extract<Change, { kind: 'group.rename' }>,
  group: Pick<TenantGroup, 'id' | 'name'>,
) {
  const current = await readGroup(work.api, rename.id, work.signal);
  const after = await work.write(
    {
      route: routes.renameGroup,
      subject: `group ${rename.from}`,
      adds: [],
      drops: [],
      fields: fieldWrites([rename]),
      preimage: { name: rename.from },
    },
    () => renameOnce(work, current, rename.to),
  );
  return { ...group, name: rename.to, ...(after.version == null ? {} : { version: String(after.version) }) };
}

/** Stale means that somebody wrote in between, or that our own answer was lost: what is there now decides. */
async function renameOnce(work: Work, start: WireGroup, name: string): Promise<WireGroup> {
  let current = start;
  for (let attempt = 1; ; attempt++) {
    try {
      return await renameGroup(work.api, current, name, work.signal);
    } catch (error) {
      if (!isMusterError(error, 'genesys.stale') || attempt >= staleAttempts) throw error;
      current = await readGroup(work.api, start.id, work.signal);
      if (current.name === name) return current;
    }
  }
}

async function patched(
  work: Work,
  start: Pick<TenantGroup, 'id' | 'name' | 'version'>,
  batch: readonly MemberChange[],
  anchor: Extract<Change, { kind: 'group.anchor' }> | undefined,
): Promise<TenantGroup> {
  const externalId = anchor && (anchor.to ?? null);
  const adds = batch.filter(isKind('member.add'));
  const removes = batch.filter(isKind('member.remove'));
  const record = {
    route: routes.patchScimGroup,
    subject: `group ${start.name}`,
    adds: adds.map(change => addedEdge(change, start.id)),
    drops: removes.map(droppedEdge),
    fields: anchor ? fieldWrites([anchor]) : [],
    preimage: {
      absent: adds.map(change => change.user),
      present: removes.map(change => change.user),
      ...(anchor ? { externalId: anchor.from ?? null } : {}),
    },
  };
  return work.write(record, async () => {
    let group: Pick<TenantGroup, 'id' | 'name' | 'version'> = start;
    let add = adds.map(change => change.user);
    let remove = removes.map(change => change.user);
    for (let attempt = 1; ; attempt++) {
      try {
        return await patchScimGroup(work.api, group, { add, remove, externalId }, work.signal);
      } catch (error) {
        if (!isMusterError(error, 'genesys.stale') || attempt >= staleAttempts) throw error;
        const fresh = await readScimGroup(work.api, start.id, work.signal);
        if (!fresh) throw error;
        const there = new Set(fresh.memberIds);
        add = add.filter(user => !there.has(user));
        remove = remove.filter(user => there.has(user));
        const anchored = externalId === undefined || (fresh.externalId ?? null) === externalId;
        if (add.length + remove.length === 0 && anchored) return fresh;
        group = fresh;
      }
    }
  });
}
