import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { Ledger, OwnedEdge } from '../../src/model/ledger.ts';
import type { Drain } from '../../src/model/plan.ts';
import type { TenantQueue } from '../../src/model/tenant.ts';
import { canonicalJson, fingerprint } from '../../src/plan/finish/fingerprint.ts';
import { inOrder, stepsOf } from '../../src/plan/finish/order.ts';
import { bothWays, withoutOverlap } from '../../src/plan/finish/overlap.ts';
import { type Priced, priceOf } from '../../src/plan/finish/price.ts';
import { supplyAfter, supplyBefore } from '../../src/plan/finish/supply.ts';
import { bindUnmade, matchGroups } from '../../src/plan/weigh/match-groups.ts';
import { desiredGroup, group, ledgerOf, owned, queue, tenant } from '../support/builders.ts';

const at = { mapping: 'm', person: 'p', path: ['x'] };
const add = (name: string, user: string): Change => ({
  kind: 'member.add',
  group: name,
  id: name,
  user,
  ...at,
});
const remove = (name: string, user: string): Change => ({
  kind: 'member.remove',
  group: name,
  id: name,
  user,
  person: 'p',
  because: 'left',
  mapping: 'm',
});
const place = { how: 'member-groups', mapping: 'm' } as const;
const attach = (name: string, on: string): Change => ({
  kind: 'queue.attach',
  group: name,
  id: name,
  queue: on,
  ...place,
});
const detach = (name: string, on: string): Change => ({
  kind: 'queue.detach',
  group: name,
  id: name,
  queue: on,
  because: 'unmapped',
  ...place,
});
const seat = (queue: string, user: string, because: 'returned' | 'owed'): Change => ({
  kind: 'queue.seat',
  queue,
  user,
  ring: 2,
  joined: true,
  because,
  group: 'a',
  mapping: 'm',
});
const create = (name: string): Change => ({
  kind: 'group.create',
  group: name,
  name,
  externalId: name,
  mapping: 'm',
});

const carriers = {
  'member-groups': 'queue',
  'ring-groups': 'queue',
  'direct-members': 'members',
  'scim-extension': 'group',
} as const;
/** Everybody is in the group that bears their first letter. */
const people = (change: Change) => ('user' in change && change.user ? [change.user] : [`${change.group}1`]);
const steps = (changes: readonly Change[], documented = false, drained = new Set<string>()) =>
  stepsOf(inOrder(changes), carriers, documented, people, drained).map(
    step => `${step.phase} ${step.kind} ${step.group ?? step.queue} ${step.changes.length}`,
  );

describe('steps', () => {
  it.each<[string, readonly Change[], readonly string[]]>([
    [
      'a new group, then its queue',
      [attach('a', 'Q'), add('a', 'u'), create('a')],
      ['1 group.create a 2', '2 queue.groups Q 1'],
    ],
    ['two groups of one queue in one write', [attach('a', 'Q'), attach('b', 'Q')], ['2 queue.groups Q 2']],
    ['who goes last of all', [remove('a', 'u'), add('b', 'v')], ['1 group.update b 1', '5 group.update a 1']],
    ['one write for a group that gains and loses', [remove('a', 'u'), add('a', 'v')], ['4 group.update a 2']],
    [
      'two writes for each of two groups that swap',
      [remove('a', 'u'), add('a', 'v'), remove('b', 'v'), add('b', 'u')],
      ['1 group.update a 1', '1 group.update b 1', '5 group.update a 1', '5 group.update b 1'],
    ],
    [
      'one write for a queue that replaces its group',
      [attach('a', 'Q'), detach('b', 'Q')],
      ['2 queue.groups Q 2'],
    ],
    [
      'a queue after the one to which its group moves',
      [attach('a', 'R'), detach('a', 'Q')],
      ['2 queue.groups R 1', '4 queue.groups Q 1'],
    ],
    [
      'two writes for each of two queues that swap',
      [attach('a', 'R'), detach('a', 'Q'), attach('b', 'Q'), detach('b', 'R')],
      ['2 queue.groups R 1', '2 queue.groups Q 1', '4 queue.groups Q 1', '4 queue.groups R 1'],
    ],
    [
      'the seats of who came back after everything else, those that are owed at once',
      [remove('a', 'u'), attach('a', 'Q'), seat('Q', 'u', 'returned'), seat('Q', 'v', 'owed')],
      ['1 queue.seats Q 1', '2 queue.groups Q 1', '5 group.update a 1', '6 queue.seats Q 1'],
    ],
    ['nothing for nothing', [], []],
  ])('are %s', (_, changes, expected) => {
    expect(steps(changes)).toEqual(expected);
  });

  it('part what brings people from what takes somebody away who is unjoined first', () => {
    const changes = [remove('a', 'u'), add('a', 'v'), remove('b', 'w'), add('b', 'x')];
    expect(steps(changes, false, new Set(['u']))).toEqual([
      '1 group.update a 1',
      '4 group.update b 2',
      '5 group.update a 1',
    ]);
  });

  it('are one for each group under the documented contract, queues included', () => {
    const all: Change[] = [
      { ...attach('a', 'Q'), how: 'scim-extension' } as Change,
      add('a', 'v'),
      remove('a', 'u'),
    ];
    expect(steps(all, true)).toEqual(['4 group.write a 3']);
  });
});

describe('the price', () => {
  const batches = { members: 2, newMembers: 3, queueMembers: 2, readBack: 10 };
  const price = (
    changes: readonly Change[],
    documented = false,
    touched: Partial<Priced['touched']> = {},
    drain?: Drain,
  ) => {
    const ordered = inOrder(changes);
    const { byRoute } = priceOf({
      steps: stepsOf(ordered, carriers, documented, people),
      changes: ordered,
      queues: [],
      drain,
      batches,
      perMinute: 300,
      touched: { plain: 0, all: undefined, ringed: 0, memberPages: 0, ...touched },
      hasActivated: () => false,
      heads: () => 150,
    });
    return Object.fromEntries(byRoute.map(row => [row.route, row.calls]));
  };
  const crowd = (count: number) => Array.from({ length: count }, (_, index) => add('a', `u${index}`));

  it.each<[string, readonly Change[], Record<string, number>]>([
    [
      'a group that fits into one body',
      [create('a'), ...crowd(3)],
      { 'POST /api/v2/groups': 1, 'PUT /api/v2/scim/v2/groups/{id}': 1 },
    ],
    [
      'a group that does not',
      [create('a'), ...crowd(6)],
      {
        'POST /api/v2/groups': 1,
        'PUT /api/v2/scim/v2/groups/{id}': 1,
        'PATCH /api/v2/scim/v2/groups/{id}': 2,
      },
    ],
    ['members in batches', crowd(5), { 'PATCH /api/v2/scim/v2/groups/{id}': 3 }],
    [
      'a rename',
      [{ kind: 'group.rename', group: 'a', id: 'a', from: 'x', to: 'y', mapping: 'm' }],
      { 'GET /api/v2/groups/{id}': 1, 'PUT /api/v2/groups/{id}': 1 },
    ],
    [
      'an anchor with the members',
      [{ kind: 'group.anchor', group: 'a', id: 'a', to: 'y', mapping: 'm' }, ...crowd(1)],
      { 'PATCH /api/v2/scim/v2/groups/{id}': 1 },
    ],
    [
      'an anchor alone',
      [{ kind: 'group.anchor', group: 'a', id: 'a', to: 'y', mapping: 'm' }],
      { 'PATCH /api/v2/scim/v2/groups/{id}': 1 },
    ],
    [
      'a queue',
      [attach('a', 'Q'), attach('b', 'Q')],
      { 'GET /api/v2/routing/queues/{id}': 1, 'PUT /api/v2/routing/queues/{id}': 1 },
    ],
  ])('of %s', (_, changes, expected) => {
    expect(price(changes)).toEqual(expected);
  });

  it('of reading back is one call for many queues, one for each with rings, and the pages of people', () => {
    expect(price([], false, { plain: 11, ringed: 2, memberPages: 3 })).toEqual({
      'GET /api/v2/routing/queues': 2,
      'GET /api/v2/routing/queues/{id}': 2,
      'GET /api/v2/routing/queues/{id}/members': 3,
    });
  });

  it('of reading back is the whole list where that is fewer calls, and its length is known', () => {
    expect(price([], false, { plain: 1_000, all: 1_200 })).toEqual({ 'GET /api/v2/routing/queues': 3 });
    expect(price([], false, { plain: 11, all: 9_000 })).toEqual({ 'GET /api/v2/routing/queues': 2 });
  });

  it('of a drain is one call for each batch of each queue', () => {
    const { mapping } = at;
    const drained = (on: string, count: number) => ({
      queue: on,
      seats: Array.from({ length: count }, (_, index) => ({
        queue: on,
        user: `u${index}`,
        mapping,
        key: 'a',
      })),
    });
    const drain = { graceSeconds: 60, queues: [drained('Q', 3), drained('R', 2)] };
    expect(price([], false, undefined, drain)).toEqual({
      'PATCH /api/v2/routing/queues/{id}/members': 3,
    });
  });

  it('of seats that are given back is the most that it may take: two looks, each ring, batches of activations', () => {
    expect(price(['u', 'v', 'w'].map(user => seat('Q', user, 'returned')))).toEqual({
      'GET /api/v2/routing/queues/{id}/members': 4,
      'PATCH /api/v2/routing/queues/{id}/members/{id}': 3,
      'PATCH /api/v2/routing/queues/{id}/members': 2,
    });
  });

  it('of a group under the documented contract is one write', () => {
    expect(
      price([create('a'), add('a', 'u'), { ...attach('a', 'Q'), how: 'scim-extension' } as Change], true),
    ).toEqual({ 'POST /api/v2/scim/groups': 1 });
  });
});

describe('which group of the tenant stands for a source group', () => {
  const wanted = desiredGroup('a', ['u'], { externalId: 'anchor' });
  const match = (groups: Parameters<typeof tenant>[0], ...ledger: OwnedEdge[]) => {
    const found = matchGroups([wanted], tenant(groups), ledgerOf(...ledger));
    return found.notes[0]?.code ?? found.pairs.get(wanted)?.id ?? 'none';
  };
  const named = group('named', [], { name: 'a' });
  const anchored = group('anchored', [], { name: 'other', externalId: 'anchor' });
  const recorded = group('recorded', [], { name: 'third', externalId: 'foreign' });

  it.each<[string, string, string]>([
    ['none', 'none', match({ groups: [] })],
    ['the one of its name', 'named', match({ groups: [named] })],
    ['the one with its anchor, before the name', 'anchored', match({ groups: [named, anchored] })],
    [
      'the one on record, before both',
      'recorded',
      match(
        { groups: [named, anchored, recorded] },
        owned({ kind: 'group', group: 'recorded', key: 'corp:a' }, 'a'),
      ),
    ],
    [
      'the one whose members we placed',
      'recorded',
      match({ groups: [named, recorded] }, owned({ kind: 'member', group: 'recorded', user: 'x' }, 'a')),
    ],
    [
      'none on a record that leads nowhere',
      'named',
      match({ groups: [named] }, owned({ kind: 'group', group: 'gone', key: 'corp:a' }, 'a')),
    ],
    [
      'not one with another anchor',
      'group.name-taken',
      match({ groups: [{ ...named, externalId: 'okta' }] }),
    ],
    ['not one that is filled by rules', 'group.dynamic', match({ groups: [{ ...named, dynamic: true }] })],
  ])('is %s', (_, expected, found) => {
    expect(found).toBe(expected);
  });

  it('is never one for two', () => {
    const twin = desiredGroup('b', ['u'], { name: 'a', externalId: 'b' });
    const found = matchGroups([wanted, twin], tenant({ groups: [named] }), ledgerOf());
    expect([...found.skipped.keys()]).toEqual(['corp:b']);
    expect(found.notes.map(note => note.code)).toEqual(['group.shared']);
  });

  it('is never made twice of one name', () => {
    const twin = desiredGroup('b', ['u'], { name: 'a', externalId: 'b' });
    const found = matchGroups([wanted, twin], tenant(), ledgerOf());
    expect([...found.skipped.keys()]).toEqual(['corp:b']);
    expect(found.notes.map(note => note.code)).toEqual(['group.shared']);
  });

  it('binds what a killed run had claimed', () => {
    const claims = ledgerOf(
      owned({ kind: 'group', group: '@corp:a', key: 'corp:a' }, 'a', { state: 'claimed' }),
      owned({ kind: 'member', group: '@corp:a', user: 'u' }, 'a', { state: 'claimed' }),
      owned({ kind: 'member', group: '@corp:b', user: 'u' }, 'b', { state: 'claimed' }),
    );
    const { ledger, bind } = bindUnmade(claims, key => (key === 'corp:a' ? 'G' : undefined));
    expect([...ledger.keys()]).toEqual(['group G', 'member G u', 'member @corp:b u']);
    expect(bind).toEqual([{ key: 'corp:a', group: 'G' }]);
  });
});

describe('a person on a queue both ways', () => {
  const directly = (user: string): Change => ({
    kind: 'queue.attach',
    queue: 'Q',
    how: 'direct-members',
    group: 'b',
    user,
    person: user,
    mapping: 'm',
  });
  const on = (members: TenantQueue['members'], change: Partial<TenantQueue> = {}) =>
    queue('Q', { members: members!, ...change });
  const apart = (changes: readonly Change[], there: TenantQueue, ledger = ledgerOf()) => {
    const groups = [group('a', ['ana'])];
    const { memberGroups } = there;
    const present = memberGroups.map(({ id }) => ({ how: 'member-groups' as const, queue: 'Q', group: id }));
    const tellable = new Set(['member-groups', 'direct-members'] as const);
    return withoutOverlap({
      changes,
      tenant: tenant({ queues: [there], groups }),
      present,
      ledger,
      tellable,
    });
  };
  const serving = { memberGroups: [{ id: 'a', type: 'GROUP' }] };
  const byGroup = (user: string) => ({ user, by: 'group' as const });

  it('comes by the group alone', () => {
    const { changes, dropped, notes } = apart([attach('a', 'Q'), directly('ana'), directly('bo')], on([]));
    expect(changes).toEqual([attach('a', 'Q'), directly('bo')]);
    expect(dropped).toEqual([directly('ana')]);
    expect(notes).toMatchObject([{ code: 'overlap.direct-and-group', level: 'info' }]);
  });

  it('comes directly instead of a group that goes', () => {
    const { changes, notes } = apart([detach('a', 'Q'), directly('ana')], on([byGroup('ana')], serving));
    expect(changes).toEqual([detach('a', 'Q'), { ...directly('ana'), insteadOf: ['a'] }]);
    expect(notes).toMatchObject([{ code: 'queue.handover', level: 'warning', subject: 'Q' }]);
  });

  it.each<[string, Partial<TenantQueue>, Ledger, 'comes' | 'does not']>([
    ['no group is left there', {}, ledgerOf(), 'comes'],
    ['a group is left that may bring them', serving, ledgerOf(), 'does not'],
    ['a team is left', { memberGroups: [{ id: 't', type: 'TEAM' }] }, ledgerOf(), 'does not'],
    ['a condition names a group', { otherGroups: ['x'] }, ledgerOf(), 'does not'],
    [
      'a group of ours serves it by the other contract',
      {},
      ledgerOf(owned({ kind: 'attachment', queue: 'Q', group: 'a', how: 'scim-extension' }, 'a')),
      'does not',
    ],
  ])('whom the queue shows by a group that nobody knows: %s', (_, change, ledger, what) => {
    const { changes } = apart([directly('zoe')], on([byGroup('zoe')], change), ledger);
    expect(changes).toEqual(what === 'comes' ? [{ ...directly('zoe'), insteadOf: [] }] : []);
  });

  it('who is there by hand is told by name, and nobody who is about to go', () => {
    const direct = { user: 'ana', by: 'user' as const, name: 'Ana' };
    const there = tenant({ queues: [on([direct])], groups: [group('a', ['ana'])] });
    const before = supplyBefore(there, [{ how: 'direct-members', queue: 'Q', user: 'ana' }]);
    const ours = new Map([['Q', new Set(['a'])]]);
    expect(bothWays(ours, before, there)).toMatchObject([
      { code: 'overlap.direct-and-group', level: 'warning', text: expect.stringContaining('Ana') },
    ]);
    const goes = { ...directly('ana'), kind: 'queue.detach', because: 'unmapped' } as Change;
    expect(bothWays(ours, supplyAfter(before, [goes]), there)).toEqual([]);
  });
});

describe('the fingerprint', () => {
  it('is one for equal values, whatever the order of their keys', () => {
    expect(fingerprint({ a: 1, b: [{ c: 2, d: undefined }] })).toBe(fingerprint({ b: [{ c: 2 }], a: 1 }));
  });

  it.each([
    [{ a: 1 }, { a: '1' }],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: null }, {}],
    [['a,b'], ['a', 'b']],
  ])('tells %j from %j', (one, other) => {
    expect(fingerprint(one)).not.toBe(fingerprint(other));
  });

  it('is of a text that JSON reads back', () => {
    expect(JSON.parse(canonicalJson({ b: [undefined, 'ä"'], a: { z: 1 } }))).toEqual({
      a: { z: 1 },
      b: [null, 'ä"'],
    });
  });

  it('has every field of its own, whatever it is called', () => {
    const own = JSON.parse('{"b": 1, "__proto__": {"c": 2, "a": 3}}') as object;
    expect(canonicalJson(own)).toBe('{"__proto__":{"a":3,"c":2},"b":1}');
    expect(canonicalJson(JSON.parse('{"b": 1, "10": 2, "9": 3}'))).toBe('{"9":3,"10":2,"b":1}');
  });
});
