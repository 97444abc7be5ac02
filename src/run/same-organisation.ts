import { MusterError } from '../errors.ts';
import type { GroupId, QueueId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { Tenant } from '../model/tenant.ts';
import type { TenantScope } from '../model/tenant-scope.ts';

export interface Suspicion {
  /** What was asked for; what was not asked for says nothing by not being there. */
  readonly scope: Pick<TenantScope, 'groupIds' | 'queueIds'>;
  readonly ledger: Ledger;
  /** Another client or host was asked when the reads were remembered. */
  readonly turned?: boolean;
  readonly remedy: string;
}

/** Fewer things of ours than this may all have been deleted. */
const fewest = 2;

/**
 * A ledger is of one organisation, and ids are of that organisation alone. Where the target shows not one of the groups
 * and queues that are ours, it is as a rule another one: on its word everything would be made a second time, and what is
 * ours forgotten. Throws `state.other-organisation` then. Costs no request.
 */
export function sameOrganisation(tenant: Tenant, { scope, ledger, turned, remedy }: Suspicion): void {
  const ours = placesIn(ledger);
  const groups = scope.groupIds.filter(id => ours.groups.has(id));
  const queues = scope.queueIds.filter(id => ours.queues.has(id));
  if (groups.length + queues.length < fewest) return;
  const shown = new Set([...tenant.groups, ...tenant.queues].map(each => each.id));
  const missing = [...queues, ...groups];
  if (missing.some(id => shown.has(id))) return;
  const counts = [counted(groups.length, 'group'), counted(queues.length, 'queue')].filter(Boolean);
  throw new MusterError('state.other-organisation', {
    happened: `This organisation shows nothing of what is ours by the state directory: ${counts.join(' and ')}, not one of them there.${turned ? ' The last run asked another host, or with another OAuth client.' : ''} Nothing was written.`,
    subject: `${missing.slice(0, 4).join(', ')}${missing.length > 4 ? ` and ${missing.length - 4} more` : ''}`,
    remedy,
  });
}

function placesIn(ledger: Ledger): { readonly groups: Set<GroupId>; readonly queues: Set<QueueId> } {
  const book = bookOf(ledger);
  const groups = new Set<GroupId>();
  const queues = new Set<QueueId>();
  for (const { edge } of book.others()) {
    if (edge.kind !== 'queue-member') groups.add(edge.group);
    if (edge.kind === 'attachment') queues.add(edge.queue);
  }
  for (const [group] of book.members()) groups.add(group);
  for (const [queue] of book.queueMembers()) queues.add(queue);
  return { groups, queues };
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : `${count} ${what}${count === 1 ? '' : 's'}`;
