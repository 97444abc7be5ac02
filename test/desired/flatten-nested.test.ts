import { describe, expect, it } from 'vitest';
import { flattenNested, indexDirectory, maxDepth } from '../../src/desired/flatten-nested.ts';
import type { DirectoryGroup } from '../../src/model/directory.ts';
import { cutShort, directory, sourceGroup } from '../support/builders.ts';

const flat = (root: DirectoryGroup, ...others: DirectoryGroup[]) =>
  flattenNested(root, indexDirectory(directory([root, ...others])));
const paths = (found: ReturnType<typeof flat>) =>
  Object.fromEntries(
    found.parts.flatMap(({ people, path }) => people.map(({ person }) => [person.id, path.join(' > ')])),
  );

describe('the people of a group', () => {
  it('come with the chain of groups that leads to them, the shortest', () => {
    const found = flat(
      sourceGroup('support', ['ana', '@evening']),
      sourceGroup('evening', ['ana', 'bo', '@night']),
      sourceGroup('night', ['cy']),
    );
    expect(paths(found)).toEqual({
      ana: 'support',
      bo: 'support > evening',
      cy: 'support > evening > night',
    });
    expect(found.incomplete).toEqual([]);
  });

  it('are found in groups that hold each other, without end', () => {
    const found = flat(sourceGroup('a', ['@b', 'ana']), sourceGroup('b', ['@a', '@b', 'bo']));
    expect(paths(found)).toEqual({ ana: 'a', bo: 'a > b' });
    expect(found.incomplete).toEqual([]);
  });

  it('come by the same chain whatever the order in which a server lists its members', () => {
    const groups = (order: string[]) =>
      flat(sourceGroup('top', order), sourceGroup('x', ['ana']), sourceGroup('y', ['ana']));
    expect(paths(groups(['@y', '@x']))).toEqual(paths(groups(['@x', '@y'])));
  });

  it.each([
    ['a group on the way is', [sourceGroup('b', ['bo'], { evidence: cutShort() })], 'b: a page is missing'],
    ['a nested group was', [], 'nested group b was not read'],
  ])('are not proven to be all when %s not read to its end', (_, others, why) => {
    const found = flat(sourceGroup('a', ['ana', '@b']), ...others);
    expect(found.incomplete.join()).toContain(why);
    expect(found.parts.flatMap(part => part.people.map(({ person }) => person.id))).toContain('ana');
  });

  it('are not proven to be all when a member is among no people', () => {
    const root = sourceGroup('a', ['ana', 'ghost']);
    const index = indexDirectory({
      ...directory([root]),
      people: directory([sourceGroup('x', ['ana'])]).people,
    });
    expect(flattenNested(root, index).incomplete).toEqual([
      'a: member ghost is not among the people that were read',
    ]);
  });

  it('are not proven to be all beyond the deepest level that is followed', () => {
    const chain = Array.from({ length: maxDepth + 2 }, (_, level) =>
      sourceGroup(`g${level}`, [`p${level}`, `@g${level + 1}`]),
    );
    const found = flat(chain[0]!, ...chain.slice(1), sourceGroup(`g${maxDepth + 2}`, ['last']));
    expect(found.incomplete.join()).toContain(`deeper than ${maxDepth}`);
    expect(found.parts.flatMap(part => part.people)).toHaveLength(maxDepth);
  });

  it('do not include devices and the like, which are counted', () => {
    const root = sourceGroup('a', ['ana'], { skipped: [{ type: 'device', count: 2 }] });
    expect(flat(root).notes).toMatchObject([
      { code: 'members.skipped', text: expect.stringContaining('2 members of type device') },
    ]);
  });
});
