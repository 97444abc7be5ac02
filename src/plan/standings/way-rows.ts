import type { Change } from '../../model/change.ts';
import type { Assignment, PresentAssignment } from '../../model/desired.ts';
import type { GroupId, GroupKey, QueueId } from '../../model/keys.ts';
import type { StrategyName } from '../../model/mapping.ts';

/** A group on one queue in one way: does it stand there before a plan, and after it? */
export interface WayRow {
  /** By its source key where it is yet to be made. */
  readonly group: GroupId | GroupKey;
  readonly how: StrategyName;
  readonly ring?: number;
  readonly before: boolean;
  readonly after: boolean;
}

/** The groups on a queue, those that come with these changes and those that go. */
export function rowsOn(
  queue: QueueId,
  present: readonly PresentAssignment[],
  changes: readonly Change[],
): WayRow[] {
  const rows = new Map<string, WayRow>();
  for (const { group, how, ring } of present) {
    if (group === undefined) continue;
    const row = { group, how, ...(ring === undefined ? {} : { ring }) };
    rows.set(wayOf(row), { ...row, before: true, after: true });
  }
  for (const change of changes) {
    if (change.kind !== 'queue.attach' && change.kind !== 'queue.detach') continue;
    if (change.queue !== queue || change.user !== undefined) continue;
    const { how, ring, id: group = change.group } = change;
    const row = { group, how, ...(ring === undefined ? {} : { ring }) };
    const before = rows.get(wayOf(row))?.before ?? false;
    rows.set(wayOf(row), { ...row, before, after: change.kind === 'queue.attach' });
  }
  return [...rows.values()];
}

/** Is this how a mapping asks for its group on the queue? */
export const isAskedAs = (
  row: WayRow,
  { subject, how, ring }: Assignment,
  idOf: (key: GroupKey) => GroupId | undefined,
): boolean =>
  subject.kind === 'group' &&
  wayOf(row) ===
    wayOf({ group: idOf(subject.group) ?? subject.group, how, ...(ring === undefined ? {} : { ring }) });

const wayOf = ({ group, how, ring }: Pick<WayRow, 'group' | 'how' | 'ring'>): string =>
  `${group} ${how} ${ring ?? ''}`;
