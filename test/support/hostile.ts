import fc from 'fast-check';

/** What somebody would call a group who wanted to see what a report makes of it. */
const nasty = [
  '<script>alert(1)</script>',
  '</style></title><img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  ']]>',
  '<!--',
  '-->',
  '&amp;lt;',
  '&#60;',
  '|',
  '\\|',
  '\\',
  '`',
  '```',
  '\n\n# Nothing to do',
  '\r\n| a | b |',
  '\t',
  '\u0000',
  '\u001b[2J\u001b[31m',
  '\u202e',
  '\u2066',
  '\u200f',
  '\ud800',
  '\ufffe',
  '👩‍🚒',
  'مرحبا',
  '@everyone',
  '#1',
  '[x](javascript:alert(1))',
  '![x](http://example.com/x.png)',
  'http://example.com',
  'www.example.com',
  '**',
  '_',
  '</details>',
  '{{ 7*7 }}',
  '$x$',
  'Support_Tier1',
  ' ',
];

/** Names as no directory should have them, and as some have. */
export const hostileNames: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...nasty),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('a', 'Z', '1'),
    ),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .map(parts => parts.join(''));
