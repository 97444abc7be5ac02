import type { Flow } from './flows.ts';
import { folding } from './picture-fold.ts';
import { inOrder } from './picture-order.ts';
import {
  isRest,
  type Movement,
  movements,
  type Node,
  passing,
  stopsOf,
  type Tally,
  tally,
} from './picture-paths.ts';

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
  const folded = all.map(({ flow, stops }) => ({
    flow,
    stops: stops.map(stop => fold.get(stop.id) ?? stop),
  }));
  const paths = folded.some(({ stops }) => stops.length === 3) ? folded.map(passing) : folded;
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

const isOfRest = ({ source, target }: Link): boolean => isRest(source) && isRest(target);

/** All that is not drawn one by one takes no more room than what is. */
function scaleOfRest(links: readonly Link[]): number {
  const sum = (of: readonly Link[]) => of.reduce((total, link) => total + link.people, 0);
  const rest = sum(links.filter(isOfRest));
  const drawn = sum(links) - rest;
  return rest > drawn && drawn > 0 ? drawn / rest : 1;
}
