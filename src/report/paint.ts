/** How a report is coloured; the command line hands in a real one, everything else the plain one. */
export interface Paint {
  readonly add: (text: string) => string;
  readonly remove: (text: string) => string;
  readonly change: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string): string => text;

export const plainPaint: Paint = { add: same, remove: same, change: same, warn: same, dim: same, bold: same };
