import { describe, expect, test } from 'vitest';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';

describe('large groups', () => {
  /** Members that count how often their id is looked at, which is what a scan for each change would do. */
  function counted(size: number) {
    let reads = 0;
    const member = (value: string) => ({
      get value() {
        reads += 1;
        return value;
      },
    });
    const group = {
      id: 'g',
      displayName: 'G',
      members: Array.from({ length: size }, (_, at) => member(`m${at}`)),
    };
    return { group, reads: () => reads };
  }

  const removals = (count: number): readonly PatchOperation[] =>
    Array.from({ length: count }, (_, at) => ({ op: 'remove', path: `members[value eq "m${at * 7}"]` }));

  test.each([
    ['by filter', removals(100)],
    [
      'by value array, one each',
      removals(100).map((_, at) => ({ op: 'Remove', path: 'members', value: [{ value: `m${at * 7}` }] })),
    ],
    [
      'in one value array',
      [{ op: 'Remove', path: 'members', value: removals(100).map((_, at) => ({ value: `m${at * 7}` })) }],
    ],
  ])('100 removals %s look at each of 1,000 or 10,000 members a fixed number of times', (_, operations) => {
    for (const size of [1000, 10_000]) {
      const { group, reads } = counted(size);
      const { resource } = applyPatch(group, operations);
      expect(reads()).toBeLessThanOrEqual(2 * size);
      expect(resource.members).toHaveLength(size - 100);
    }
  });

  test('ten times the members and ten times the changes take about ten times as long, not a hundred', () => {
    const timeOf = (size: number) => {
      const group = {
        id: 'g',
        displayName: 'G',
        members: Array.from({ length: size }, (_, at) => ({ value: `m${at}` })),
      };
      const operations = [
        ...removals(Math.floor(size / 10)),
        {
          op: 'add',
          path: 'members',
          value: Array.from({ length: size / 10 }, (_, at) => ({ value: `n${at}` })),
        },
      ];
      const runs = Array.from({ length: 5 }, () => {
        const started = performance.now();
        applyPatch(group, operations);
        return performance.now() - started;
      });
      return Math.min(...runs);
    };
    timeOf(1000);
    expect(timeOf(20_000) / timeOf(2000)).toBeLessThan(50);
  });

  test('removing a thousand mail addresses of a thousand by value is no walk for each', () => {
    let reads = 0;
    const emails = Array.from({ length: 1000 }, (_, at) => ({
      type: 'work',
      get value() {
        reads += 1;
        return `m${at}@x`;
      },
    }));
    const value = Array.from({ length: 999 }, (_, at) => ({ value: `m${at}@x` }));
    const { resource } = applyPatch({ id: 'u', userName: 'u', emails }, [
      { op: 'remove', path: 'emails', value },
    ]);
    expect(resource.emails).toHaveLength(1);
    expect(reads).toBeLessThan(20_000);
  });
});
