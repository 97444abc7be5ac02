import type { LastGood } from '../model/directory.ts';
import type { GroupKey } from '../model/keys.ts';
import type { Reads, TenantReads } from '../model/reads.ts';
import type { TenantGroup, TenantUser } from '../model/tenant.ts';

/** One line of the memory. */
type ReadsLine =
  | ({ readonly kind: 'source'; readonly key: GroupKey } & LastGood)
  | ({ readonly kind: 'tenant' } & Pick<TenantReads, 'owner' | 'contract' | 'totals'>)
  | { readonly kind: 'group'; readonly group: TenantGroup }
  | { readonly kind: 'user'; readonly user: TenantUser }
  | { readonly kind: 'absent'; readonly key: string; readonly at: number };

/** Equal memories give equal texts, whatever order they were learned in. */
export function readsText({ sources, tenant }: Reads): string {
  const lines: ReadsLine[] = sorted(sources).map(([key, good]) => ({ kind: 'source', key, ...good }));
  if (tenant) {
    const { owner, contract, totals } = tenant;
    lines.push({ kind: 'tenant', owner, contract, totals });
    for (const [, { remembered: _, ...group }] of sorted(tenant.groups)) lines.push({ kind: 'group', group });
    for (const [, { remembered: _, ...user }] of sorted(tenant.users)) lines.push({ kind: 'user', user });
    for (const [key, at] of sorted(tenant.absent)) lines.push({ kind: 'absent', key, at });
  }
  return lines.map(line => `${JSON.stringify(line)}\n`).join('');
}

/** The opposite of `readsText`. */
export function readsOf(text: string): Reads {
  const sources = new Map<GroupKey, LastGood>();
  const groups = new Map<string, TenantGroup>();
  const users = new Map<string, TenantUser>();
  const absent = new Map<string, number>();
  let tenant: Pick<TenantReads, 'owner' | 'contract' | 'totals'> | undefined;
  for (const each of text.split('\n').slice(0, -1)) {
    const line = JSON.parse(each) as ReadsLine;
    switch (line.kind) {
      case 'source': {
        const { members, people, readAt } = line;
        sources.set(line.key, { members, people, readAt });
        break;
      }
      case 'tenant':
        tenant = { owner: line.owner, contract: line.contract, totals: line.totals };
        break;
      case 'group':
        groups.set(line.group.id, Object.assign(line.group, { remembered: true as const }));
        break;
      case 'user':
        users.set(line.user.id, Object.assign(line.user, { remembered: true as const }));
        break;
      case 'absent':
        absent.set(line.key, line.at);
        break;
    }
  }
  return { sources, ...(tenant ? { tenant: { ...tenant, groups, users, absent } } : {}) };
}

const sorted = <Value>(map: ReadonlyMap<string, Value>): (readonly [string, Value])[] =>
  [...map.keys()].sort().map(key => [key, map.get(key)!]);
