/**
 * Names come from outside: from directories, from the tenant, from whoever may rename a group. A name can hold a line
 * break, a terminal's escape sequence, or a mark that turns the reading direction of all that follows, and so show a
 * reader a plan that is none. In every report such characters are shown as what they are, and no name fills a page.
 */
export function shown(text: string, most = 200): string {
  const short = text.length > most ? `${text.slice(0, most - 1)}…` : text;
  if (short.trim() === '') return '(no name)';
  if (!unseen.test(short)) return short;
  // A pair that was cut in two, or was never one, is no text in any encoding.
  return short.toWellFormed().replace(eachUnseen, picture);
}

/**
 * Controls, line and paragraph separators, everything that opens or closes a reading direction, halves of surrogate
 * pairs, and the two code points that XML forbids. The single marks U+200E, U+200F and U+061C belong to ordinary names.
 */
const unseenClass =
  '[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069\\ufffe\\uffff]';
const unseen = new RegExp(`${unseenClass}|\\p{Surrogate}`, 'u');
const eachUnseen = new RegExp(unseenClass, 'gu');

/** U+2400 and on are pictures of the controls in their order: ␊ is a line feed, ␛ an escape. */
function picture(char: string): string {
  const code = char.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}

/**
 * The net under everything that goes to a terminal: text of several lines, in which colours may stand, and nothing else
 * that a terminal would obey.
 */
export const shownLines = (text: string, colours: boolean): string =>
  text.replace(colours ? obeyed : obeyedOrColour, picture);

const scopes = '\\u202a-\\u202e\\u2066-\\u2069';
const obeyedOrColour = new RegExp(`[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f${scopes}]`, 'gu');
const obeyed = new RegExp(
  `[\\u0000-\\u0008\\u000b-\\u001a\\u001c-\\u001f\\u007f-\\u009f${scopes}]|\\u001b(?!\\[[\\d;]*m)`,
  'gu',
);
