import type { TenantReader } from '../genesys/tenant-reader.ts';
import type { Plan } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import { doubtsOf } from '../plan/doubts.ts';

/**
 * The picture of the tenant with everything read that somebody would lose by: as long as that is only remembered, it
 * is read and planned on again.
 */
export async function lookAgain(
  reader: TenantReader,
  first: Tenant,
  scope: TenantScope,
  planOn: (tenant: Tenant) => Plan,
  signal: AbortSignal,
): Promise<Tenant> {
  let tenant = first;
  const looked = new Set<string>();
  // Each turn looks at something that nobody has looked at before, or is the last one.
  while (reader.again) {
    const doubts = doubtsOf(planOn(tenant), tenant);
    const people = new Set(doubts.people.filter(person => !looked.has(person)));
    for (const person of people) looked.add(person);
    const wishes = scope.people.filter(wish => people.has(wish.person));
    if (doubts.groups.length + doubts.users.length + wishes.length === 0) break;
    tenant = await reader.again(tenant, scope, { ...doubts, people: wishes }, signal);
  }
  return tenant;
}

/** The same, but what was asked last is not worked out twice. */
export function keepingLast<In extends object, Out>(work: (input: In) => Out): (input: In) => Out {
  let last: { readonly input: In; readonly out: Out } | undefined;
  return input => {
    if (last?.input !== input) last = { input, out: work(input) };
    return last.out;
  };
}
