import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { Reads } from '../../src/model/reads.ts';
import type { Tenant, TenantGroup } from '../../src/model/tenant.ts';
import { ownerOf, type Remembering, readsAfter, usableReads } from '../../src/run/remember.ts';
import { group, tenant, user } from '../support/builders.ts';

const hour = 3_600_000;
const now = 100 * hour;
const how: Remembering = { owner: ownerOf('https://api.example.com', 'client'), hours: 24, fresh: false };
const kept: Reads = {
  sources: new Map(),
  tenant: {
    owner: how.owner,
    contract: 'platform',
    groups: new Map([['G', group('G', ['new', 'old'])]]),
    users: new Map([
      ['new', user('new', { readAt: now - 23 * hour })],
      ['old', user('old', { readAt: now - 24 * hour })],
      ['ahead', user('ahead', { readAt: now + 1 })],
      ['undated', user('undated')],
    ]),
    absent: new Map([
      ['email new', now - hour],
      ['email old', now - 25 * hour],
    ]),
    totals: { users: 9 },
  },
};

describe('what may be used of what was remembered', () => {
  it('is whatever is young enough; groups have their version and no age', () => {
    const usable = usableReads(kept, how, 'platform', now)!;
    expect([...usable.users.keys()]).toEqual(['new']);
    expect([...usable.absent.keys()]).toEqual(['email new']);
    expect([...usable.groups.keys()]).toEqual(['G']);
    expect(usable.totals).toEqual({ users: 9 });
  });

  it.each([
    ['there is nothing', usableReads(undefined, how, 'platform', now)],
    ['nobody asked for it', usableReads(kept, undefined, 'platform', now)],
    ['everything is to be fresh', usableReads(kept, { ...how, fresh: true }, 'platform', now)],
    ['no hours are given', usableReads(kept, { ...how, hours: 0 }, 'platform', now)],
    ['the other contract is spoken', usableReads(kept, how, 'scim-extension', now)],
    [
      'another client asks',
      usableReads(kept, { ...how, owner: ownerOf('https://api.example.com', 'other') }, 'platform', now),
    ],
    [
      'another host is asked',
      usableReads(kept, { ...how, owner: ownerOf('https://api.example.org', 'client') }, 'platform', now),
    ],
    ['it is of the sources alone', usableReads({ sources: new Map() }, how, 'platform', now)],
  ])('is nothing where %s', (_, usable) => {
    expect(usable).toBeUndefined();
  });
});

const versioned = (id: string, members: readonly string[]): TenantGroup => ({
  ...group(id, members),
  version: '1',
});

/** A run over one group that gains cy and loses bo. */
function afterRun(
  state: 'done' | 'failed',
  seen: readonly string[],
  { unseen = [], hours = 24 }: { unseen?: Outcome['unseen']; hours?: number } = {},
) {
  const changes = [
    { kind: 'member.add', group: 'corp:a', id: 'A', user: 'cy', person: 'corp:cy', path: [], mapping: 'm' },
    { kind: 'member.remove', group: 'corp:a', id: 'A', user: 'bo', because: 'left', mapping: 'm' },
  ] as const satisfies readonly Change[];
  const step = { kind: 'group.update', phase: 3, group: 'corp:a', changes: [0, 1] } as const;
  const before: Tenant = tenant({
    groups: [versioned('A', ['ana', 'bo']), { ...versioned('B', ['ana']), remembered: true }, group('C', [])],
    users: [
      user('ana', { readAt: 1, remembered: true, groupCount: 2 }),
      user('bo', { readAt: 1, groupCount: 1 }),
      user('cy', { readAt: 2, groupCount: 0 }),
      user('dee'),
    ],
  });
  const outcome: Outcome = {
    run: 'r',
    state,
    steps: [{ step, state }],
    calls: 0,
    seconds: 0,
    made: {},
    unseen,
  };
  const groups = new Map([...before.groups, versioned('A', seen)].map(each => [each.id, each]));
  const told = readsAfter({
    how: { ...how, hours },
    remembered: { reads: undefined, counts: new Map() },
    nowMs: now,
    plan: { choice: before.choice, changes } as unknown as Plan,
    tenant: before,
    outcome,
    seen: groups,
  });
  return told?.tenant;
}

describe('what is remembered after a run', () => {
  it('are the groups as the writes left them, and everybody with their number of groups', () => {
    const told = afterRun('done', ['ana', 'cy'])!;
    expect(told.groups.get('A')?.memberIds).toEqual(['ana', 'cy']);
    expect(told.groups.get('B')).toEqual({ ...versioned('B', ['ana']), remembered: true });
    expect(
      [...told.users.values()].map(({ id, groupCount, remembered }) => [id, groupCount, remembered]),
    ).toEqual([
      ['ana', 2, true],
      ['bo', 0, true],
      ['cy', 1, true],
    ]);
  });

  it('is no group without a version', () => {
    expect(afterRun('done', ['ana', 'cy'])!.groups.has('C')).toBe(false);
  });

  it('is no group and nobody of whom the answer shows something else than was written', () => {
    const told = afterRun('done', ['ana', 'bo'])!;
    expect([...told.groups.keys()]).toEqual(['B']);
    expect([...told.users.keys()]).toEqual(['ana']);
  });

  it.each([
    ['failed', afterRun('failed', ['ana', 'bo'])],
    [
      'was not seen in time',
      afterRun('done', ['ana', 'cy'], { unseen: [{ code: 'settle.not-seen', happened: '', remedy: '' }] }),
    ],
  ])('is no group whose write %s', (_, told) => {
    expect([...told!.groups.keys()]).toEqual(['B']);
  });

  it('is nothing of the tenant where no hours are given', () => {
    expect(afterRun('done', ['ana', 'cy'], { hours: 0 })).toBeUndefined();
  });
});

describe('a run that learned nothing', () => {
  const before: Reads = {
    sources: new Map([['corp:a', { members: 1, people: 1, readAt: '2026-01-05T09:00:00.000Z' }]]),
    tenant: {
      owner: how.owner,
      contract: 'platform',
      groups: new Map([['A', { ...versioned('A', ['ana']), remembered: true }]]),
      users: new Map([['ana', user('ana', { readAt: now - hour, remembered: true })]]),
      absent: new Map(),
      totals: { users: 9 },
    },
  };
  const learned = (change: Partial<Tenant> = {}, seen = before.tenant!.groups) =>
    readsAfter({
      how,
      remembered: { reads: before, counts: before.sources },
      nowMs: now,
      plan: {} as Plan,
      tenant: tenant({
        users: [...before.tenant!.users.values()],
        absent: new Map(),
        totals: { users: 9 },
        ...change,
      }),
      outcome: { run: 'r', state: 'nothing-to-do', steps: [], calls: 0, seconds: 0, made: {}, unseen: [] },
      seen,
    });

  it('leaves nothing to be written', () => {
    expect(learned()).toBeUndefined();
  });

  it.each([
    ['somebody was read anew', learned({ users: [user('ana', { readAt: now })] })],
    ['somebody is no longer asked for', learned({ users: [] })],
    ['a group was read anew', learned({}, new Map([['A', versioned('A', ['ana'])]]))],
    ['a list told another length', learned({ totals: { users: 10 } })],
    ['an address turned out to be nobody’s', learned({ absent: new Map([['email x', now]]) })],
    [
      'the other contract was spoken',
      learned({ choice: { contract: 'scim-extension', by: 'detected', reason: '' } }),
    ],
  ])('has learned something where %s', (_, told) => {
    expect(told?.tenant?.owner).toBe(how.owner);
  });
});
