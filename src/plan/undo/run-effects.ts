import type { RunRecord, WriteRecord } from '../../model/history.ts';
import type { FieldWrite, JournalEdge } from '../../model/journal.ts';
import type { GroupId, GroupKey } from '../../model/keys.ts';
import { type Binding, bound, edgeId } from '../../model/ledger.ts';

/** What a run came to, as far as no later run has changed it since. Of a write that was lost the target decides. */
export interface RunEffects {
  readonly added: readonly JournalEdge[];
  readonly dropped: readonly JournalEdge[];
  readonly fields: readonly FieldWrite[];
  /** Taken into the ledger, or given back, without any write. */
  readonly adopted: readonly JournalEdge[];
  readonly released: readonly JournalEdge[];
  /** How many of its edges and fields a later run wrote to. */
  readonly overtaken: number;
}

/**
 * The net of a run's writes: what it added and took away again is none. `later` are the runs after it; what one of
 * them wrote to is theirs to answer for. Pure.
 */
export function effectsOf(run: RunRecord, later: readonly RunRecord[]): RunEffects {
  const withIds = binder([run, ...later]);
  const changedLater = new Set(
    later.flatMap(each => [
      ...sureWrites(each, run.run).flatMap(write => touched(write, withIds)),
      ...[...each.adopted, ...each.released].map(({ edge }) => edgeId(edge)),
    ]),
  );
  const first = new Map<string, 'added' | 'dropped'>();
  const last = new Map<string, { readonly entry: JournalEdge; readonly what: 'added' | 'dropped' }>();
  const fields = new Map<string, FieldWrite>();
  const note = (entry: JournalEdge, what: 'added' | 'dropped') => {
    const id = edgeId(entry.edge);
    if (!first.has(id)) first.set(id, what);
    last.set(id, { entry, what });
  };
  for (const write of writesOf(run)) {
    // One request may take a thing from one place and put it into another, never both in one.
    for (const entry of write.drops) note(withIds(entry), 'dropped');
    for (const entry of write.adds) note(withIds(entry), 'added');
    for (const field of write.fields) fields.set(fieldId(field), field);
  }
  const net = [...last].filter(([id, { what }]) => first.get(id) === what);
  const mine = net.filter(([id]) => !changedLater.has(id)).map(([, each]) => each);
  const still = (entries: readonly JournalEdge[]) =>
    entries.filter(({ edge }) => !changedLater.has(edgeId(edge)));
  const [adopted, released] = [still(run.adopted), still(run.released)];
  const booked = run.adopted.length + run.released.length - adopted.length - released.length;
  const myFields = [...fields].filter(([id]) => !changedLater.has(id)).map(([, field]) => field);
  return {
    added: mine.filter(({ what }) => what === 'added').map(({ entry }) => entry),
    dropped: mine.filter(({ what }) => what === 'dropped').map(({ entry }) => entry),
    fields: myFields,
    adopted,
    released,
    overtaken: net.length - mine.length + fields.size - myFields.length + booked,
  };
}

/** A refused write changed nothing. */
const writesOf = (run: RunRecord): readonly WriteRecord[] =>
  run.writes.filter(write => write.state !== 'refused');

/** An undo of this very run that died half-way is gone on with: what became of its open writes the target tells. */
const sureWrites = (later: RunRecord, run: string): readonly WriteRecord[] =>
  later.purpose?.kind === 'undo' && later.purpose.of === run
    ? later.writes.filter(write => write.state === 'done')
    : writesOf(later);

const fieldId = ({ group, field }: FieldWrite): string => `${field} ${group}`;

const touched = (write: WriteRecord, withIds: (entry: JournalEdge) => JournalEdge): string[] => [
  ...[...write.adds, ...write.drops].map(entry => edgeId(withIds(entry).edge)),
  ...write.fields.map(fieldId),
];

/** A group's id may have come with the answer, or only to a later run that found what a dead one had made. */
function binder(runs: readonly RunRecord[]): (entry: JournalEdge) => JournalEdge {
  const ids = new Map<GroupKey, GroupId>();
  const learn = ({ key, group }: Binding) => {
    if (!ids.has(key)) ids.set(key, group);
  };
  for (const run of runs) {
    for (const write of run.writes) if (write.made) learn(write.made);
    for (const binding of run.bound) learn(binding);
  }
  return entry => {
    const group = ids.get(entry.key);
    return group === undefined ? entry : { ...entry, edge: bound(entry.edge, { key: entry.key, group }) };
  };
}
