import { isRest, movements, type Path, type Stop, type Tally } from './picture-paths.ts';

/**
 * From top to bottom: queues as the rest of the report has them, groups beside the queues that they serve, so that few bands
 * cross. The rest is at the bottom.
 */
export function inOrder(nodes: readonly Tally[], paths: readonly Path[]): Tally[] {
  const places = new Map(
    nodes
      .filter(node => node.column === 'queue')
      .sort((a, b) => b.counts.leaving - a.counts.leaving || (a.name < b.name ? -1 : 1))
      .map((node, at) => [node.id, at]),
  );
  const place = centres(paths, stops => places.get(stops.at(-1)!.id)!);
  const down = (a: Tally, b: Tally) => (isRest(a.id) ? 1 : 0) - (isRest(b.id) ? 1 : 0) || place(a) - place(b);
  const firsts = nodes
    .filter(node => node.column === 'source')
    .sort((a, b) => down(a, b) || Number(a.folded) - Number(b.folded) || (a.name < b.name ? -1 : 1));
  const order = new Map(firsts.map((node, at) => [node.id, at]));
  const origin = centres(paths, stops => order.get(stops[0]!.id) ?? firsts.length);
  return [...nodes].sort((a, b) => down(a, b) || origin(a) - origin(b) || (a.name < b.name ? -1 : 1));
}

/** The middle of where the people of each node go to, or come from. */
function centres(
  paths: readonly Path[],
  placeOf: (stops: readonly Stop[]) => number,
): (node: Tally) => number {
  const pulls = new Map<string, { people: number; pull: number }>();
  for (const { flow, stops } of paths) {
    const people = movements.reduce((sum, movement) => sum + flow[movement], 0);
    for (const { id } of stops) {
      const { people: before, pull } = pulls.get(id) ?? { people: 0, pull: 0 };
      pulls.set(id, { people: before + people, pull: pull + people * placeOf(stops) });
    }
  }
  return ({ id }) => pulls.get(id)!.pull / pulls.get(id)!.people;
}
