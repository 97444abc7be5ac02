/** `1 queue`, `2 queues`; `1 person`, `2 people`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : (plurals[noun] ?? `${noun}s`)}`;

const plurals: Readonly<Record<string, string>> = { person: 'people' };
