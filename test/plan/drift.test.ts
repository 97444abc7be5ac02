import { describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../src/model/audit.ts';
import type { TargetDrift } from '../../src/model/drift.ts';
import type { Seen } from '../../src/model/seen.ts';
import { deedsOf, peopleIn, trailsOf } from '../../src/plan/drift/deeds.ts';
import { targetDrift } from '../../src/plan/drift/target.ts';
import { fieldId, type TargetDriftInput } from '../../src/plan/drift/world.ts';
import { group, ledgerOf, owned, queue, tenant, user } from '../support/builders.ts';

const ledger = ledgerOf(
  owned({ kind: 'group', group: 'g', key: 'corp:g' }, 'g'),
  owned({ kind: 'member', group: 'g', user: 'ana' }, 'g'),
  owned({ kind: 'member', group: 'g', user: 'bo' }, 'g', { state: 'leaving' }),
  owned({ kind: 'attachment', queue: 'Q', group: 'g', how: 'ring-groups', ring: 2 }, 'g'),
  owned({ kind: 'queue-member', queue: 'R', user: 'cy' }, 'g'),
);
const seen: Seen = {
  groups: new Map([['g', { name: 'g', externalId: 'x', strangers: ['zoe'] }]]),
  queues: new Map([
    ['Q', { name: 'Q', groups: ['h member-groups'], direct: 1 }],
    ['R', { name: 'R', groups: [], direct: 0 }],
  ]),
};

/** Everything as it was left; `shown` are the edges of ours that are there. */
function drift(change: Partial<TargetDriftInput> = {}, shown: readonly string[] = ['ana', 'g', 'cy']) {
  return targetDrift({
    tenant: tenant({
      groups: [group('g', ['ana', 'zoe'], { externalId: 'x' }), group('h', [])],
      queues: [queue('Q', { userMemberCount: 1 }), queue('R', { userMemberCount: 1 })],
      users: ['ana', 'bo', 'cy', 'zoe'].map(id => user(id)),
    }),
    present: [
      { how: 'ring-groups', queue: 'Q', group: 'g', ring: 2 },
      { how: 'member-groups', queue: 'Q', group: 'h' },
    ],
    ledger,
    sights: {
      shows: edge => shown.includes('user' in edge ? edge.user : edge.group),
      wish: edge => ({ edge, key: 'corp:g', mapping: 'm-g' }),
    },
    seen,
    before: ledger,
    written: new Map(),
    partings: new Map(),
    knownAbsent: new Set(),
    back: [],
    ...change,
  });
}

const kinds = (all: readonly TargetDrift[]) =>
  all.map(({ kind, place, subject }) => [kind, place.id, ...(subject ? [subject.id] : [])].join(' '));

describe('what moved in the target', () => {
  it('is nothing where all is as it was left; who was about to leave by us is not told as gone', () => {
    expect(drift()).toEqual([]);
  });

  it('is what is ours and gone: people, a group in its ring, somebody placed directly', () => {
    const groups = [group('g', ['zoe'], { externalId: 'x' }), group('h', [])];
    const all = drift({ tenant: { ...tenant({ queues: [queue('Q'), queue('R')] }), groups } }, []);
    expect(kinds(all).filter(kind => !kind.startsWith('user.'))).toEqual([
      'attachment.gone Q g',
      'queue-member.gone R cy',
      'member.gone g ana',
    ]);
    expect(all[0]).toMatchObject({
      ring: 2,
      wanted: true,
      comesBack: false,
      placed: { run: 'r', mapping: 'm-g' },
    });
  });

  it('is who and what came or went beside us', () => {
    const all = drift({
      tenant: tenant({
        groups: [group('g', ['ana', 'eve'], { externalId: 'x' }), group('i', [])],
        queues: [queue('Q', { userMemberCount: 3 }), queue('R', { userMemberCount: 1 })],
        users: ['ana', 'bo', 'cy'].map(id => user(id)),
      }),
      present: [
        { how: 'ring-groups', queue: 'Q', group: 'g', ring: 2 },
        { how: 'member-groups', queue: 'Q', group: 'i' },
      ],
    });
    expect(kinds(all)).toEqual([
      'attachment.went Q h',
      'attachment.came Q i',
      'direct.came Q',
      'member.went g zoe',
      'member.came g eve',
    ]);
    expect(all[2]).toMatchObject({ was: '1', is: '3', unsure: true });
  });

  it('is how a group is called and anchored, unless a run of ours wrote that', () => {
    const groups = [group('g', ['ana', 'zoe'], { name: 'G', externalId: 'y' }), group('h', [])];
    const renamed = {
      ...tenant({ queues: [queue('Q'), queue('R')], users: ['ana', 'bo', 'cy'].map(id => user(id)) }),
      groups,
    };
    const all = drift({ tenant: renamed });
    expect(all.map(({ kind, was, is }) => [kind, was, is])).toEqual([
      ['group.renamed', 'g', 'G'],
      ['group.anchored', 'x', 'y'],
    ]);
    const written = new Map([
      [fieldId('name', 'g'), 'G'],
      [fieldId('externalId', 'g'), 'z'],
    ]);
    expect(kinds(drift({ tenant: renamed, written }))).toEqual(['group.anchored g']);
  });

  it('is a group that rules fill now, and says nothing of its people', () => {
    const groups = [group('g', ['eve'], { externalId: 'x', dynamic: true }), group('h', [])];
    const all = drift({
      tenant: {
        ...tenant({ queues: [queue('Q'), queue('R')], users: ['ana', 'bo', 'cy'].map(id => user(id)) }),
        groups,
      },
    });
    expect(kinds(all)).toEqual(['group.dynamic g']);
  });

  it('is a group or a queue that was deleted, told once with what was lost', () => {
    const all = drift(
      { tenant: tenant({ users: ['ana', 'bo', 'cy'].map(id => user(id)) }), present: [] },
      [],
    );
    expect(all.map(({ kind, count }) => [kind, count])).toEqual([
      ['queue.deleted', 1],
      ['queue.deleted', 1],
      ['group.deleted', 2],
    ]);
  });

  it('is a user of ours who cannot work any more, told until a run has seen it', () => {
    const users = [user('ana', { state: 'inactive' }), user('bo')];
    const base = {
      ...tenant({ queues: [queue('Q'), queue('R')], users }),
      groups: [group('g', ['ana', 'zoe'], { externalId: 'x' }), group('h', [])],
    };
    expect(kinds(drift({ tenant: base }))).toEqual(['user.inactive ana', 'user.deleted cy']);
    expect(kinds(drift({ tenant: base, knownAbsent: new Set(['ana']) }))).toEqual(['user.deleted cy']);
  });
});

const entry = (change: Partial<AuditEntry>): AuditEntry => ({
  at: '2026-01-05T09:00:00.000Z',
  action: 'Update',
  entity: 'g',
  user: { id: 'sam', name: 'Sam' },
  changes: [],
  ...change,
});
const moved = (kind: TargetDrift['kind'], change: Partial<TargetDrift> = {}): TargetDrift => ({
  kind,
  place: {
    kind: kind.startsWith('member') || kind.startsWith('group') ? 'group' : 'queue',
    id: kind.startsWith('member') || kind.startsWith('group') ? 'g' : 'Q',
    name: 'x',
  },
  ...change,
});
const told = (drift: TargetDrift, ...entries: AuditEntry[]) =>
  deedsOf(drift, { entries, userName: id => (id === 'ana' ? 'Ana' : undefined) });

describe('who did it, by the audit trail', () => {
  const ana = { subject: { kind: 'user', id: 'ana', name: 'Ana' } } as const;

  it('is the latest line that speaks of that person and that group', () => {
    const membership = (ids: string, at: string) =>
      entry({ at, changes: [{ property: 'group-membership', was: [], is: [ids] }] });
    const [deed, ...rest] = told(
      moved('member.gone', ana),
      membership('[bo]', '2026-01-05T12:00:00.000Z'),
      membership('[ana, bo]', '2026-01-05T11:00:00.000Z'),
      membership('[ana]', '2026-01-05T10:00:00.000Z'),
    );
    expect([deed?.at, deed?.by?.name, rest]).toEqual(['2026-01-05T11:00:00.000Z', 'Sam', []]);
    expect(
      told(
        moved('member.gone', ana),
        entry({ entity: 'other', changes: [{ property: 'group-membership', was: [], is: ['[ana]'] }] }),
      ),
    ).toEqual([]);
  });

  it('is the line in which a group is named before and not after, on the queue or on the group', () => {
    const gone = moved('attachment.gone', { subject: { kind: 'group', id: 'g', name: 'G' } });
    const onQueue = (was: string, is: string) =>
      entry({ entity: 'Q', changes: [{ property: 'memberGroups', was: [was], is: [is] }] });
    expect(told(gone, onQueue('[{"id":"g"},{"id":"h"}]', '[{"id":"g"}]'))).toEqual([]);
    expect(told(gone, onQueue('[{"id":"g"},{"id":"h"}]', '[{"id":"h"}]'))).toHaveLength(1);
    const onGroup = entry({ changes: [{ property: 'routingQueueIds', was: ['Q, R'], is: ['R'] }] });
    expect(told(gone, onGroup)).toHaveLength(1);
    expect(trailsOf(gone, true).map(({ entity }) => entity)).toEqual(['Q', 'g']);
    expect(trailsOf(gone, false).map(({ entity }) => entity)).toEqual(['Q']);
  });

  it('names everybody of a number of people, by whoever moved them', () => {
    const add = (who: string, by: string) =>
      entry({
        entity: 'Q',
        action: 'MemberAdd',
        user: { id: by },
        changes: [{ property: `QueueMember/Q:${who}`, was: [], is: ['<queue member added>'] }],
      });
    const deeds = told(moved('direct.came'), add('ana', 'sam'), add('bo', 'sam'), add('eve', 'ana'));
    expect(deeds.map(({ by, whom }) => [by?.kind, by?.name ?? by?.id, whom])).toEqual([
      ['unknown', 'sam', ['Ana', 'bo']],
      ['user', 'Ana', ['eve']],
    ]);
    expect(peopleIn(add('ana', 'sam'))).toEqual(['sam', 'ana']);
  });

  it('tells an OAuth client and the application apart from a user, and nobody where the trail names nobody', () => {
    const rename = { changes: [{ property: 'name', was: ['a'], is: ['b'] }] };
    const { user: _, ...nobody } = entry(rename);
    const renamed = moved('group.renamed');
    expect(told(renamed, { ...nobody, client: { id: 'c' }, application: 'Admin' })).toMatchObject([
      { by: { kind: 'client', id: 'c' }, application: 'Admin' },
    ]);
    expect(told(renamed, nobody)[0]).not.toHaveProperty('by');
    expect(told(moved('user.inactive'), entry(rename))).toEqual([]);
    expect(
      trailsOf({ ...moved('user.inactive'), place: { kind: 'user', id: 'u', name: 'u' } }, true),
    ).toEqual([]);
  });
});
