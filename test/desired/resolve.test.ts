import { describe, expect, it } from 'vitest';
import { resolve } from '../../src/desired/resolve.ts';
import { scopeOf } from '../../src/desired/scope.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import {
  cutShort,
  directory,
  ledgerOf,
  mapping,
  owned,
  person,
  queue,
  sourceGroup,
  user,
} from '../support/builders.ts';

const queues = ['Support', 'Billing', 'Sales_EMEA', 'Sales_US'].map(name => queue(`id-${name}`, { name }));
const users = ['ana', 'bo', 'cy'].map(name => user(name));

const resolved = (
  directories: Directory | readonly Directory[],
  mappings: readonly Mapping[],
  served: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
) =>
  resolve({
    directories: [directories].flat(),
    mappings,
    tenant: { queues, users },
    match: ['email'],
    defaultAssign: 'member-groups',
    served,
  });
const codes = ({ desired }: ReturnType<typeof resolved>) => desired.notes.map(note => note.code);

describe('groups', () => {
  it('are what the mapping calls them, with captures, and hold their people', () => {
    const { desired } = resolved(directory([sourceGroup('q-Billing', ['cy', 'ana'])]), [
      mapping('/^q-(?<queue>.+)$/', ['{queue}'], { externalId: 'iam-{queue}', displayName: 'Desk {queue}' }),
    ]);
    expect(desired.groups).toMatchObject([
      {
        key: 'corp:q-Billing',
        name: 'Desk Billing',
        externalId: 'iam-Billing',
        members: [{ user: 'cy' }, { user: 'ana' }],
        removable: true,
      },
    ]);
    expect(desired.services).toMatchObject([{ group: 'corp:q-Billing', queue: 'id-Billing' }]);
  });

  it('of two sources with one id each are two groups', () => {
    const [one, two] = [
      directory([sourceGroup('a', ['ana'])]),
      directory([sourceGroup('a', ['bo'])], { source: 'hr' }),
    ];
    const { desired } = resolved(
      [one, { ...two, people: two.people.map(each => ({ ...each, key: `hr:${each.id}` })) }],
      [mapping('a', ['Support']), mapping('a', ['Billing'], { id: 'm-hr', from: 'hr' })],
    );
    expect(desired.groups.map(group => group.key)).toEqual(['corp:a', 'hr:a']);
  });

  it('that two mappings name differently are told, and one of the names holds', () => {
    const outcome = resolved(directory([sourceGroup('a', ['ana'])]), [
      mapping('a', ['Support'], { id: 'm1', displayName: 'One' }),
      mapping('a', ['Billing'], { id: 'm2', displayName: 'Two' }),
    ]);
    expect(outcome.desired.groups.map(group => group.name)).toEqual(['One']);
    expect(outcome.desired.services).toHaveLength(2);
    expect(codes(outcome)).toContain('group.shared');
  });

  it.each([
    ['incomplete', sourceGroup('a', ['ana'], { evidence: cutShort() }), 'group.incomplete'],
    ['empty', sourceGroup('a', []), 'group.empty'],
    ['of people without a user', sourceGroup('a', ['stranger']), 'group.empty'],
  ])('that are %s never lose anybody, and it is told', (_, found, code) => {
    const outcome = resolved(directory([found]), [mapping('a', ['Support'])]);
    expect(outcome.desired.groups[0]).toMatchObject({ removable: false, whyNot: expect.any(String) });
    expect(codes(outcome)).toContain(code);
  });

  it('remember who of their people could not be linked now', () => {
    const { desired } = resolved(directory([sourceGroup('a', ['ana', 'stranger'])]), [
      mapping('a', ['Support']),
    ]);
    expect(desired.groups[0]).toMatchObject({ unlinked: ['corp:stranger'], removable: true });
  });
});

describe('a mapping', () => {
  it.each([
    ['selects nothing from a whole list', directory([]), [{ mapping: 'm-a', gone: true }]],
    [
      'selects nothing from half a list',
      directory([], { evidence: cutShort() }),
      [{ gone: false }, { gone: false }],
    ],
    [
      'selects from half a list',
      directory([sourceGroup('a', ['ana'])], { evidence: cutShort() }),
      [{ gone: false }],
    ],
    ['is about a source that was not read', directory([], { source: 'other' }), [{ gone: false }]],
  ])('that %s holds what it placed', (_, seen, held) => {
    expect(resolved(seen, [mapping('a', ['Support'])]).desired.heldMappings).toMatchObject(held);
  });

  it.each([
    ['a name', ['Support'], ['id-Support']],
    ['a glob', ['Sales_*'], ['id-Sales_EMEA', 'id-Sales_US']],
    ['a pattern', ['/^Sales_(EMEA|US)$/'], ['id-Sales_EMEA', 'id-Sales_US']],
    ['several texts for one queue', ['Support', 'Supp*'], ['id-Support']],
  ])('means queues by %s', (_, texts, ids) => {
    const { desired, problems } = resolved(directory([sourceGroup('a', ['ana'])]), [mapping('a', texts)]);
    expect(problems).toEqual([]);
    expect(desired.services.map(service => service.queue)).toEqual(ids);
  });

  it.each([
    ['a name that no queue has', ['Suport'], { code: 'queue.not-found', near: ['Support'] }],
    ['a name in another case', ['support'], { code: 'queue.not-found', near: ['Support'] }],
    ['a glob without a hit', ['Night_*'], { code: 'queue.not-found' }],
    ['a capture that nothing matched', ['{queue}'], { code: 'queue.not-found', text: '{queue}' }],
  ])('with %s is a problem', (_, texts, problem) => {
    const { problems } = resolved(directory([sourceGroup('a', ['ana'])]), [mapping('a', texts)]);
    expect(problems).toMatchObject([problem]);
  });

  it('with a name that two queues have is a problem that names both', () => {
    const { problems } = resolve({
      directories: [directory([sourceGroup('a', ['ana'])])],
      mappings: [mapping('a', ['Support'])],
      tenant: { queues: [...queues, queue('id-2', { name: 'Support' })], users },
      match: ['email'],
      defaultAssign: 'member-groups',
      served: new Map(),
    });
    expect(problems).toMatchObject([{ code: 'queue.ambiguous', ids: ['id-Support', 'id-2'] }]);
  });

  it.each([
    ['the only one that it served', ['Old'], ['id-Support'], 'Support'],
    ['one of two that it served', ['Old', 'Billing'], ['id-Support', 'id-Billing'], 'Support'],
    ['one of two, both unknown now', ['Old', 'Older'], ['id-Support', 'id-Billing'], undefined],
  ])('knows the new name of a queue that is %s', (_, texts, ids, renamedTo) => {
    const { problems } = resolved(
      directory([sourceGroup('a', ['ana'])]),
      [mapping('a', texts)],
      new Map([['m-a', new Set(ids)]]),
    );
    expect(problems[0]?.renamedTo).toBe(renamedTo);
  });
});

describe('the scope of a run', () => {
  it('holds the people, names and queues of the mappings, and the ids of the ledger', () => {
    const seen = directory([sourceGroup('a', ['ana', 'gone'])], {
      people: [person('ana'), person('gone', { status: 'deprovisioned' })],
    });
    const ledger = ledgerOf(
      owned({ kind: 'group', group: '@corp:b', key: 'corp:b' }, 'b'),
      owned({ kind: 'member', group: 'gid', user: 'u' }, 'a'),
      owned({ kind: 'queue-member', queue: 'qid', user: 'u' }, 'a'),
    );
    const scope = scopeOf(
      [seen],
      [mapping('a', ['Support'], { displayName: 'A' })],
      ledger,
      ['email'],
      false,
    );
    expect(scope).toMatchObject({
      queueTexts: ['Support'],
      queueIds: ['qid'],
      groups: [{ name: 'A', externalId: 'a' }],
      groupIds: ['gid'],
      memberQueues: 'none',
    });
    expect(scope.people.map(each => each.emails)).toEqual([['ana@example.com']]);
  });
});
