import { byText } from '../directory-of.ts';

export const countOf = (count: number): string => (count === 1 ? '1 member' : `${count} members`);

/** Counts members by kind, with the first few examples of each. */
export class Tally {
  readonly #seen = new Map<string, string[]>();

  add(kind: string, example: string): void {
    const examples = this.#seen.get(kind);
    if (examples) examples.push(example);
    else this.#seen.set(kind, [example]);
  }

  counts(): { type: string; count: number }[] {
    const counted = [...this.#seen].map(([type, examples]) => ({ type, count: examples.length }));
    return counted.sort((a, b) => byText(a.type, b.type));
  }

  sentences(): string[] {
    return [...this.#seen].map(([kind, examples]) => {
      const more = examples.length > 3 ? ', …' : '';
      return `${countOf(examples.length)} could not be read: ${kind} (${examples.slice(0, 3).join('; ')}${more})`;
    });
  }
}
