import { type Clock, isoNow } from '../clock.ts';

/** A run id that sorts by time and is unique enough for one state directory. */
export const newRunId = (clock: Clock, random: () => number): string =>
  `${isoNow(clock).replace(/[-:]/gu, '').slice(0, 15)}Z-${Math.floor(random() * 0x1000000)
    .toString(16)
    .padStart(6, '0')}`;
