import { describe, expect, it } from 'vitest';
import { strategies } from '../../src/assignment/registry.ts';
import type { RunRecord, WriteRecord } from '../../src/model/history.ts';
import type { JournalEdge } from '../../src/model/journal.ts';
import { type Edge, edgeId, type Ledger, unmadeGroup } from '../../src/model/ledger.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { effectsOf, type RunEffects } from '../../src/plan/undo/run-effects.ts';
import { undoPlan } from '../../src/plan/undo/undo.ts';
import { undoScope } from '../../src/plan/undo/undo-scope.ts';
import { carriers, tellableIn } from '../../src/run/compose-plan.ts';
import { group, ledgerOf, owned, queue, readAt, tenant, user } from '../support/builders.ts';

const member = (id: string, who: string): Edge => ({ kind: 'member', group: id, user: who });
const attached = (on: string, id: string, ring?: number): Edge => ({
  kind: 'attachment',
  queue: on,
  group: id,
  how: ring === undefined ? 'member-groups' : 'ring-groups',
  ...(ring === undefined ? {} : { ring }),
});
const entry = (edge: Edge, key = 'corp:a'): JournalEdge => ({ edge, mapping: 'm-a', key, person: 'corp:p' });
const write = (change: Partial<WriteRecord>): WriteRecord => ({
  id: 1,
  at: readAt,
  route: 'PATCH x',
  subject: 'group a',
  adds: [],
  drops: [],
  fields: [],
  state: 'done',
  ...change,
});
const run = (id: string, writes: readonly WriteRecord[], change: Partial<RunRecord> = {}): RunRecord => ({
  run: id,
  at: readAt,
  contract: 'platform',
  fingerprint: 'f',
  changes: 1,
  writes,
  bound: [],
  adopted: [],
  released: [],
  rehomed: [],
  ...change,
});
const idsOf = (entries: readonly JournalEdge[]) => entries.map(({ edge }) => edgeId(edge));

describe('what a run came to', () => {
  const adds = (...edges: Edge[]) => write({ adds: edges.map(edge => entry(edge)) });
  const drops = (...edges: Edge[]) => write({ drops: edges.map(edge => entry(edge)) });

  it('is the net of its writes', () => {
    const effects = effectsOf(
      run('r', [adds(member('A', 'ana'), member('A', 'bo')), drops(member('A', 'bo'), member('A', 'cy'))]),
      [],
    );
    expect(idsOf(effects.added)).toEqual(['member A ana']);
    expect(idsOf(effects.dropped)).toEqual(['member A cy']);
    expect(effects.overtaken).toBe(0);
  });

  it('is nothing where a write was refused, and open where its answer was lost', () => {
    const lost = { ...adds(member('A', 'bo')), state: 'lost' as const };
    const open = { ...adds(member('A', 'cy')), state: 'open' as const };
    const refused = { ...adds(member('A', 'ana')), state: 'refused' as const };
    expect(idsOf(effectsOf(run('r', [refused, lost, open]), []).added)).toEqual([
      'member A bo',
      'member A cy',
    ]);
  });

  it('is not what a later run wrote to, unless that was refused', () => {
    const first = run('r', [adds(member('A', 'ana'), member('A', 'bo'))]);
    const later = run('s', [drops(member('A', 'ana')), { ...drops(member('A', 'bo')), state: 'refused' }]);
    const effects = effectsOf(first, [later]);
    expect(idsOf(effects.added)).toEqual(['member A bo']);
    expect(effects.overtaken).toBe(1);
  });

  it('is still its own where an undo of it died before the answer', () => {
    const first = run('r', [adds(member('A', 'ana'))]);
    const open = [{ ...drops(member('A', 'ana')), state: 'open' as const }];
    const died = run('s', open, { purpose: { kind: 'undo', of: 'r' } });
    expect(idsOf(effectsOf(first, [died]).added)).toEqual(['member A ana']);
    expect(effectsOf(first, [run('s', open)]).overtaken).toBe(1);
  });

  it('has the ids of groups that came with an answer, or only to a later run', () => {
    const edge = member(unmadeGroup('corp:a'), 'ana');
    const made = effectsOf(run('r', [{ ...adds(edge), made: { key: 'corp:a', group: 'A' } }]), []);
    expect(idsOf(made.added)).toEqual(['member A ana']);
    const later = run('s', [], { bound: [{ key: 'corp:a', group: 'B' }] });
    expect(idsOf(effectsOf(run('r', [{ ...adds(edge), state: 'open' }]), [later]).added)).toEqual([
      'member B ana',
    ]);
  });
});

const effects = (change: Partial<RunEffects>): RunEffects => ({
  added: [],
  dropped: [],
  fields: [],
  adopted: [],
  released: [],
  overtaken: 0,
  ...change,
});

function undo(did: Partial<RunEffects>, at: Tenant, ledger: Ledger = ledgerOf(), mappings: string[] = []) {
  return undoPlan({
    run: 'r',
    effects: effects(did),
    tenant: at,
    present: strategies.flatMap(each => each.present(at)),
    tellable: tellableIn(at.choice.contract),
    ledger,
    mappings: new Set(mappings),
    carriers,
    batches: { members: 50, newMembers: 50, queueMembers: 100, readBack: 100 },
    limits: { protect: { people: [], groups: [], queues: [] }, drain: { graceSeconds: 0, queues: [] } },
    seats: new Map(),
  });
}

const GROUP = { id: 'A', type: 'GROUP' };
const there = tenant({
  queues: [queue('Q', { memberGroups: [GROUP], memberCount: 2 })],
  groups: [group('A', ['ana', 'bo'])],
  users: [user('ana'), user('bo'), user('cy')],
});
const whyLeft = (plan: ReturnType<typeof undo>) =>
  plan.notes.filter(note => note.code === 'undo.left-alone').map(note => note.text);

describe('the plan of an undo', () => {
  it('takes away what is ours and there, and nobody else', () => {
    const plan = undo(
      { added: [entry(member('A', 'ana')), entry(attached('Q', 'A'))] },
      there,
      ledgerOf(owned(member('A', 'ana'), 'a'), owned(attached('Q', 'A'), 'a')),
    );
    expect(plan.changes).toMatchObject([
      { kind: 'queue.detach', queue: 'Q', id: 'A', because: 'undone', mapping: 'm-a' },
      { kind: 'member.remove', user: 'ana', because: 'undone', mapping: 'm-a' },
    ]);
    expect(plan.purpose).toEqual({ kind: 'undo', of: 'r' });
  });

  it('leaves what is no longer ours, and forgets what is no longer there', () => {
    const gone = member('A', 'cy');
    const plan = undo({ added: [entry(member('A', 'ana')), entry(gone)] }, there, ledgerOf(owned(gone, 'a')));
    expect(plan.changes).toEqual([]);
    expect(plan.bookkeeping.forget).toEqual([gone]);
    expect(whyLeft(plan)).toEqual([expect.stringContaining('no longer ours')]);
  });

  it('puts back what is gone, for the same mapping, group and person', () => {
    const plan = undo(
      { dropped: [entry(member('A', 'cy')), entry(attached('Q', 'B'))] },
      {
        ...there,
        groups: [...there.groups, group('B', [])],
      },
    );
    expect(plan.changes).toEqual([
      {
        kind: 'member.add',
        group: 'corp:a',
        id: 'A',
        user: 'cy',
        person: 'corp:p',
        path: ['A'],
        because: 'undone',
        mapping: 'm-a',
      },
      {
        kind: 'queue.attach',
        queue: 'Q',
        how: 'member-groups',
        group: 'corp:a',
        id: 'B',
        because: 'undone',
        mapping: 'm-a',
      },
    ]);
  });

  it.each([
    ['the group is gone', member('B', 'ana')],
    ['the queue is gone', attached('R', 'A')],
    ['no active user any more', member('A', 'dee')],
    ['the queue has no ring 3 any more', attached('Q', 'A', 3)],
    [
      'can only be told the way of another contract',
      { ...attached('Q', 'A'), how: 'scim-extension' } as Edge,
    ],
    ['put back by somebody else already', member('A', 'ana')],
  ])('leaves it where %s', (why, edge) => {
    const plan = undo({ dropped: [entry(edge)] }, there);
    expect(plan.changes).toEqual([]);
    expect(whyLeft(plan)).toEqual([expect.stringContaining(why)]);
  });

  it('writes to each group on its own, also where two stood for one source group', () => {
    const groups = [group('A', []), group('B', [])];
    const back = [entry(member('A', 'cy')), entry(member('B', 'cy'))];
    const { steps } = undo({ dropped: back }, { ...there, groups });
    expect(steps.map(({ kind, changes }) => [kind, changes])).toEqual([
      ['group.update', [0]],
      ['group.update', [1]],
    ]);
  });

  it('is settled about what it finds put back, and still only claimed', () => {
    const edge = member('A', 'ana');
    const claimed = ledgerOf(owned(edge, 'a', { state: 'claimed' }));
    const plan = undo({ dropped: [entry(edge)] }, there, claimed);
    expect(plan.bookkeeping.confirm).toEqual([edge]);
    expect(plan.notes).toEqual([]);
  });

  it('says what comes again, and by which mapping', () => {
    const ours = ledgerOf(owned(member('A', 'ana'), 'a'));
    const codes = (...mappings: string[]) =>
      undo({ added: [entry(member('A', 'ana'))] }, there, ours, mappings).notes.map(note => note.code);
    expect(codes('m-a')).toEqual(['undo.comes-again']);
    expect(codes('m-b')).toEqual([]);
    const back = undo({ dropped: [entry(member('A', 'cy'))] }, there, ours, ['m-b']);
    expect(back.notes[0]!.text).toContain('the next sync takes it away again');
  });
});

describe('what is read for an undo', () => {
  it('is what the run touched, the queues that its groups serve, and our other groups on those', () => {
    const ledger = ledgerOf(
      owned(attached('Q', 'A'), 'a'),
      owned(attached('Q', 'B'), 'b'),
      owned(attached('R', 'C'), 'c'),
    );
    const { scope, memberQueues } = undoScope(
      effects({
        added: [entry(member('A', 'ana')), entry(member(unmadeGroup('corp:z'), 'ana'))],
        dropped: [entry({ kind: 'queue-member', queue: 'S', user: 'bo' })],
      }),
      ledger,
    );
    expect(scope.groupIds.toSorted()).toEqual(['A', 'B']);
    expect(scope.queueIds.toSorted()).toEqual(['Q', 'S']);
    expect(scope.people).toEqual([{ person: 'corp:p', emails: [], userId: 'bo' }]);
    expect(memberQueues).toEqual(['S']);
  });
});
