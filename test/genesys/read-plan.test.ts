import { describe, expect, it } from 'vitest';
import {
  batches,
  cheapest,
  extensionWay,
  groupWay,
  pages,
  queueWay,
  wholePages,
} from '../../src/genesys/read-plan.ts';

describe('the cheapest way', () => {
  it('is the one with the fewest calls, and of several the first', () => {
    const ways = [
      { name: 'a', calls: 3 },
      { name: 'b', calls: 2 },
      { name: 'c', calls: 2 },
    ] as const;
    expect(cheapest(ways)).toEqual({ name: 'b', calls: 2 });
  });

  it('counts a page even for nothing, and three for an unknown length', () => {
    expect([pages(0), pages(500), pages(501), pages(undefined)]).toEqual([1, 1, 2, 3]);
    expect([wholePages(25), wholePages(26), wholePages(undefined)]).toEqual([1, 2, 3]);
    expect([batches(0), batches(100), batches(101)]).toEqual([0, 1, 2]);
  });
});

describe('queues', () => {
  const way = (names: number, ids: number, total?: number, patterns = false) =>
    queueWay({ names, ids, total, patterns });

  it.each([
    ['three names are looked up by themselves', way(3, 0), 'each', 3],
    ['four are not, where nobody knows how many there are', way(4, 0), 'list', 3],
    ['four names of ten thousand queues are', way(4, 0, 10_000), 'each', 4],
    ['recorded ids come a hundred a call, with their names', way(200, 200, 10_000), 'each', 2],
    ['what is in one page is listed', way(200, 200, 400), 'list', 1],
    ['a pattern needs the whole list, whatever it costs', way(1, 1, 10_000, true), 'list', 20],
    ['one name of one page is asked for by itself', way(1, 0, 400), 'each', 1],
  ] as const)('%s', (_, found, name, calls) => {
    expect(found).toEqual({ name, calls });
  });
});

describe('groups of the platform contract', () => {
  it.each([
    [
      'a thousand versions come in two pages, not in ten batches',
      { check: 1_000, find: 0, total: 1_000 },
      'list',
      2,
    ],
    ['fifty of them among many thousands in one batch', { check: 50, find: 0, total: 9_000 }, 'each', 1],
    ['three new names are searched', { check: 0, find: 3, total: undefined }, 'each', 3],
    ['a thousand new names are listed', { check: 0, find: 1_000, total: undefined }, 'list', 3],
    ['nothing to look for costs nothing', { check: 0, find: 0, total: 5 }, 'each', 0],
  ] as const)('%s', (_, needs, name, calls) => {
    expect(groupWay({ read: 0, ...needs })).toEqual({ name, calls });
  });
});

describe('groups of the documented contract', () => {
  it.each([
    ['two known ones are read each', { check: 2, read: 0, find: 0, total: undefined }, 'each', 2],
    [
      'a thousand known ones by the pages of their versions',
      { check: 1_000, read: 0, find: 0, total: 1_000 },
      'versions',
      2,
    ],
    [
      'a thousand unknown ones with their members, 25 a page',
      { check: 0, read: 0, find: 1_000, total: 1_000 },
      'whole',
      40,
    ],
    [
      'thirty unknown ones among many are looked up',
      { check: 0, read: 0, find: 30, total: 9_000 },
      'each',
      30,
    ],
    [
      'one that came to a thousand known ones is looked up beside their versions',
      { check: 1_000, read: 0, find: 1, total: 1_001 },
      'versions',
      4,
    ],
  ] as const)('%s', (_, needs, name, calls) => {
    expect(extensionWay(needs)).toEqual({ name, calls });
  });
});
