import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import { movedSince } from '../../src/plan/approved.ts';

const K = 'corp:k';
const create: Change = { kind: 'group.create', group: K, name: 'Crew', externalId: 'iam-k', mapping: 'm' };
const add = (user: string, id?: string, group = K): Change => ({
  kind: 'member.add',
  group,
  ...(id === undefined ? {} : { id }),
  user,
  person: `corp:${user}`,
  path: ['Crew'],
  mapping: 'm',
});
const remove = (user: string, id = 'G', because: 'left' | 'unmapped' = 'left'): Change => ({
  kind: 'member.remove',
  group: 'corp:g',
  id,
  user,
  because,
  mapping: 'm',
});
const attach = (queue: string, id?: string): Change => ({
  kind: 'queue.attach',
  queue,
  how: 'member-groups',
  group: K,
  ...(id === undefined ? {} : { id }),
  mapping: 'm',
});

/** `ours`: the `edgeId`s of what is done. */
const moved = (approved: readonly Change[], now: readonly Change[], ours: string[] = [], made?: string) =>
  movedSince(approved, now, made === undefined ? [] : [{ key: K, group: made }], id => ours.includes(id));
const nothing = { added: [], dropped: [] };

describe('the rest of an approved plan', () => {
  it('is any part of it, for whatever reason and by whatever mapping', () => {
    const plan = [add('ana'), remove('bo'), attach('Q')];
    expect(moved(plan, plan)).toEqual(nothing);
    expect(moved(plan, [attach('Q')])).toEqual(nothing);
    expect(moved(plan, [])).toEqual(nothing);
    expect(moved(plan, [{ ...remove('bo', 'G', 'unmapped'), mapping: 'other' } as Change])).toEqual(nothing);
    expect(moved(plan, [{ ...add('ana'), path: ['elsewhere', 'Crew'] } as Change])).toEqual(nothing);
  });

  it.each<[string, Change]>([
    ['somebody else', add('cy')],
    ['another group', add('ana', 'H')],
    ['somebody who goes', remove('ana')],
    ['another queue', attach('R')],
    ['another way to be on it', { ...attach('Q'), how: 'ring-groups', ring: 1 } as Change],
  ])('is not %s', (_, change) => {
    expect(moved([add('ana'), remove('bo'), attach('Q')], [change]).added).toEqual([change]);
  });

  it('of making a group is to fill, anchor and attach the one that was made', () => {
    const plan = [create, add('ana'), attach('Q')];
    const anchor: Change = { kind: 'group.anchor', group: K, id: 'N', to: 'iam-k', mapping: 'm' };
    const rest = [anchor, add('ana', 'N'), attach('Q', 'N')];
    expect(moved(plan, rest, [], 'N')).toEqual(nothing);
    // A group of that name that is there, and that the run did not make, is another one.
    expect(moved(plan, rest).added).toEqual(rest);
    expect(moved(plan, [{ ...anchor, to: 'else' } as Change], [], 'N').added).toHaveLength(1);
  });

  it('is not a going without the coming that was approved with it', () => {
    const plan = [add('ana', 'H'), remove('ana')];
    expect(moved(plan, [remove('ana')]).dropped).toEqual([add('ana', 'H')]);
    expect(moved(plan, [remove('ana')], ['member H ana'])).toEqual(nothing);
    // Whoever is not taken away may as well not come.
    expect(moved([...plan, add('bo', 'H')], [add('ana', 'H'), remove('ana')])).toEqual(nothing);
  });

  it('gives back any seat', () => {
    const seat: Change = {
      kind: 'queue.seat',
      queue: 'Q',
      user: 'ana',
      joined: true,
      because: 'owed',
      group: K,
      mapping: 'm',
    };
    const other: Change = { ...seat, queue: 'R' };
    expect(moved([seat], [other])).toEqual(nothing);
  });
});
