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
  /** Not drawn: it keeps room in a column for a band that only passes. */
  readonly hidden?: boolean;
  readonly counts: Readonly<Record<Movement, number>>;
}

/** A node before anybody is counted in it. */
export type Stop = Pick<Node, 'id' | 'column' | 'name' | 'folded' | 'hidden'>;
export type Tally = Stop & { readonly counts: Record<Movement, number> };

const stop = (column: Column, name: string): Stop => ({
  id: `${column} ${name}`,
  column,
  name,
  folded: false,
});

export function stopsOf({ source, group, queue }: Flow, direct: boolean): Stop[] {
  const first = source === undefined ? [] : [stop('source', source)];
  const second = group === undefined || (direct && first.length > 0) ? [] : [stop('group', group)];
  const before = [...first, ...second];
  return [...(before.length > 0 ? before : [byOtherHands]), stop('queue', queue)];
}

const byOtherHands: Stop = { id: 'other hands', column: 'source', name: 'other hands', folded: true };

export function tally(nodes: Map<string, Tally>, at: Stop, flow: Flow): void {
  let node = nodes.get(at.id);
  if (!node) {
    node = { ...at, counts: { staying: 0, joining: 0, leaving: 0 } };
    nodes.set(at.id, node);
  }
  for (const movement of movements) node.counts[movement] += flow[movement];
}

/** The nodes by which one flow goes, from left to right. */
export interface Path {
  readonly flow: Flow;
  readonly stops: readonly Stop[];
}

/** All that is not drawn one by one. */
export const isRest = (id: string): boolean => id.startsWith('rest ');

/** A band from the first column to the last goes round the names of the one between. */
export function passing({ flow, stops }: Path): Path {
  const [first, last] = stops;
  if (stops.length !== 2 || first!.column !== 'source') return { flow, stops };
  const id = isRest(first!.id) ? 'rest passing' : `passing ${first!.id}`;
  return {
    flow,
    stops: [first!, { id, column: 'group', name: first!.name, folded: true, hidden: true }, last!],
  };
}
