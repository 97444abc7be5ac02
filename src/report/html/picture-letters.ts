/** A name that is read from right to left leaves the numbers beside it where they are. */
export const apart = (name: string): string => `\u2068${name}\u2069`;

/** Room that a letter takes, in letters of middling width. Nobody can measure here: it is an estimate, and not a small one. */
function roomOf(letter: string): number {
  if (
    /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
      letter,
    )
  )
    return 2;
  if (/[\p{Lu}mw@%–—…]/u.test(letter)) return 1.3;
  return /[iljtfr.,:;'|!()[\]\- ]/u.test(letter) ? 0.7 : 1;
}

export const lettersIn = (name: string): number => [...name].reduce((sum, letter) => sum + roomOf(letter), 0);

/** The beginning of a name, with a sign that it goes on. */
export function clipped(name: string, letters: number): string {
  if (lettersIn(name) <= letters) return name;
  let used = roomOf('…');
  let told = '';
  for (const letter of name) {
    used += roomOf(letter);
    if (used > letters) break;
    told += letter;
  }
  return `${told.trimEnd()}…`;
}
