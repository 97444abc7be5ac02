import type { ConfigDrift } from '../../model/drift.ts';
import type { GroupKey, MappingId, QueueId } from '../../model/keys.ts';
import { edgeId, isUnmade } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Seen } from '../../model/seen.ts';
import { ownersOf } from '../weigh/owners.ts';
import type { Weighed } from '../weigh/weigh.ts';
import { servedDirectly } from './sources.ts';

export interface ConfigDriftInput {
  readonly weighed: Weighed;
  readonly placed: ReadonlyMap<GroupKey, ReadonlyMap<MappingId, number>>;
  readonly mappings: ReadonlySet<MappingId>;
  /** Those whose hours or time are over. */
  readonly dormant: ReadonlyMap<MappingId, string>;
  readonly seen: Seen;
  readonly queueName: (id: QueueId) => string;
}

/** What the config asks for otherwise than what is placed: whoever changed it meant it. Pure. */
export function configDrift(input: ConfigDriftInput): ConfigDrift[] {
  const counts = new Map<MappingId, number>();
  for (const each of input.placed.values())
    for (const [mapping, count] of each) counts.set(mapping, (counts.get(mapping) ?? 0) + count);
  const drift: ConfigDrift[] = [...mappingsMoved(input, counts), ...servicesMoved(input, counts)];
  for (const [group, found] of input.weighed.matches.pairs) {
    const was = found && input.seen.groups.get(found.id);
    if (!was) continue;
    const told = { mapping: group.mapping, group: was.name };
    if (was.name !== group.name)
      drift.push({ kind: 'group.renamed', ...told, was: was.name, is: group.name });
    if (was.externalId !== group.externalId) {
      const before = was.externalId === undefined ? {} : { was: was.externalId };
      drift.push({ kind: 'group.anchored', ...told, ...before, is: group.externalId });
    }
  }
  const order = ({ mapping, kind, queue = '', group = '' }: ConfigDrift) =>
    [mapping, kind, queue, group].join('\u0000');
  return drift.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function mappingsMoved(
  { weighed, mappings, dormant }: ConfigDriftInput,
  counts: ReadonlyMap<MappingId, number>,
): ConfigDrift[] {
  // What a mapping asks for may all be there by another hand: then it is not ours, and nothing is to be done.
  const asking = new Set(
    weighed.additions.flatMap(change => [
      change.mapping,
      ...('also' in change ? (change.also ?? []).map(owner => owner.mapping) : []),
    ]),
  );
  return [
    ...[...mappings]
      .filter(mapping => asking.has(mapping) && !counts.has(mapping))
      .map((mapping): ConfigDrift => ({ kind: 'mapping.new', mapping })),
    ...[...counts]
      .filter(([mapping, placed]) => !mappings.has(mapping) && placed > 0)
      .map(([mapping, placed]): ConfigDrift => {
        const why = dormant.get(mapping);
        return why === undefined
          ? { kind: 'mapping.gone', mapping, placed }
          : { kind: 'mapping.closed', mapping, placed, is: why };
      }),
  ];
}

/** Queues that a mapping which stays asks for now, and those that it asks for no longer. */
function servicesMoved(input: ConfigDriftInput, counts: ReadonlyMap<MappingId, number>): ConfigDrift[] {
  const { weighed, mappings, placed } = input;
  const { ledger, served: wanted, idOf, sights, groups } = weighed;
  const drift = new Map<string, ConfigDrift>();
  const note = (kind: 'service.new' | 'service.gone', mapping: MappingId, key: GroupKey, queue: QueueId) => {
    const group = groups.get(key)?.name ?? key;
    drift.set([kind, mapping, key, queue].join(' '), { kind, mapping, group, queue: input.queueName(queue) });
  };
  const direct = servedDirectly(ledger);
  for (const { subject, queue, how, ring, mapping, through } of wanted) {
    if (!counts.has(mapping)) continue;
    if (subject.kind === 'user') {
      const key = through ?? '';
      const isThere = sights.shows({ kind: 'queue-member', queue, user: subject.user });
      if (!isThere && direct.has(key) && !direct.has(`${queue} ${key}`))
        note('service.new', mapping, key, queue);
      continue;
    }
    const id = idOf(subject.group);
    if (id === undefined || how === 'direct-members' || !placed.has(subject.group)) continue;
    const edge = {
      kind: 'attachment',
      queue,
      group: id,
      how,
      ...(ring === undefined ? {} : { ring }),
    } as const;
    if (!ledger.has(edgeId(edge)) && !sights.shows(edge)) note('service.new', mapping, subject.group, queue);
  }
  for (const owned of bookOf(ledger).others()) {
    const { edge } = owned;
    if (edge.kind !== 'attachment' || isUnmade(edge.group) || sights.wish(edge)) continue;
    for (const { mapping, key } of ownersOf(owned))
      if (mappings.has(mapping) && idOf(key) === edge.group && sights.shows(edge))
        note('service.gone', mapping, key, edge.queue);
  }
  return [...drift.values()];
}
