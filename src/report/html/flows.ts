import type { GroupKey } from '../../model/keys.ts';
import type { Plan, QueueOutlook } from '../../model/plan.ts';
import { shown } from '../shown-text.ts';

/** People on the way from a source group to a queue, once for each queue. */
export interface Flow {
  /** The group as its source calls it; missing for people whom other hands put there. */
  readonly source?: string;
  /** The Genesys group, where it has another name, or no source that we know. */
  readonly group?: string;
  /** Placed without a group in Genesys Cloud. */
  readonly oneByOne?: boolean;
  readonly queue: string;
  readonly staying: number;
  readonly joining: number;
  readonly leaving: number;
}

/** What flows to the queues of a plan, other hands included, so that the flows of a queue add up to its heads. */
export function flowsOf(plan: Plan): Flow[] {
  const keys = plan.queues.flatMap(({ flows = [] }) => flows.flatMap(({ from }) => from ?? []));
  // Two sources may each have a "support".
  const several = new Set(keys.map(sourceOf)).size > 1;
  return plan.queues
    .toSorted((a, b) => b.leaving.length - a.leaving.length)
    .flatMap(outlook => {
      const queue = shown(plan.names.queues[outlook.queue] ?? outlook.queue);
      const known = (outlook.flows ?? [])
        .filter(({ from, via }) => from !== undefined || via !== undefined)
        .map(({ from, via, staying, joining, leaving }) => ({
          ...called(plan, from, via, several),
          queue,
          staying,
          joining,
          leaving,
        }));
      return [...known, { queue, ...otherHands(outlook, known) }];
    })
    .filter(({ staying, joining, leaving }) => staying + joining + leaving > 0);
}

function called(
  { names }: Plan,
  from: string | undefined,
  via: string | undefined,
  several: boolean,
): Pick<Flow, 'source' | 'group' | 'oneByOne'> {
  const group = via === undefined ? undefined : shown(names.groups[via] ?? via);
  if (from === undefined) return group === undefined ? {} : { group };
  const name = shown(names.sourceGroups?.[from] ?? names.groups[from] ?? from);
  const source = several ? `${shown(sourceOf(from))}: ${name}` : name;
  if (group === undefined) return { source, oneByOne: true };
  return group === name ? { source } : { source, group };
}

const sourceOf = (key: GroupKey): string => key.slice(0, key.indexOf(':'));

/** Everybody of whom nobody knows a group: put there one by one by somebody else, or through a group of theirs. */
function otherHands(
  { before, joining, leaving }: QueueOutlook,
  known: readonly Flow[],
): Pick<Flow, 'staying' | 'joining' | 'leaving'> {
  const rest = (all: number, of: 'staying' | 'joining' | 'leaving') =>
    Math.max(0, all - known.reduce((sum, flow) => sum + flow[of], 0));
  return {
    staying: rest(before - leaving.length, 'staying'),
    joining: rest(joining.length, 'joining'),
    leaving: rest(leaving.length, 'leaving'),
  };
}
