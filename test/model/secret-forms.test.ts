import { describe, expect, it } from 'vitest';
import { hiddenIn, hiding } from '../../src/model/secret-forms.ts';

describe('a secret', () => {
  it.each([
    ['with marks of a regular expression', 'a.*+?(b)[c]^$|\\'],
    ['with a letter that folds to an ASCII one (a Kelvin sign)', '12345\u212a67\u{10000}'],
    ['of several lines', '-----BEGIN KEY-----\nMIIEvQIBADANBg\n-----END KEY-----\n'],
  ])('%s is hidden as it is, in JSON of JSON, and in base64 behind another text', (_, secret) => {
    const hide = hiding([secret]);
    const json = JSON.stringify({ error: JSON.stringify(JSON.stringify(secret)) });
    expect(hide(`x ${secret}`).replaceAll(/\n$/gu, '')).toBe('x ***');
    expect(hide(json)).not.toContain(secret.slice(2, 8));
    const ascii = JSON.stringify(secret)
      .split('')
      .map(unit => (unit > '~' ? `\\u${unit.charCodeAt(0).toString(16)}` : unit))
      .join('');
    expect(hide(ascii)).not.toContain(ascii.slice(3, 9));
    for (const before of ['', 'a', 'ab', 'abc:'])
      expect(hide(`Basic ${Buffer.from(`${before}${secret}`).toString('base64')}`).length).toBeLessThan(20);
  });

  it('is not looked for where there is none, and an empty one hides nothing', () => {
    expect(hiding([])('a text')).toBe('a text');
    expect(hiding(['', '  '])('a text')).toBe('a text');
  });

  it('does not make a text of nothing but backslashes slow', () => {
    const startedMs = performance.now();
    hiding(['a"\\b\\"cdefgh'])('\\'.repeat(500_000));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });

  it('is hidden in names and values of plain data', () => {
    const hide = hiding(['hunter22']);
    expect(hiddenIn({ hunter22: ['a hunter22', 1, null, { b: 'hunter22' }] }, hide)).toEqual({
      '***': ['a ***', 1, null, { b: '***' }],
    });
  });
});
