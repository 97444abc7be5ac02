import { describe, expect, it } from 'vitest';
import { whoIsMeant } from '../../src/desired/who-is-meant.ts';
import { countsOf, goodAfter, withLastGood, withPeopleCounted } from '../../src/run/last-good.ts';
import { cutShort, directory, mapping, readAt, sourceGroup } from '../support/builders.ts';

const corp = directory([
  sourceGroup('support', ['ana', '@night']),
  sourceGroup('night', ['bo', 'cy', 'ana']),
  sourceGroup('day', ['dee'], { evidence: cutShort() }),
  sourceGroup('all', ['eve', '@day']),
]);

describe('the last good reading', () => {
  it('counts people at any depth, each once, in groups that were read completely', () => {
    const meant = whoIsMeant(
      [corp],
      ['support', 'day', 'all'].map(name => mapping(name, ['Q'])),
    );
    expect([...countsOf(meant)]).toEqual([['corp:support', { members: 2, people: 3, readAt }]]);
  });

  it('counts the group itself, whoever of it a mapping means', () => {
    const only = { anyOf: [], allOf: [], butNot: [], where: { email: ['bo@example.com'] } };
    const meant = whoIsMeant([corp], [mapping('support', ['Q'], { only })]);
    expect(countsOf(meant).get('corp:support')?.people).toBe(3);
  });

  it('travels with the evidence of its group, and beside it how many there are now', () => {
    const lastGood = { members: 9, people: 120, readAt: '2026-11-20T08:00:00.000Z' };
    const told = withPeopleCounted(withLastGood(corp, new Map([['corp:support', lastGood]])));
    expect(told.groups.map(({ name, evidence }) => [name, evidence.people, evidence.lastGood])).toEqual([
      ['support', 3, lastGood],
      ['night', 3, undefined],
      ['day', 1, undefined],
      ['all', 2, undefined],
    ]);
    expect(withLastGood(corp, undefined)).toBe(corp);
  });
});

describe('what the next run takes for the last good reading', () => {
  const at = (hours: number) => new Date(Date.parse(readAt) + hours * 3_600_000).toISOString();
  const before = new Map([['corp:a', { members: 5, people: 120, readAt }]]);
  const goodIn = (people: number, hours: number, quarantined: readonly string[] = []) =>
    goodAfter(
      before,
      new Map([['corp:a', { members: 5, people, readAt: at(hours) }]]),
      { quarantined },
      Date.parse(at(hours)),
    ).get('corp:a');

  it('is this one', () => {
    expect(goodIn(119, 0.1)).toEqual({ members: 5, people: 119, readAt: at(0.1) });
  });

  it('stays what it was while the group is quarantined', () => {
    expect(goodIn(3, 0.1, ['corp:a'])).toEqual(before.get('corp:a'));
    expect(goodIn(3, 0.1, ['corp:a#m'])).toEqual(before.get('corp:a'));
    expect(goodIn(3, 0.1, ['corp:b'])?.people).toBe(3);
  });

  it('is taken down once an hour where nothing has changed', () => {
    expect(goodIn(120, 0.9)?.readAt).toBe(readAt);
    expect(goodIn(120, 1.1)?.readAt).toBe(at(1.1));
  });

  it('is kept for a group that nobody asked for this time, and forgotten after a year', () => {
    expect(goodAfter(before, new Map(), {}, Date.parse(at(24)))).toEqual(before);
    expect(goodAfter(before, new Map(), {}, Date.parse(at(24 * 366))).size).toBe(0);
  });
});
