/**
 * A secret seldom comes back as it was: a server quotes it in JSON, a URL encodes it, a header carries it in base64
 * together with the client id, a report writes its line breaks as pictures. Whoever takes secrets out of a text has to
 * look for all of that. Pure.
 */

/** Below this a part of a secret is as good as a word of the language, and would blot out half of every text. */
const shortest = 8;

/** What a secret is in another encoding, or in part: each as a plain text. */
export function secretForms(secret: string): string[] {
  const lines = secret.split(/\r?\n/u).map(line => line.trim());
  const whole = [secret, secret.trim(), ...lines.filter(line => line.length >= shortest)];
  const forms = new Set(whole.flatMap(text => [text, ...inUrl(text), ...inBase64(text)]));
  return [...forms].filter(form => form.trim() !== '');
}

/** In a path, in a query and in a form; with small and capital digits. */
function inUrl(text: string): string[] {
  const whole = text.toWellFormed();
  const component = encodeURIComponent(whole);
  const strict = component.replace(/[!'()*]/gu, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const form = new URLSearchParams({ x: whole }).toString().slice(2);
  const all = [component, strict, encodeURI(whole), form];
  return [...all, ...all.map(each => each.replace(/%[0-9A-F]{2}/gu, digits => digits.toLowerCase()))];
}

/**
 * Alone, and as the inside of a longer text: three letters become four, so what stands before it shifts it in one of
 * three ways. The letters at its ends belong to its neighbours as well and are left out.
 */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const shifted = [0, 1, 2].map(shift => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/u, '');
    const end = (shift + bytes.length) % 3 === 0 ? all.length : all.length - 1;
    return all.slice(shift === 0 ? 0 : shift + 1, end);
  });
  const long = shifted.filter(each => each.length >= shortest);
  return [...long, ...long.map(each => each.replaceAll('+', '-').replaceAll('/', '_'))];
}

/** Replaces these secrets by `***`, in whichever form they stand there and however that form was quoted. */
export function hiding(secrets: Iterable<string>): (text: string) => string {
  const forms = [...new Set([...secrets].flatMap(secretForms))];
  if (forms.length === 0) return text => text;
  // The longest first, so that one that is a part of another does not break it up.
  const longest = forms.sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const any = new RegExp(longest.map(quotedPattern).join('|'), 'gu');
  return text => text.replace(any, '***');
}

/** The same for every text in plain data; the data itself, and each part of it, where nothing had to be hidden. */
export function hiddenIn<Data>(data: Data, hide: (text: string) => string): Data {
  if (typeof data === 'string') return hide(data) as Data;
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) {
    const clean = data.map(each => hiddenIn(each, hide));
    return (clean.every((each, at) => each === data[at]) ? data : clean) as Data;
  }
  const entries = Object.entries(data);
  const hidden = entries.map(([name, value]) => [hide(name), hiddenIn(value, hide)] as const);
  const isSame = hidden.every(([name, value], at) => name === entries[at]![0] && value === entries[at]![1]);
  return isSame ? data : (Object.fromEntries(hidden) as Data);
}

/** JSON in JSON in JSON: each turn doubles the backslashes. More than so many in a row are nobody's quoting. */
const mostBackslashes = 7;

/** The text as it is, or with what JSON, HTML, XML and Markdown put in the place of its marks or before them. */
const quotedPattern = (text: string): string =>
  (text.match(/\\+|[^\\]/gsu) ?? [])
    .map((part, at, parts) => {
      if (part.startsWith('\\')) return `\\\\{${part.length},${(part.length + 1) * (mostBackslashes + 1)}}`;
      if (/^[A-Za-z0-9]$/u.test(part)) return part;
      const spellings = spellingsOf(part).join('|');
      // Those of a backslash in front are counted there.
      return parts[at - 1]?.startsWith('\\')
        ? `(?:${spellings})`
        : `(?:\\\\{0,${mostBackslashes}}(?:${spellings}))`;
    })
    .join('');

function spellingsOf(char: string): string[] {
  const code = char.codePointAt(0)!;
  const escaped = char.split('').map(unit => `\\\\{0,${mostBackslashes + 1}}u${eitherCase(unit)}`);
  const entity = entities[char] ?? [];
  const isControl = code < 0x20;
  return [
    literal(char),
    escaped.join(''),
    ...entity,
    ...(isControl
      ? [
          `\\\\{0,${mostBackslashes + 1}}${short[char] ?? 'x'}`,
          `&#${code};`,
          String.fromCharCode(0x2400 + code),
        ]
      : []),
  ];
}

const eitherCase = (unit: string): string =>
  unit
    .charCodeAt(0)
    .toString(16)
    .padStart(4, '0')
    .replace(/[a-f]/gu, digit => `[${digit}${digit.toUpperCase()}]`);

const short: Readonly<Record<string, string>> = { '\n': 'n', '\r': 'r', '\t': 't', '\b': 'b', '\f': 'f' };

const entities: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;', '&#34;'],
  "'": ['&#39;', '&apos;'],
  '|': ['&#124;'],
};

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');
