import type { GroupKey } from '../../model/keys.ts';
import type { Plan } from '../../model/plan.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { booksAfter, type IdOf } from './books-after.ts';
import { tenantAfter } from './tenant-after.ts';

/**
 * The world after a plan was applied to it and everything went well: what the next plan would find. Nothing is sent
 * anywhere; `at` (ISO 8601) is what the ledger would say of when.
 */
export function afterPlan(snapshot: WorldSnapshot, plan: Plan, at: string): WorldSnapshot {
  const made = new Map<GroupKey, string>(
    plan.changes.flatMap(change =>
      change.kind === 'group.create' ? [[change.group, idToBe(change.group)]] : [],
    ),
  );
  const idOf: IdOf = change => ('id' in change ? change.id : undefined) ?? made.get(change.group);
  const tenant = tenantAfter(snapshot.tenant, plan, idOf);
  const names = new Map(tenant.groups.map(({ id, name }) => [id, name]));
  const listed = new Map([...snapshot.groupNames.map(({ id, name }) => [id, name] as const), ...names]);
  return {
    ...snapshot,
    tenant,
    groupNames: [...listed].map(([id, name]) => ({ id, name })),
    ...booksAfter(snapshot, plan, idOf, at),
  };
}

/** Stands for the id that the target would give to a group; no id of the target looks like it. */
export const idToBe = (key: GroupKey): string => `to-be-made ${key}`;
