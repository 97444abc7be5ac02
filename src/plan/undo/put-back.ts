import type { Change } from '../../model/change.ts';
import type { JournalEdge } from '../../model/journal.ts';
import type { StrategyName } from '../../model/mapping.ts';
import type { Tenant } from '../../model/tenant.ts';

/** The change that makes a lost edge true again, for the mapping, group and person that it was lost by; or why not. */
export function putBack(
  { edge, key, mapping, person, also }: JournalEdge,
  tenant: Tenant,
  tellable: ReadonlySet<StrategyName>,
): Change | { readonly whyNot: string } {
  const who = { ...(person === undefined ? {} : { person }), ...(also === undefined ? {} : { also }) };
  const group = 'group' in edge ? tenant.groups.find(each => each.id === edge.group) : undefined;
  const queue = 'queue' in edge ? tenant.queues.find(each => each.id === edge.queue) : undefined;
  const user = 'user' in edge ? tenant.users.find(each => each.id === edge.user) : undefined;
  if ('group' in edge && !group) return { whyNot: 'the group is gone' };
  if ('queue' in edge && !queue) return { whyNot: 'the queue is gone' };
  if ('user' in edge && user?.state !== 'active') return { whyNot: 'no active user any more' };
  switch (edge.kind) {
    case 'group':
      throw new Error('A group is never taken away, so it is never put back.');
    case 'member':
      return {
        kind: 'member.add',
        group: key,
        id: edge.group,
        user: edge.user,
        ...who,
        path: [group!.name],
        because: 'undone',
        mapping,
      };
    case 'queue-member':
      return {
        kind: 'queue.attach',
        queue: edge.queue,
        how: 'direct-members',
        group: key,
        user: edge.user,
        ...who,
        because: 'undone',
        mapping,
      };
    case 'attachment': {
      const { how, ring } = edge;
      if (!tellable.has(how)) return { whyNot: `it can only be told the way of another contract (${how})` };
      if (ring !== undefined && !queue!.rings.some(each => each.number === ring))
        return { whyNot: `the queue has no ring ${ring} any more` };
      return {
        kind: 'queue.attach',
        queue: edge.queue,
        how,
        ...(ring === undefined ? {} : { ring }),
        group: key,
        id: edge.group,
        because: 'undone',
        mapping,
        ...(also === undefined ? {} : { also }),
      };
    }
  }
}
