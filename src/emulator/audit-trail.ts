import type { AuditRow, GroupRow, PropertyChange, QueueRow } from './rows.ts';

/** What a write may change of a group or a queue, kept while it is done. */
export type Picture =
  | ({ readonly kind: 'group' } & Pick<
      GroupRow,
      'id' | 'name' | 'externalId' | 'individuals' | 'routingQueueIds'
    >)
  | {
      readonly kind: 'queue';
      readonly id: string;
      readonly name: string;
      readonly settings: Readonly<Record<string, unknown>>;
      readonly members: ReadonlyMap<string, { readonly ring?: number; readonly joined: boolean }>;
    };

export const pictureOfGroup = (row: GroupRow): Picture => ({
  kind: 'group',
  id: row.id,
  name: row.name,
  externalId: row.externalId,
  individuals: row.individuals,
  routingQueueIds: row.routingQueueIds,
});

export function pictureOfQueue(row: QueueRow): Picture {
  const members = new Map<string, { ring?: number; joined: boolean }>();
  for (const [id, { ring, joined }] of row.direct) members.set(id, { ring, joined });
  for (const [id, joined] of row.joinedOverrides) if (!row.direct.has(id)) members.set(id, { joined });
  return { kind: 'queue', id: row.id, name: row.name, settings: structuredClone(row.settings), members };
}

/** What the trail says of one entity and one write. */
type Said = Pick<AuditRow, 'action' | 'system' | 'changes'>;

/**
 * The lines that one write leaves, from how its entity was and is. Forms as third parties have seen them: one line for
 * each member of a queue, and for a group whose members change three lines with one `correlationId`, none of which
 * says by itself who came or went (docs/emulator-differences.md).
 */
export function linesOf(before: Picture | undefined, after: Picture | undefined): Said[] {
  if (!before && !after) return [];
  const own = (action: string, changes: readonly PropertyChange[] = []): Said => ({
    action,
    system: false,
    changes,
  });
  if (!before) return [own('Create')];
  if (!after) return [own('Delete')];
  if (before.kind === 'group' && after.kind === 'group') return groupLines(before, after);
  if (before.kind === 'queue' && after.kind === 'queue') return queueLines(before, after);
  return [];
}

type GroupPicture = Extract<Picture, { kind: 'group' }>;
type QueuePicture = Extract<Picture, { kind: 'queue' }>;

function groupLines(before: GroupPicture, after: GroupPicture): Said[] {
  const lines: Said[] = [];
  const plain = [
    ...changed('name', before.name, after.name),
    ...changed('externalId', before.externalId, after.externalId),
    ...changed('routingQueueIds', before.routingQueueIds.join(', '), after.routingQueueIds.join(', ')),
  ];
  if (plain.length > 0) lines.push({ action: 'Update', system: false, changes: plain });
  const [was, is] = [before.individuals, after.individuals];
  for (const moved of [difference(is, was), difference(was, is)]) {
    if (moved.length === 0) continue;
    const came = is.has(moved[0]!);
    const size = came ? [is.size - moved.length, is.size] : [is.size + moved.length, is.size];
    lines.push(
      { action: 'Update', system: true, changes: changed('memberCount', String(size[0]), String(size[1])) },
      {
        action: 'Update',
        system: false,
        changes: [{ property: 'individuals', oldValues: [], newValues: [] }],
      },
      {
        action: 'Update',
        system: false,
        changes: [{ property: 'group-membership', oldValues: [], newValues: [`[${moved.join(', ')}]`] }],
      },
    );
  }
  return lines;
}

function queueLines(before: QueuePicture, after: QueuePicture): Said[] {
  const lines: Said[] = [];
  const settings = new Set([...Object.keys(before.settings), ...Object.keys(after.settings)]);
  const plain = [
    ...changed('name', before.name, after.name),
    ...[...settings].flatMap(key => changed(key, json(before.settings[key]), json(after.settings[key]))),
  ];
  if (plain.length > 0) lines.push({ action: 'Update', system: false, changes: plain });
  const line = (action: string, user: string, part: string, old: readonly string[], now: readonly string[]) =>
    lines.push({
      action,
      system: false,
      changes: [{ property: `QueueMember/${after.id}:${user}${part}`, oldValues: old, newValues: now }],
    });
  for (const [user, { ring, joined }] of after.members) {
    const was = before.members.get(user);
    if (!was && ring !== undefined) line('MemberAdd', user, '', [], ['<queue member added>']);
    if (was && was.joined !== joined)
      line('MemberUpdate', user, ':joined', [String(was.joined)], [String(joined)]);
    if (!was && ring === undefined)
      line('MemberUpdate', user, ':joined', [String(!joined)], [String(joined)]);
    if (was?.ring !== undefined && ring !== undefined && was.ring !== ring)
      line('MemberUpdate', user, ':ringNumber', [String(was.ring)], [String(ring)]);
  }
  for (const [user, { ring }] of before.members) {
    if (!after.members.has(user) && ring !== undefined)
      line('MemberRemove', user, '', ['<queue member deleted>'], []);
  }
  return lines;
}

const json = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value);

const changed = (property: string, old: string | undefined, now: string | undefined): PropertyChange[] =>
  old === now
    ? []
    : [{ property, oldValues: old === undefined ? [] : [old], newValues: now === undefined ? [] : [now] }];

const difference = (a: ReadonlySet<string>, b: ReadonlySet<string>): string[] =>
  [...a].filter(id => !b.has(id));
