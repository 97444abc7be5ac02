import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Limits } from '../../src/model/limits.ts';
import { guardCodes, type Plan, type QueueOutlook } from '../../src/model/plan.ts';
import { floorAt } from '../../src/plan/guards/floors.ts';
import { guard } from '../../src/plan/guards/guard.ts';

const limits: Limits = {
  removals: { percent: 100, count: 1000, percentFrom: 10, whenGroupGone: 'keep' },
  additions: {},
  staffing: { minMembers: 0, queues: [] },
  quarantine: { percent: 50, from: 5 },
  protect: { people: [], groups: [], queues: [] },
  drain: { graceSeconds: 0, queues: [] },
  queueSize: 5000,
  groupsPerUser: 100,
  overlap: 'note',
  takenAway: 'put-back',
};
const users = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);
const outlook = (extra: Partial<QueueOutlook>): QueueOutlook => ({
  queue: 'q',
  before: 20,
  after: 20,
  joining: [],
  leaving: [],
  groups: [],
  exact: true,
  ...extra,
});
const plan = (extra: Partial<Plan>): Plan => ({
  kind: 'muster.plan',
  version: 1,
  choice: { contract: 'platform', by: 'configured', reason: '' },
  changes: [],
  steps: [],
  queues: [],
  fullest: [],
  notes: [],
  price: { calls: 0, byRoute: [], minutes: 0, perMinute: 300 },
  names: { users: {}, queues: { q: 'Support' }, groups: {} },
  bookkeeping: { bind: [], confirm: [], forget: [], rehome: [] },
  losses: 0,
  held: 100,
  fingerprint: '',
  ...extra,
});
const codes = (of: Plan, change: Partial<Limits>) =>
  guard(of, { ...limits, ...change }, 0).map(refusal => refusal.code);
const removals = (change: Partial<Limits['removals']>) => ({ removals: { ...limits.removals, ...change } });

it('every guard has a story', () => {
  const folder = new URL('../stories/', import.meta.url);
  const stories = readdirSync(folder)
    .map(name => readFileSync(new URL(name, folder), 'utf8'))
    .join('');
  expect(guardCodes.filter(code => !stories.includes(code))).toEqual([]);
});

describe('a guard refuses just beyond its limit', () => {
  it('by count', () => {
    expect(codes(plan({ losses: 5 }), removals({ count: 5 }))).toEqual([]);
    expect(codes(plan({ losses: 6 }), removals({ count: 5 }))).toEqual(['guard.removals-count']);
  });

  it('by share, from so many on', () => {
    expect(codes(plan({ losses: 20 }), removals({ percent: 20 }))).toEqual([]);
    expect(codes(plan({ losses: 21 }), removals({ percent: 20 }))).toEqual(['guard.removals-percent']);
    expect(codes(plan({ losses: 9, held: 9 }), removals({ percent: 20 }))).toEqual([]);
  });

  it('by queue, where it is set', () => {
    const losing = plan({ queues: [outlook({ leaving: users(11), after: 9 })], losses: 11 });
    expect(codes(losing, {})).toEqual([]);
    expect(codes(losing, removals({ perQueuePercent: 55 }))).toEqual([]);
    expect(codes(losing, removals({ perQueuePercent: 50 }))).toEqual(['guard.removals-queue']);
  });

  it('by queue however small it is: whoever sets that limit means every queue', () => {
    const small = plan({ queues: [outlook({ before: 6, leaving: users(5), after: 1 })], losses: 5 });
    expect(codes(small, removals({ perQueuePercent: 50 }))).toEqual(['guard.removals-queue']);
    expect(codes(small, removals({ perQueuePercent: 84 }))).toEqual([]);
  });

  it('by mapping, where it is set', () => {
    const losing = plan({ losses: 3, lossesByMapping: { m: 3, n: 1 } });
    expect(codes(losing, removals({ perMapping: 3 }))).toEqual([]);
    expect(codes(losing, removals({ perMapping: 2 }))).toEqual(['guard.removals-mapping']);
  });

  it('by additions, which are free unless somebody says otherwise', () => {
    const gaining = plan({ queues: [outlook({ joining: users(60), after: 80 })] });
    expect(codes(gaining, {})).toEqual([]);
    expect(codes(gaining, { additions: { count: 59 } })).toEqual(['guard.additions-count']);
    expect(codes(gaining, { additions: { count: 60, percent: 59 } })).toEqual(['guard.additions-percent']);
  });

  it('by the platform’s own limit, only where somebody joins', () => {
    expect(codes(plan({ queues: [outlook({ joining: ['a'], after: 5001 })] }), {})).toEqual([
      'guard.queue-size',
    ]);
    expect(codes(plan({ queues: [outlook({ after: 5001 })] }), {})).toEqual([]);
  });

  it('by the groups that somebody is in, named with the number, and says where not all are known', () => {
    const fullest = [
      { user: 'ana', groups: 102, known: true },
      { user: 'bo', groups: 101, known: false },
      { user: 'cy', groups: 100, known: true },
    ];
    expect(codes(plan({ fullest }), { groupsPerUser: 102 })).toEqual([]);
    const [refusal] = guard(plan({ fullest }), limits, 0);
    expect(refusal).toMatchObject({
      code: 'guard.groups-per-user',
      subject: '2 people',
      text: 'Too many groups: ana in 102, bo in 101; the platform allows 100. People come into new groups before they leave others. Of some, only the groups that this plan is about are known.',
    });
    const crowd = Array.from({ length: 20 }, (_, index) => ({ user: `u${index}`, groups: 200, known: true }));
    expect(guard(plan({ fullest: crowd }), limits, 0)[0]).toMatchObject({
      subject: 'at least 20 people',
      text: expect.stringContaining('u4 in 200 and 15 more;'),
    });
  });

  it('by members, and by members who have activated the queue', () => {
    const losing = plan({
      queues: [outlook({ leaving: ['a'], before: 3, after: 2, joinedBefore: 2, joinedAfter: 1 })],
      losses: 1,
    });
    expect(codes(losing, { staffing: { minMembers: 2, queues: [] } })).toEqual([]);
    expect(codes(losing, { staffing: { minMembers: 3, queues: [] } })).toEqual(['guard.staffing-floor']);
    expect(codes(losing, { staffing: { minMembers: 0, minJoined: 1, queues: [] } })).toEqual([]);
    expect(codes(losing, { staffing: { minMembers: 0, minJoined: 2, queues: [] } })).toEqual([
      'guard.staffing-joined',
    ]);
  });

  it('nobody who has not activated the queue brings it under the floor of those who have', () => {
    const night = { leaving: ['a'], before: 3, after: 2, joinedBefore: 0, joinedAfter: 0 };
    expect(
      codes(plan({ queues: [outlook(night)], losses: 1 }), {
        staffing: { minMembers: 0, minJoined: 2, queues: [] },
      }),
    ).toEqual([]);
  });

  it('a queue that nobody leaves may stand under its floor', () => {
    expect(
      codes(plan({ queues: [outlook({ joining: ['a'], before: 0, after: 1 })] }), {
        staffing: { minMembers: 5, queues: [] },
      }),
    ).toEqual([]);
  });
});

describe('a floor with hours', () => {
  const queue = { id: 'q', name: 'Support_Tier1' };
  const rule = {
    queue: 'Support_*',
    minMembers: 20,
    hours: '08:00-18:00',
    days: ['mon', 'fri'],
    timeZone: 'Europe/Berlin',
  } as const;
  const floor = (iso: string, change: object = {}) =>
    floorAt({ minMembers: 1, queues: [{ ...rule, ...change }] }, Date.parse(iso))(queue).minMembers;

  it.each([
    ['before its hours', '2026-11-23T06:59:00Z', 1],
    ['from its first minute', '2026-11-23T07:00:00Z', 20],
    ['in its last minute', '2026-11-23T16:59:00Z', 20],
    ['at its end', '2026-11-23T17:00:00Z', 1],
    ['on another day', '2026-11-24T10:00:00Z', 1],
    ['in summer, an hour earlier by UTC', '2026-07-03T06:00:00Z', 20],
  ])('%s', (_, iso, expected) => {
    expect(floor(iso)).toBe(expected);
  });

  it('that go past midnight belong to the day on which they began', () => {
    const night = { hours: '22:00-06:00', days: ['fri'], timeZone: 'UTC' };
    expect(floor('2026-11-27T23:00:00Z', night)).toBe(20);
    expect(floor('2026-11-28T05:59:00Z', night)).toBe(20);
    expect(floor('2026-11-28T06:00:00Z', night)).toBe(1);
    expect(floor('2026-11-27T05:00:00Z', night)).toBe(1);
  });

  it('is asked of its queues alone, and the strictest one wins', () => {
    const staffing = {
      minMembers: 1,
      minJoined: 1,
      queues: [
        { queue: 'Support_*', minMembers: 5 },
        { queue: 'Support_Tier1', minMembers: 3, minJoined: 2 },
      ],
    };
    expect(floorAt(staffing, 0)(queue)).toEqual({ minMembers: 5, minJoined: 2 });
    expect(floorAt(staffing, 0)({ id: 'b', name: 'Billing' })).toEqual({ minMembers: 1, minJoined: 1 });
  });
});
