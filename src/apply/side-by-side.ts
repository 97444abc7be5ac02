/**
 * Twice as many as requests: while one step waits for the disk to take its line, another one has the lane. Not more: a
 * queue is written as it was read, and the longer its write stands in line, the older that is. Who asks for one request
 * at a time means one thing at a time.
 */
export const stepsInHand = (concurrency: number): number => (concurrency === 1 ? 1 : 2 * concurrency);

/** At most `width` at a time, in order. */
export async function eachOf<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  let broken: { readonly error: unknown } | undefined;
  const worker = async () => {
    for (const item of queue) {
      if (broken) return;
      try {
        await work(item);
      } catch (error) {
        broken ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  // Only when nobody works any more: whoever hears of it closes the journal.
  if (broken) throw broken.error;
}
