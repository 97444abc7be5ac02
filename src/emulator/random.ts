import { createHash } from 'node:crypto';

/** A stream of pseudo-random numbers in [0, 1) that is the same for the same seed (mulberry32). */
export type Random = () => number;

export function randomFrom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** The UUID that belongs to these words: the same words give the same id in every run. */
export function uuidOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('\u0000')).digest('hex');
  const variant = ((Number.parseInt(hex[16]!, 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Ids and tokens for what is made while the emulator runs: the n-th of a kind is the same in every run. */
export function idMaker(seed: string): (kind: string) => string {
  const made = new Map<string, number>();
  return kind => {
    const n = (made.get(kind) ?? 0) + 1;
    made.set(kind, n);
    return uuidOf(seed, kind, String(n));
  };
}

export function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)]!;
}
