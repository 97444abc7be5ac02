/**
 * Starts everything at once and keeps the order of the answers. How many requests are really in flight is the HTTP
 * client's matter: its lane holds the rest back.
 */
export const inParallel = <In, Out>(items: readonly In[], work: (item: In) => Promise<Out>): Promise<Out[]> =>
  Promise.all(items.map(work));
