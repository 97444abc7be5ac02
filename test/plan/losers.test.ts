import { expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { QueueOutlook } from '../../src/model/plan.ts';
import { lossesByMapping } from '../../src/plan/finish/losers.ts';

const groups = [
  { id: 'g', memberIds: ['ana', 'bo', 'cy'] },
  { id: 'idle', memberIds: ['ana'] },
];
const outlook = (leaving: readonly string[], serving: readonly string[] = ['g']): QueueOutlook => ({
  queue: 'q',
  before: 5,
  after: 5 - leaving.length,
  joining: [],
  leaving,
  groups: serving,
  exact: true,
});
const detach: Change = {
  kind: 'queue.detach',
  queue: 'q',
  how: 'member-groups',
  group: 'corp:g',
  id: 'g',
  because: 'unmapped',
  mapping: 'first',
};
const remove = (user: string, id = 'g', mapping = 'first'): Change => ({
  kind: 'member.remove',
  group: `corp:${id}`,
  id,
  user,
  because: 'left',
  mapping,
});

it('counts everybody who loses the queue by a group that goes, and nobody who stays there otherwise', () => {
  expect(lossesByMapping([detach], [outlook(['ana', 'bo'])], groups)).toEqual({ first: 2 });
});

it('charges what several mappings own to each of them', () => {
  const also = [{ mapping: 'second', key: 'corp:g' }];
  expect(lossesByMapping([{ ...detach, also }], [outlook(['ana', 'bo', 'cy'])], groups)).toEqual({
    first: 3,
    second: 3,
  });
});

it('counts somebody once a queue, however they leave it', () => {
  const changes = [detach, remove('ana'), remove('bo', 'g', 'second')];
  expect(lossesByMapping(changes, [outlook(['ana', 'bo'])], groups)).toEqual({ first: 2, second: 1 });
});

it('counts a membership of a group that serves no queue for itself, and one that changes nothing not at all', () => {
  expect(lossesByMapping([remove('ana', 'idle'), remove('ana')], [outlook([])], groups)).toEqual({
    first: 1,
  });
});
