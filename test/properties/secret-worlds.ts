import fc from 'fast-check';

/** Eight characters and more, of all that a password generator, a key file or a joker puts into a secret. */
export const secrets: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 8 }) },
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }),
      fc.constantFrom(
        '$&',
        '(.*)+',
        '[a-z]',
        '\\d',
        '%25',
        '%',
        '"',
        "'",
        '<b>',
        '&amp;',
        '+/=',
        '\\',
        '\\"',
        'ü',
        '😀',
        '\n',
      ),
    ),
    { minLength: 2, maxLength: 6 },
  )
  .map(parts => parts.join('').trim())
  // What stands in the place of a secret is no secret, and what is shorter than eight characters is none to speak of.
  .filter(text => text.length >= 8 && !text.includes('**') && new Set(text).size > 3);

/** What others make of a text before they send it back. Written here a second time, so that one can correct the other. */
export const encodings: Readonly<Record<string, (secret: string, id: string) => string>> = {
  plain: secret => secret,
  json: secret => JSON.stringify(secret),
  'json in json': secret => JSON.stringify(JSON.stringify({ secret })),
  'json in ascii': secret =>
    `"${[...Array(secret.length).keys()]
      .map(at => secret.charCodeAt(at))
      .map(code =>
        code > 0x7e || code < 0x20 ? `\\u${code.toString(16).padStart(4, '0')}` : String.fromCharCode(code),
      )
      .map(char => (char === '"' || char === '\\' ? `\\${char}` : char))
      .join('')
      .replaceAll('\\u000a', '\\n')}"`,
  'in a path': secret => `/a/${encodeURIComponent(secret)}/b`,
  'in a path, small': secret => encodeURIComponent(secret).replace(/%../gu, digits => digits.toLowerCase()),
  'in a query': secret => new URLSearchParams({ token: secret, x: '1' }).toString(),
  'user and password': (secret, id) => `https://${id}:${encodeURIComponent(secret)}@host.example/path`,
  basic: (secret, id) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  'basic for a URL': (secret, id) => Buffer.from(`${id}:${secret}:${id}`).toString('base64url'),
  'in a page': secret =>
    secret
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;'),
};

/** How a text is echoed: in which encoding, between which words, and with which name before it in a header. */
export const echoes = fc.array(
  fc.record({
    how: fc.constantFrom(...Object.keys(encodings)),
    before: fc.constantFrom('', 'Invalid token ', '{"error":"', 'a', '=', '\n'),
    id: fc.constantFrom('a', 'ab', 'abc', 'client-id', ''),
    after: fc.constantFrom('', ' was refused.', '"}', 'z', '&'),
  }),
  { minLength: 1, maxLength: 4 },
);
export type Echoes = ReturnType<typeof echoes.generate>['value'];

export const echoed = (secret: string, all: Echoes): string =>
  all.map(({ how, before, id, after }) => `${before}${encodings[how]!(secret, id)}${after}`).join(' ');

/** By which encoding of the secret it can be read out of the text; none is what is hoped for. */
export function readIn(text: string, secret: string): string[] {
  const inside = (of: string) => of.replace(/^"|"$/gu, '');
  const base64 = ['a', 'ab', 'abc'].map(id => {
    const whole = Buffer.from(`${id}${secret}`).toString('base64').replace(/=+$/u, '');
    return whole.slice(4, -1);
  });
  const forms: Record<string, string> = {
    plain: secret,
    json: inside(encodings.json!(secret, '')),
    'json in json': inside(JSON.stringify(inside(JSON.stringify(secret)))),
    'json in ascii': inside(encodings['json in ascii']!(secret, '')),
    encoded: encodeURIComponent(secret),
    'encoded, small': encodings['in a path, small']!(secret, ''),
    form: new URLSearchParams({ x: secret }).toString().slice(2),
    page: encodings['in a page']!(secret, ''),
    ...Object.fromEntries(
      base64.flatMap((form, at) => [
        [`base64 ${at}`, form],
        [`base64url ${at}`, form.replaceAll('+', '-').replaceAll('/', '_')],
      ]),
    ),
  };
  return Object.entries(forms).flatMap(([name, form]) => (text.includes(form) ? [name] : []));
}
