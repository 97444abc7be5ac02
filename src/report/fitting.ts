/**
 * As many lines as fit into so many characters, and a last one that says what was left out. `leftOut` is given the lines that
 * do not fit; its own line has to be shorter than `reserve`.
 */
export function fitting(
  lines: readonly string[],
  room: number,
  leftOut: (rest: readonly string[]) => string,
): string[] {
  let used = 0;
  let end = 0;
  for (const line of lines) {
    if (used + line.length + 1 > room) break;
    used += line.length + 1;
    end++;
  }
  if (end === lines.length) return [...lines];
  while (end > 0 && used + reserve > room) used -= lines[--end]!.length + 1;
  return [...lines.slice(0, end), leftOut(lines.slice(end))];
}

const reserve = 200;

/** Hands out room, part after part: each takes at most its share of what the ones before it left. */
export function sharing(room: number) {
  let rest = room;
  return (
    lines: readonly string[],
    share: number,
    leftOut: (lines: readonly string[]) => string,
  ): string[] => {
    if (lines.length === 0) return [];
    const told = fitting(lines, Math.floor(rest * share), leftOut);
    rest -= lengthOf(told);
    return told;
  };
}

export const lengthOf = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + line.length + 1, 0);
