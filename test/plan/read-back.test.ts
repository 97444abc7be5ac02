import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { PresentAssignment } from '../../src/model/desired.ts';
import type { TenantQueue } from '../../src/model/tenant.ts';
import { inOrder, stepsOf } from '../../src/plan/finish/order.ts';
import { outlookOf } from '../../src/plan/finish/outlook.ts';
import { priceOf } from '../../src/plan/finish/price.ts';
import { withReadBacks } from '../../src/plan/finish/read-back.ts';
import { group, ledgerOf, queue, tenant } from '../support/builders.ts';

const how = 'scim-extension';
const carriers = {
  'member-groups': 'queue',
  'ring-groups': 'queue',
  'direct-members': 'members',
  'scim-extension': 'group',
} as const;
const create = (key: string): Change => ({
  kind: 'group.create',
  group: key,
  name: key,
  externalId: key,
  mapping: 'm',
});
const idOf = (key: string) => (key === key.toUpperCase() ? { id: key } : {});
const add = (key: string, ...users: string[]): Change[] =>
  users.map(user => ({
    kind: 'member.add',
    group: key,
    ...idOf(key),
    user,
    person: user,
    path: [],
    mapping: 'm',
  }));
const attach = (key: string, on = 'Q'): Change => ({
  kind: 'queue.attach',
  queue: on,
  how,
  group: key,
  ...idOf(key),
  mapping: 'm',
});
const remove = (key: string, user: string): Change => ({
  kind: 'member.remove',
  group: key,
  id: key,
  user,
  because: 'left',
  mapping: 'm',
});

/** Which groups are read after their write, and how often the price says so. */
function read(
  changes: readonly Change[],
  { serving = [], members }: { serving?: readonly string[]; members?: TenantQueue['members'] } = {},
): { groups: string[]; priced: number } {
  const there = tenant({
    choice: { contract: how, by: 'detected', reason: '' },
    queues: [queue('Q', members ? { members, memberCount: members.length } : {}), queue('R')],
    groups: [group('A', ['ana', 'bo']), group('B', ['bo', 'cy'])],
  });
  const present: PresentAssignment[] = serving.map(id => ({ how, queue: 'Q', group: id }));
  const ordered = inOrder(changes);
  const { queues } = outlookOf(ordered, there, present, ledgerOf());
  const steps = withReadBacks(
    stepsOf(ordered, carriers, true, () => []),
    ordered,
    queues,
    there,
    present,
  );
  const { byRoute } = priceOf({
    steps,
    changes: ordered,
    queues,
    drain: undefined,
    batches: { members: 50, newMembers: 5_000, queueMembers: 100, readBack: 100 },
    perMinute: 300,
    touched: { plain: 0, all: undefined, ringed: 0, memberPages: 0 },
    hasActivated: () => false,
    heads: () => 0,
  });
  return {
    groups: steps.filter(step => step.readBack).map(step => step.group!),
    priced: byRoute.find(row => row.route === 'GET /api/v2/scim/groups/{id}')?.calls ?? 0,
  };
}

describe('a group of the documented contract is read after its write', () => {
  it.each<[string, readonly Change[], Parameters<typeof read>[1], readonly string[]]>([
    ['not where its people come to the queue', [create('x'), ...add('x', 'ana'), attach('x')], {}, []],
    ['where nobody comes by it', [create('x'), attach('x')], {}, ['x']],
    [
      'where whoever comes by it stands there already',
      [attach('A')],
      {
        members: [
          { user: 'ana', by: 'user' },
          { user: 'bo', by: 'user' },
        ],
      },
      ['A'],
    ],
    [
      'not where at least one of them does not',
      [attach('A')],
      { members: [{ user: 'ana', by: 'user' }] },
      [],
    ],
    [
      'where whoever comes by it comes by another group as well',
      [create('x'), ...add('x', 'ana'), attach('x'), attach('A')],
      {},
      ['x'],
    ],
    [
      'where the other group serves the queue already, and gets the same person',
      [create('x'), ...add('x', 'dee'), attach('x'), ...add('B', 'dee')],
      { serving: ['B'] },
      ['x'],
    ],
    [
      'where one of its queues shows it and the other does not',
      [create('x'), ...add('x', 'ana'), attach('x'), attach('x', 'R'), attach('A')],
      {},
      ['x'],
    ],
    [
      'where the plan also takes somebody away: nobody goes on a hope',
      [attach('A'), remove('B', 'cy')],
      {},
      ['A'],
    ],
    ['not where it serves no queue that it did not serve', [...add('A', 'dee'), remove('B', 'cy')], {}, []],
  ])('%s', (_, changes, around, expected) => {
    expect(read(changes, around)).toEqual({ groups: expected, priced: expected.length });
  });
});
