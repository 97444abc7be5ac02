import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { OwnedEdge } from '../../src/model/ledger.ts';
import { givesBack, isInDeleted, takenAway, wasOurs } from '../../src/plan/weigh/taken-away.ts';
import { ledgerOf, owned } from '../support/builders.ts';

const m = { mapping: 'm' };
const add = (user: string, id?: string): Change => ({
  kind: 'member.add',
  group: 'corp:g',
  ...(id === undefined ? {} : { id }),
  user,
  person: `corp:${user}`,
  path: ['g'],
  ...m,
});
const attach = (queue: string, id?: string): Change => ({
  kind: 'queue.attach',
  queue,
  how: 'member-groups',
  group: 'corp:g',
  ...(id === undefined ? {} : { id }),
  ...m,
});
const place = (queue: string, user: string): Change => ({
  kind: 'queue.attach',
  queue,
  how: 'direct-members',
  group: 'corp:g',
  user,
  ...m,
});
const create: Change = { kind: 'group.create', group: 'corp:g', name: 'g', externalId: 'g', ...m };

const member = (user: string, group = 'g'): OwnedEdge => owned({ kind: 'member', group, user }, 'g');
const onQueue = (user: string): OwnedEdge => owned({ kind: 'queue-member', queue: 'Q', user }, 'g');
const attached: OwnedEdge = owned({ kind: 'attachment', queue: 'Q', group: 'g', how: 'member-groups' }, 'g');

describe('a change gives back what was taken away', () => {
  const taken = takenAway([member('ana'), onQueue('bo'), attached], new Map());
  it.each<[string, Change, boolean]>([
    ['somebody who was taken out of a group', add('ana', 'g'), true],
    ['somebody else in the same group', add('cy', 'g'), false],
    ['the same person in another group', add('ana', 'h'), false],
    ['somebody who was taken off a queue', place('Q', 'bo'), true],
    ['somebody else on it', place('Q', 'cy'), false],
    ['a group that was taken off a queue', attach('Q', 'g'), true],
    ['the same group on another queue', attach('R', 'g'), false],
    ['a group that was never there', create, false],
  ])('%s', (_, change, expected) => {
    expect(givesBack(change, taken)).toBe(expected);
  });
});

describe('of a group that was deleted', () => {
  const taken = takenAway([], new Map([['corp:g', 'old']]));
  const ledger = ledgerOf(
    member('ana', 'old'),
    owned({ kind: 'attachment', queue: 'Q', group: 'old', how: 'member-groups' }, 'g'),
  );
  it.each<[string, Change, boolean, boolean]>([
    ['the group itself', create, true, true],
    ['whoever was in it by us', add('ana'), true, true],
    ['whoever is new', add('bo'), true, false],
    ['a queue that it served', attach('Q'), true, true],
    ['a queue that it did not serve', attach('R'), true, false],
  ])('%s', (_, change, isIn, ours) => {
    expect([givesBack(change, taken), wasOurs(change, taken, ledger)]).toEqual([isIn, ours]);
  });

  it('the entries of the ledger are known by its id', () => {
    const ids = new Set(taken.groups.values());
    expect([...ledger.values()].every(({ edge }) => isInDeleted(edge, ids))).toBe(true);
    expect(isInDeleted(onQueue('ana').edge, ids)).toBe(false);
    expect(isInDeleted(member('ana').edge, ids)).toBe(false);
  });
});
