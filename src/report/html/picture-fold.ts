import { type Column, type Path, type Stop, type Tally, tally } from './picture-paths.ts';

/** Which stops go into the rest of their column. Queues are chosen first, then the groups that serve the chosen ones. */
export function folding(paths: readonly Path[], most: number): ReadonlyMap<string, Stop> {
  const queues = ranked(paths, 'queue');
  const chosen = new Set(queues.slice(0, queues.length > most ? most - 1 : most).map(node => node.id));
  const first = paths.filter(({ stops }) => chosen.has(stops.at(-1)!.id));
  const folded = new Map<string, Stop>();
  for (const column of ['source', 'group', 'queue'] as const) {
    const all = column === 'queue' ? queues : unique([...ranked(first, column), ...ranked(paths, column)]);
    if (all.length <= most) continue;
    const rest = all.slice(most - 1);
    const name = `${rest.length} more`;
    for (const node of rest) folded.set(node.id, { id: `rest ${column}`, column, name, folded: true });
  }
  return folded;
}

/** The stops of one column: where most people go, then where most come, then the largest. */
function ranked(paths: readonly Path[], column: Column): Tally[] {
  const nodes = new Map<string, Tally>();
  for (const { flow, stops } of paths)
    for (const each of stops) if (each.column === column && !each.folded) tally(nodes, each, flow);
  return [...nodes.values()].sort(byWeight);
}

const byWeight = (a: Tally, b: Tally): number =>
  b.counts.leaving - a.counts.leaving ||
  b.counts.joining - a.counts.joining ||
  b.counts.staying - a.counts.staying ||
  (a.name < b.name ? -1 : 1);

const unique = (nodes: readonly Tally[]): Tally[] => [
  ...new Map(nodes.map(node => [node.id, node])).values(),
];
