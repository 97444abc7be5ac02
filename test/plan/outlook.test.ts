import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { PresentAssignment } from '../../src/model/desired.ts';
import type { Tenant, TenantQueue } from '../../src/model/tenant.ts';
import { outlookOf, queuesToRead } from '../../src/plan/finish/outlook.ts';
import { group, ledgerOf, owned, queue, tenant, user } from '../support/builders.ts';

const place = { queue: 'Q', how: 'member-groups', mapping: 'm' } as const;
const add = (id: string, user: string): Change => ({
  kind: 'member.add',
  group: id,
  id,
  user,
  person: user,
  path: [],
  mapping: 'm',
});
const remove = (id: string, user: string): Change => ({
  kind: 'member.remove',
  group: id,
  id,
  user,
  person: user,
  because: 'left',
  mapping: 'm',
});
const attach = (id: string): Change => ({ kind: 'queue.attach', group: id, id, ...place });
const detach = (id: string): Change => ({
  kind: 'queue.detach',
  group: id,
  id,
  because: 'unmapped',
  ...place,
});
const attached = (...ids: string[]): PresentAssignment[] =>
  ids.map(id => ({ how: 'member-groups', queue: 'Q', group: id }));

const groups = [group('A', ['ana', 'bo']), group('B', ['bo', 'cy'])];
const look = (
  changes: readonly Change[],
  present: readonly PresentAssignment[],
  on: Partial<TenantQueue> = {},
) => outlookOf(changes, tenant({ queues: [queue('Q', on)], groups }), present, ledgerOf());

describe('what becomes of a queue', () => {
  it.each<[string, readonly Change[], readonly PresentAssignment[], object]>([
    ['a group comes', [attach('A')], [], { before: 0, after: 2, joining: ['ana', 'bo'], leaving: [] }],
    [
      'a second group comes that shares a person',
      [attach('B')],
      attached('A'),
      { before: 2, after: 3, joining: ['cy'] },
    ],
    [
      'one of two groups goes that share a person',
      [detach('A')],
      attached('A', 'B'),
      { before: 3, after: 2, leaving: ['ana'] },
    ],
    [
      'one leaves a group and is in the other',
      [remove('A', 'bo')],
      attached('A', 'B'),
      { before: 3, after: 3, leaving: [] },
    ],
    ['one comes to a group', [add('A', 'dee')], attached('A'), { before: 2, after: 3, joining: ['dee'] }],
    [
      'a group moves from ring to ring',
      [
        { ...attach('A'), how: 'ring-groups', ring: 2 } as Change,
        { ...detach('A'), how: 'ring-groups', ring: 1 } as Change,
      ],
      [{ how: 'ring-groups', queue: 'Q', group: 'A', ring: 1 }],
      { before: 2, after: 2, joining: [], leaving: [] },
    ],
  ])('when %s', (_, changes, present, expected) => {
    expect(look(changes, present).queues).toMatchObject([{ queue: 'Q', exact: true, ...expected }]);
  });

  it('is not told of a queue that nothing touches', () => {
    expect(look([add('B', 'dee')], attached('A')).queues).toEqual([]);
  });

  it('counts memberships that serve no queue as losses all the same', () => {
    expect(look([remove('A', 'ana')], []).losses).toBe(1);
  });
});

describe('a queue with people whom nobody has read', () => {
  const strangers = { memberCount: 5, userMemberCount: 3 };
  const withX = {
    memberCount: 4,
    userMemberCount: 0,
    memberGroups: [{ id: 'X', type: 'GROUP', memberCount: 2 }],
  };

  it('is counted by the server, and said not to be exact', () => {
    expect(look([attach('A')], [], strangers).queues).toMatchObject([{ before: 5, after: 7, exact: false }]);
  });

  it.each([
    ['somebody leaves', [remove('A', 'ana')], strangers, ['Q']],
    ['somebody comes while others stand there directly', [attach('B')], strangers, ['Q']],
    ['somebody comes who may be in the other group', [attach('B')], withX, ['Q']],
    [
      'somebody comes beside a team',
      [attach('B')],
      { ...withX, memberGroups: [{ id: 'X', type: 'TEAM' }] },
      ['Q'],
    ],
    [
      'its people were read',
      [remove('A', 'ana')],
      { ...strangers, members: [{ user: 'ana', by: 'group' as const }] },
      [],
    ],
  ])('is read before judging when %s', (_, changes, on, ids) => {
    const seen = tenant({ queues: [queue('Q', on)], groups });
    expect(queuesToRead(outlookOf(changes, seen, attached('A'), ledgerOf()).queues, seen)).toEqual(ids);
  });
});

it('a queue is not read for people who are in no other group than those that were read', () => {
  const on = queue('Q', { memberCount: 4, userMemberCount: 0, memberGroups: [{ id: 'X', type: 'GROUP' }] });
  const seen = (groupCount: number) =>
    tenant({ queues: [on], groups, users: [user('cy', { groupCount }), user('bo', { groupCount: 2 })] });
  const reads = (at: Tenant) =>
    queuesToRead(outlookOf([attach('B')], at, attached('A'), ledgerOf()).queues, at);
  expect([reads(seen(1)), reads(seen(2))]).toEqual([[], ['Q']]);
});

describe('the base of the share of removals', () => {
  it('is what we placed, not what stands there by hand', () => {
    const { held } = outlookOf(
      [],
      tenant({ queues: [queue('Q')], groups }),
      attached('A', 'B'),
      ledgerOf(
        owned({ kind: 'attachment', queue: 'Q', group: 'A', how: 'member-groups' }, 'A'),
        owned({ kind: 'queue-member', queue: 'Q', user: 'ana' }, 'A'),
        owned({ kind: 'queue-member', queue: 'Q', user: 'dee' }, 'A'),
      ),
    );
    expect(held).toBe(3);
  });
});
