import type { Flow } from './flows.ts';

export type Column = 'source' | 'group' | 'queue';
export type Movement = 'staying' | 'joining' | 'leaving';
export const movements: readonly Movement[] = ['staying', 'joining', 'leaving'];

export interface Node {
  readonly id: string;
  readonly column: Column;
  readonly name: string;
  /** Several things in one, because there are more than can be drawn. */
  readonly folded: boolean;
  readonly counts: Readonly<Record<Movement, number>>;
}

export interface Link {
  readonly source: string;
  readonly target: string;
  readonly movement: Movement;
  readonly people: number;
  /** How wide it is drawn: the people, but for the band of all that is not drawn one by one. */
  readonly width: number;
}

export interface Parts {
  readonly nodes: readonly Node[];
  readonly links: readonly Link[];
  /** The band of the rest would have left no room for the others. */
  readonly shrunk: boolean;
}

export interface PartsOptions {
  /** Nodes of one column; what is beyond becomes one node, what loses somebody the last. */
  readonly most: number;
  /** Leave out the Genesys groups: where there is no room for a column between. */
  readonly direct?: boolean;
}

/** Nodes and links of a picture. Nothing is drawn with nobody in it. */
export function partsOf(flows: readonly Flow[], { most, direct = false }: PartsOptions): Parts {
  const all = flows.map(flow => ({ flow, stops: stopsOf(flow, direct) }));
  const fold = folding(all, most);
  const paths = all.map(({ flow, stops }) => ({ flow, stops: stops.map(stop => fold.get(stop.id) ?? stop) }));
  const nodes = new Map<string, Tally>();
  const links = new Map<string, { -readonly [Field in keyof Link]: Link[Field] }>();
  for (const { flow, stops } of paths) {
    for (const stop of stops) tally(nodes, stop, flow);
    for (const [at, { id: target }] of stops.slice(1).entries()) {
      const source = stops[at]!.id;
      for (const movement of movements) {
        const people = flow[movement];
        const id = JSON.stringify([source, target, movement]);
        const link = links.get(id);
        if (link) link.people += people;
        else if (people > 0) links.set(id, { source, target, movement, people, width: 0 });
      }
    }
  }
  const scale = scaleOfRest([...links.values()]);
  return {
    nodes: inOrder([...nodes.values()], paths),
    links: [...links.values()].map(link => ({
      ...link,
      width: isOfRest(link) ? link.people * scale : link.people,
    })),
    shrunk: scale < 1,
  };
}

const isRest = (id: string): boolean => id.startsWith('rest ');
const isOfRest = ({ source, target }: Link): boolean => isRest(source) && isRest(target);

/** All that is not drawn one by one takes no more room than what is. */
function scaleOfRest(links: readonly Link[]): number {
  const sum = (of: readonly Link[]) => of.reduce((total, link) => total + link.people, 0);
  const rest = sum(links.filter(isOfRest));
  const drawn = sum(links) - rest;
  return rest > drawn && drawn > 0 ? drawn / rest : 1;
}

type Stop = Pick<Node, 'id' | 'column' | 'name' | 'folded'>;
type Tally = Stop & { readonly counts: Record<Movement, number> };

const stop = (column: Column, name: string): Stop => ({
  id: `${column} ${name}`,
  column,
  name,
  folded: false,
});

function stopsOf({ source, group, queue }: Flow, direct: boolean): Stop[] {
  const first = source === undefined ? [] : [stop('source', source)];
  const second = group === undefined || (direct && first.length > 0) ? [] : [stop('group', group)];
  const before = [...first, ...second];
  return [...(before.length > 0 ? before : [byOtherHands]), stop('queue', queue)];
}

const byOtherHands: Stop = { id: 'other hands', column: 'source', name: 'other hands', folded: true };

function tally(nodes: Map<string, Tally>, at: Stop, flow: Flow): void {
  let node = nodes.get(at.id);
  if (!node) {
    node = { ...at, counts: { staying: 0, joining: 0, leaving: 0 } };
    nodes.set(at.id, node);
  }
  for (const movement of movements) node.counts[movement] += flow[movement];
}

interface Path {
  readonly flow: Flow;
  readonly stops: readonly Stop[];
}

/** Which stops go into the rest of their column. Queues are chosen first, then the groups that serve the chosen ones. */
function folding(paths: readonly Path[], most: number): ReadonlyMap<string, Stop> {
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

/**
 * From top to bottom: queues as the rest of the report has them, groups beside the queues that they serve, so that few bands
 * cross. The rest is at the bottom.
 */
function inOrder(nodes: readonly Tally[], paths: readonly Path[]): Tally[] {
  const places = new Map(
    nodes
      .filter(node => node.column === 'queue')
      .sort((a, b) => b.counts.leaving - a.counts.leaving || (a.name < b.name ? -1 : 1))
      .map((node, at) => [node.id, at]),
  );
  const pulls = new Map<string, { people: number; pull: number }>();
  for (const { flow, stops } of paths) {
    const place = places.get(stops.at(-1)!.id)!;
    const people = movements.reduce((sum, movement) => sum + flow[movement], 0);
    for (const { id } of stops) {
      const pull = pulls.get(id) ?? { people: 0, pull: 0 };
      pulls.set(id, { people: pull.people + people, pull: pull.pull + people * place });
    }
  }
  const placeOf = ({ id }: Tally) => (isRest(id) ? Infinity : pulls.get(id)!.pull / pulls.get(id)!.people);
  return [...nodes].sort((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1));
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
