import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { QueueOutlook } from '../../src/model/plan.ts';
import { doubtsOf } from '../../src/plan/doubts.ts';
import { group, tenant, user } from '../support/builders.ts';

const remembered = tenant({
  groups: ['A', 'B', 'C', 'D'].map(id => ({
    ...group(id, ['ana']),
    ...(id === 'D' ? {} : { remembered: true }),
  })),
  users: [user('ana', { remembered: true }), user('bo')],
});
const outlook = (leaving: readonly string[], groups: readonly string[]): QueueOutlook => ({
  queue: 'Q',
  before: 2,
  after: 2 - leaving.length,
  joining: [],
  leaving,
  groups,
  exact: true,
});
const remove = (id: string, who: string): Change => ({
  kind: 'member.remove',
  group: 'corp:a',
  id,
  user: who,
  person: `corp:${who}`,
  because: 'left',
  mapping: 'm',
});
const detach: Change = {
  kind: 'queue.detach',
  queue: 'Q',
  how: 'member-groups',
  group: 'corp:b',
  id: 'B',
  because: 'unmapped',
  mapping: 'm',
};
const add: Change = {
  kind: 'member.add',
  group: 'corp:a',
  id: 'A',
  user: 'ana',
  person: 'corp:ana',
  path: [],
  mapping: 'm',
};

describe('what is read before somebody is taken away', () => {
  it('is nothing where nobody is', () => {
    expect(doubtsOf({ changes: [add], queues: [outlook([], ['A', 'B'])] }, remembered)).toEqual({
      groups: [],
      users: [],
      people: [],
    });
  });

  it('are the group that loses, every other group on the queue, the user and the person', () => {
    expect(
      doubtsOf(
        { changes: [remove('A', 'ana')], queues: [outlook(['ana'], ['A', 'C', 'corp:x'])] },
        remembered,
      ),
    ).toEqual({
      groups: ['A', 'C'],
      users: ['ana'],
      people: ['corp:ana'],
    });
  });

  it('is the group that goes off a queue', () => {
    expect(doubtsOf({ changes: [detach], queues: [] }, remembered).groups).toEqual(['B']);
  });

  it('is nothing that was read in this run', () => {
    expect(
      doubtsOf({ changes: [remove('D', 'bo')], queues: [outlook(['bo'], ['D'])] }, remembered),
    ).toMatchObject({
      groups: [],
      users: [],
    });
  });
});
