import { describe, expect, it } from 'vitest';
import type { Shrinking } from '../../src/model/desired.ts';
import { type Edge, edgeId, type OwnedEdge } from '../../src/model/ledger.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { protect } from '../../src/plan/guards/protect.ts';
import { quarantine } from '../../src/plan/guards/quarantine.ts';
import { letGo } from '../../src/plan/guards/release.ts';
import type { Removal } from '../../src/plan/weigh/keep-owned.ts';

const owned = (edge: Edge, key = 'corp:support'): OwnedEdge => ({
  edge,
  state: 'owned',
  mapping: 'm',
  key,
  run: 'r',
  at: '2026-01-01T00:00:00.000Z',
});
const member = (user: string, group = 'g1', key?: string) => owned({ kind: 'member', group, user }, key);
const left = (each: OwnedEdge): Removal => ({ owned: each, because: 'left' });
const ledgerOf = (...edges: OwnedEdge[]) => new Map(edges.map(each => [edgeId(each.edge), each]));
const users = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

describe('quarantine', () => {
  const everybody = users(10).map(user => member(user));
  const ledger = ledgerOf(...everybody, member('x', 'g2', 'corp:billing'));
  const limits = { percent: 50, from: 5 };
  const apart = (
    removals: readonly Removal[],
    released: readonly string[] = [],
    shrunk?: Shrinking,
    standing = 'plan',
  ) => {
    const set = quarantine(removals, ledger, key => ({ name: key, ...(shrunk ? { shrunk } : {}) }), limits);
    const free = letGo(set.waiting, standing, new Set(released));
    return { ...free, removals: [...set.removals, ...free.removals] };
  };

  it('sets a group apart that loses most of its people, and that group alone', () => {
    const others = [left(member('x', 'g2', 'corp:billing'))];
    const { removals, notes } = apart([...everybody.slice(0, 6).map(left), ...others]);
    expect(removals).toEqual(others);
    expect(notes).toMatchObject([{ code: 'group.quarantined', subject: 'corp:support' }]);
  });

  it('suspects a group whose people are linked to other users all of a sudden, and none that the config gave up', () => {
    const most = everybody.slice(0, 6);
    expect(apart(most.map(each => ({ owned: each, because: 'relinked' }))).groups).toEqual(['corp:support']);
    expect(apart(most.map(each => ({ owned: each, because: 'unmapped' }))).groups).toEqual([]);
  });

  it('lets half of a group go, and a few of a small one', () => {
    expect(apart(everybody.slice(0, 5).map(left)).notes).toEqual([]);
    const small = ledgerOf(member('a'), member('b'), member('c'), member('d'));
    const all = [...small.values()].map(left);
    expect(quarantine(all, small, () => undefined, limits).removals).toEqual(all);
  });

  it('is released by a token that stands for exactly these removals', () => {
    const removals = everybody.slice(0, 6).map(left);
    const token = /--release (\w+)/u.exec(apart(removals).notes[0]!.remedy!)![1]!;
    expect(apart(removals, [token])).toEqual({
      removals,
      notes: [],
      groups: [],
      still: [],
      released: [token],
    });
    expect(apart([...removals].reverse(), [token]).notes).toEqual([]);
    expect(apart(everybody.slice(0, 7).map(left), [token]).notes.map(({ code }) => code)).toEqual([
      'group.quarantined',
      'release.unknown',
    ]);
  });

  it('is not released by the token of another plan, nor of the same people put there by another run', () => {
    const removals = everybody.slice(0, 6).map(left);
    const token = /--release (\w+)/u.exec(apart(removals).notes[0]!.remedy!)![1]!;
    expect(apart(removals, [token], undefined, 'another plan').groups).toEqual(['corp:support']);
    const again = removals.map(each => ({ ...each, owned: { ...each.owned, run: 'r2' } }));
    expect(apart(again, [token]).groups).toEqual(['corp:support']);
  });

  it('suspects a group whose source has lost most of its people, however few of them were placed', () => {
    const two = everybody.slice(0, 2).map(left);
    const since = '2026-11-20T08:00:00.000Z';
    const { removals, notes, groups } = apart(two, [], { from: 120, to: 3, since });
    expect(removals).toEqual([]);
    expect(groups).toEqual(['corp:support']);
    expect(notes[0]!.text).toBe(
      'The source shows 3 people in "corp:support", where it showed 120 on 2026-11-20: it loses 2 of the 10 people that we put there. These removals wait; everything else goes on.',
    );
    const token = /--release (\w+)/u.exec(notes[0]!.remedy!)![1]!;
    expect(apart(two, [token], { from: 120, to: 3, since }).removals).toEqual(two);
    for (const few of [
      { from: 120, to: 60, since },
      { from: 6, to: 2, since },
    ])
      expect(apart(two, [], few).removals).toEqual(two);
  });

  it('does not suspect what the config itself no longer asks for', () => {
    const removals = everybody.map((each): Removal => ({ owned: each, because: 'unmapped' }));
    expect(apart(removals).removals).toEqual(removals);
  });
});

describe('protection', () => {
  const tenant: Tenant = {
    choice: { contract: 'platform', by: 'configured', reason: '' },
    queues: [
      {
        id: 'q1',
        name: 'Emergency',
        memberGroups: [{ id: 'g1', type: 'GROUP' }],
        rings: [],
        otherGroups: [],
      },
      { id: 'q2', name: 'Billing', memberGroups: [], rings: [], otherGroups: [] },
    ],
    groups: [
      { id: 'g1', name: 'Support', memberIds: [], dynamic: false },
      { id: 'g2', name: 'Billing', memberIds: [], dynamic: false },
      { id: 'g3', name: 'Ext', memberIds: [], dynamic: false, routingQueueIds: ['q1'] },
    ],
    users: [{ id: 'ana', name: 'Ana Souza', email: 'Ana@example.com', state: 'active' }],
    budget: { perMinute: 300 },
  };
  const attached = owned({ kind: 'attachment', queue: 'q2', group: 'g2', how: 'member-groups' });
  const all = [
    left(member('ana', 'g2')),
    left(member('bo', 'g1')),
    left(member('bo', 'g2')),
    left(member('bo', 'g3')),
    left(attached),
  ];
  const going = (protection: Partial<Parameters<typeof protect>[2]>) =>
    protect(all, tenant, { people: [], groups: [], queues: [], ...protection }).removals.map(removal =>
      all.indexOf(removal),
    );

  it.each([
    ['nothing', {}, [0, 1, 2, 3, 4]],
    ['a person by mail address', { people: ['ana@EXAMPLE.com'] }, [1, 2, 3, 4]],
    ['a person by a pattern', { people: ['Ana *'] }, [1, 2, 3, 4]],
    ['a group', { groups: ['Billing'] }, [1, 3]],
    ['a queue, and with it the groups that bring its people', { queues: ['Emer*'] }, [0, 2, 4]],
    ['a queue by id', { queues: ['q2'] }, [0, 1, 2, 3]],
  ])('of %s', (_, protection, expected) => {
    expect(going(protection)).toEqual(expected);
  });

  it('tells how much it kept', () => {
    expect(protect(all, tenant, { people: ['ana@example.com'], groups: [], queues: [] }).notes).toMatchObject(
      [{ code: 'removal.kept' }],
    );
  });
});
