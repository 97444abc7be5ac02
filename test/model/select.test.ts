import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fillHoles, groupMatcher, matcher, nearest, selectorOf } from '../../src/model/select.ts';

const means = (text: string, name: string): boolean => matcher(selectorOf(text))([name]) !== undefined;

describe('a text of the config means', () => {
  it.each([
    ['Support', 'Support', true],
    ['Support', 'support', false],
    ['Support', 'Support ', false],
    ['Support (EN)', 'Support (EN)', true],
    ['Sales/EMEA', 'Sales/EMEA', true],
    ['gc-*', 'gc-Billing', true],
    ['gc-*', 'gc-', true],
    ['gc-*', 'xgc-Billing', false],
    ['*', 'anything / at (all)', true],
    ['Tier?', 'Tier1', true],
    ['Tier?', 'Tier12', false],
    ['Team [A-C]', 'Team B', true],
    ['Team [A-C]', 'Team D', false],
    ['Team [!AB]', 'Team C', true],
    ['Team [!AB]', 'Team A', false],
    ['Team [A-]', 'Team -', true],
    ['Team [ .- ]', 'Team -', true],
    ['Team [ .- ]', 'Team .', true],
    ['Team [ .- ]', 'Team ,', false],
    ['Team [z-a]', 'Team -', true],
    ['Team [z-a]', 'Team b', false],
    ['Team [!]', 'Team !', true],
    ['Team [!]', 'Team x', false],
    ['a.b*', 'a.bc', true],
    ['a.b*', 'axbc', false],
    ['Übersee*', 'Übersee Süd', true],
    ['?', '😀', true],
    ['[😀]x', '😀x', true],
    ['/^gc-(?<queue>.+)$/', 'gc-Billing', true],
    ['/^gc-/', 'GC-Billing', false],
    ['/^gc-/i', 'GC-Billing', true],
    ['/bill/', 'The billing desk', true],
    ['//', '//', true],
    ['/unclosed', '/unclosed', true],
  ])('%s takes %s: %s', (text, name, expected) => {
    expect(means(text, name)).toBe(expected);
  });

  it('a line break in a name is no end of it', () => {
    expect(means('a*', 'a\nb')).toBe(true);
    expect(means('a', 'a\n')).toBe(false);
  });

  it('something, whatever stands in it: a capture may have put it there', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'[]!-^\\ az.*?{}/()|$+😀') }), text => {
        const match = matcher({ kind: 'glob', text });
        expect(match(['a name'])?.name ?? 'a name').toBe('a name');
      }),
    );
  });

  it('the same for every name, however often it is asked', () => {
    const match = matcher({ kind: 'regex', source: 'a', flags: 'gy' });
    expect([match(['a']), match(['a']), match(['a'])].every(Boolean)).toBe(true);
  });

  it('the first of several names that fits, with its captures', () => {
    const match = matcher(selectorOf('/^gc-(?<queue>.+)$/'));
    expect(match(['CN=x', 'gc-Billing', 'gc-Other'])).toEqual({
      name: 'gc-Billing',
      captures: { queue: 'Billing' },
    });
  });
});

describe('holes', () => {
  it('are filled from captures, and stay where there is none', () => {
    expect(fillHoles('iam-{queue}-{other}', { queue: 'Billing' })).toBe('iam-Billing-{other}');
    expect(fillHoles('{queue}/{queue}', { queue: '{queue}' })).toBe('{queue}/{queue}');
  });
});

describe('the nearest names', () => {
  const names = ['Support_Tier1', 'Support_Tier2', 'Billing', 'Sales_EMEA', 'Retention'];
  it.each([
    ['support tier1', ['Support_Tier1', 'Support_Tier2']],
    ['Biling', ['Billing']],
    ['billing', ['Billing']],
    ['Zzzzzz', []],
  ])('to %s are %j', (wanted, expected) => {
    expect(nearest(wanted, names)).toEqual(expected);
  });

  it('are three at most', () => {
    expect(nearest('q1', ['q1 ', 'Q1', 'q_1', 'q-1', 'q2'])).toHaveLength(3);
  });
});

describe('a pattern for groups', () => {
  const group = { name: 'billing', id: 'c0ffee', aliases: ['cn=billing,dc=x'] };
  const means = (text: string) => groupMatcher(selectorOf(text))(group) !== undefined;

  it('is not asked of ids, which are random; an exact text is', () => {
    expect(means('c0*')).toBe(false);
    expect(means('/^c0/')).toBe(false);
    expect(means('c0ffee')).toBe(true);
    expect(means('bill*')).toBe(true);
    expect(means('cn=billing*')).toBe(true);
  });
});
