import { expect, it } from 'vitest';
import type { Limits } from '../../src/model/limits.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { hoursInUtc, unmatchedLimits } from '../../src/plan/guards/limit-names.ts';

const tenant: Pick<Tenant, 'queues' | 'groups' | 'users'> = {
  queues: [
    { id: 'q1', name: 'Support_Tier1', memberGroups: [], rings: [], otherGroups: [] },
    { id: 'q2', name: 'Billing', memberGroups: [], rings: [], otherGroups: [] },
  ],
  groups: [{ id: 'g1', name: 'Customer Support', memberIds: [], dynamic: false }],
  users: [{ id: 'u1', name: 'Ana Souza', email: 'ana.souza@example.com', state: 'active' }],
};
const limits = {
  staffing: { minMembers: 1, queues: [] },
  protect: { people: [], groups: [], queues: [] },
  drain: { graceSeconds: 0, queues: [] },
} as unknown as Limits;
const told = (change: Partial<Limits>) => unmatchedLimits(tenant, { ...limits, ...change });

it.each([
  ['protect.people', { protect: { people: ['ana.suoza@example.com'], groups: [], queues: [] } }],
  ['protect.groups', { protect: { people: [], groups: ['Custommer Support'], queues: [] } }],
  ['protect.queues', { protect: { people: [], groups: [], queues: ['Suport_Tier1'] } }],
  ['staffing.queues', { staffing: { minMembers: 1, queues: [{ queue: 'support_tier1', minMembers: 5 }] } }],
  ['drain.queues', { drain: { graceSeconds: 0, queues: [{ queue: 'Biling', graceSeconds: 60 }] } }],
])('a near miss in limits.%s is a warning that names what may be meant', (key, change) => {
  const notes = told(change);
  expect(notes).toMatchObject([
    { code: 'limits.unmatched', level: 'warning', subject: expect.stringContaining(`limits.${key}: `) },
  ]);
  expect(notes[0]!.remedy).toMatch(
    /"(?:ana\.souza@example\.com|Customer Support|Support_Tier1|Billing)" is meant/u,
  );
});

it('what is called nothing like anything here, and a pattern, are told without alarm', () => {
  const notes = told({ protect: { people: [], groups: [], queues: ['Warehouse', 'Sales_*', '/^x/'] } });
  expect(notes.map(({ level }) => level)).toEqual(['info', 'info', 'info']);
  expect(notes[0]!.text).toBe(
    '"Warehouse" in limits.protect.queues limits nothing in this run: none of the queues that it has read is called so.',
  );
});

it('somebody who is protected and in no group that was read is told only where it looks like a slip', () => {
  const people = (text: string) => told({ protect: { people: [text], groups: [], queues: [] } });
  expect(people('wanda.visitor@example.org')).toEqual([]);
  expect(people('grace.kim@example.com')).toEqual([]);
  expect(people('ana.suoza@example.com')).toMatchObject([{ level: 'warning' }]);
  expect(people('ana.souza@exmaple.com')).toMatchObject([{ level: 'warning' }]);
});

it('what means something is not told, as each limit reads it, nor anything where nothing was read', () => {
  expect(
    told({
      protect: { people: ['ANA.souza@example.com', 'u1'], groups: ['Customer *'], queues: ['billing', 'q1'] },
      staffing: { minMembers: 1, queues: [{ queue: 'Support_*', minMembers: 5 }] },
      drain: { graceSeconds: 0, queues: [{ queue: 'q2', graceSeconds: 60 }] },
    }),
  ).toEqual([]);
  const protect = { people: ['ana'], groups: ['a'], queues: ['b'] };
  expect(unmatchedLimits({ queues: [], groups: [], users: [] }, { ...limits, protect })).toEqual([]);
});

it('hours and days without a time zone are told once, as what they are read', () => {
  const zoned = { queue: 'Billing', minMembers: 2, hours: '08:00-18:00', timeZone: 'Europe/Berlin' };
  const always = { queue: 'Sales', minMembers: 2 };
  expect(hoursInUtc({ staffing: { minMembers: 1, queues: [zoned, always] } })).toEqual([]);
  const open = { queue: 'Support_*', minMembers: 2, hours: '08:00-18:00' };
  const week = { queue: 'Chat', minMembers: 2, days: ['mon', 'fri'] as const };
  expect(hoursInUtc({ staffing: { minMembers: 1, queues: [open, zoned, week] } })).toMatchObject([
    {
      code: 'limits.utc',
      level: 'info',
      text: 'Hours and days without a timeZone are read as UTC: "Support_*" 08:00-18:00, "Chat" mon fri.',
    },
  ]);
});
