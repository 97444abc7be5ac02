import type { Change, RemovalCause } from '../../model/change.ts';
import type { Assignment } from '../../model/desired.ts';
import type { Reason, Way } from '../../model/explanation.ts';
import type { GroupId, QueueId, UserId } from '../../model/keys.ts';
import { type Edge, edgeId, type OwnedEdge } from '../../model/ledger.ts';
import type { Decisions } from '../decisions.ts';
import type { PlanInput } from '../weigh/weigh.ts';
import type { WayRow } from './way-rows.ts';

/** Somebody on a queue, by a group (`row`) or alone: there before the plan, and after it; and who asks for it. */
export interface Chain {
  readonly queue: QueueId;
  readonly user: UserId;
  readonly row: WayRow | undefined;
  readonly was: boolean;
  readonly willBe: boolean;
  readonly reasons: readonly Reason[];
}

export interface WayTeller {
  /** What is said of a chain; nothing of one that neither is there nor comes. */
  tell(chain: Chain): Way | undefined;
  /** A mapping asks for it, and the plan does not do it. */
  withheld(user: UserId, assignment: Assignment, reason: Reason): Way;
}

/** Says of each way onto a queue what the plan decided about it. Pure. */
export function wayTeller({ tenant: { groups } }: Pick<PlanInput, 'tenant'>, decided: Decisions): WayTeller {
  const { ledger } = decided;
  const kept = new Map(decided.kept.map(each => [edgeId(each.owned.edge), each]));
  const removed = removalCauses(decided.changes);
  const dropped = new Set(
    decided.dropped.flatMap(change =>
      change.kind === 'queue.attach' && change.user !== undefined ? [placeOf(change.queue, change.user)] : [],
    ),
  );
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  const nameOf = (group: GroupId) => names.get(group) ?? decided.groups.get(group)?.name ?? group;

  const rest = ({ row }: Chain, edges: readonly Edge[]): Partial<Way> & Pick<Way, 'verdict'> => {
    const left = edges.map(edge => kept.get(edgeId(edge))).find(each => each !== undefined);
    if (left) {
      const { cause, why, remedy } = left;
      return { verdict: 'kept', cause, why, ...(remedy === undefined ? {} : { remedy }) };
    }
    if (!row) return { verdict: 'by-hand', why: 'put there directly by another hand' };
    const [member] = edges;
    const isMeant = ledger.has(edgeId(member!)) || decided.sights.wish(member!) !== undefined;
    return {
      verdict: 'by-hand',
      why: isMeant
        ? `"${nameOf(row.group)}" was put on the queue by another hand`
        : `put into "${nameOf(row.group)}" by another hand`,
    };
  };

  return {
    tell: chain => {
      const { row, was, willBe, reasons } = chain;
      if (!was && !willBe) return undefined;
      const edges = edgesOf(chain);
      const since = sinceOf(edges.flatMap(edge => ledger.get(edgeId(edge)) ?? []));
      const way = {
        ...(row
          ? { through: 'group' as const, group: nameOf(row.group), how: row.how, ...ringOf(row) }
          : { through: 'direct' as const, how: 'direct-members' as const }),
        reasons,
        ...(since ? { since } : {}),
      };
      if (!willBe) {
        const because = edges.map(edge => removed.get(edgeId(edge))).find(each => each !== undefined);
        return { ...way, verdict: 'going', ...(because ? { because } : {}) };
      }
      if (reasons.length > 0) return { ...way, verdict: was ? 'asked' : 'coming' };
      const left = rest(chain, edges);
      return was ? { ...way, ...left } : { ...way, ...left, verdict: 'coming' };
    },
    withheld: (user, assignment, reason) => {
      const { subject, how } = assignment;
      const group =
        subject.kind === 'group' ? nameOf(decided.idOf(subject.group) ?? subject.group) : undefined;
      const way = {
        verdict: 'withheld' as const,
        through: subject.kind === 'group' ? ('group' as const) : ('direct' as const),
        ...(group === undefined ? {} : { group }),
        how,
        ...ringOf(assignment),
        reasons: [reason],
      };
      const note = subject.kind === 'group' ? decided.matches.skipped.get(subject.group) : undefined;
      if (note)
        return { ...way, why: note.text, ...(note.remedy === undefined ? {} : { remedy: note.remedy }) };
      if (subject.kind === 'user' && dropped.has(placeOf(assignment.queue, user)))
        return { ...way, why: 'a group brings them, and nobody is put on a queue twice' };
      const what = takenFrom(decided.withheld, user, assignment, group);
      return {
        ...way,
        why: `another hand took ${what}, and \`limits.takenAway: tell\` leaves it so`,
        remedy: 'Put it back by hand, or set limits.takenAway to put-back.',
      };
    },
  };
}

const placeOf = (queue: QueueId, user: UserId): string => `${queue} ${user}`;

function edgesOf({ row, queue, user }: Chain): Edge[] {
  if (!row) return [{ kind: 'queue-member', queue, user }];
  const { group, how } = row;
  if (how === 'direct-members') return [];
  return [
    { kind: 'member', group, user },
    { kind: 'attachment', queue, group, how, ...ringOf(row) },
  ];
}

const ringOf = ({ ring }: { readonly ring?: number }) => (ring === undefined ? {} : { ring });

/** A chain is as old as its youngest link. */
function sinceOf(owned: readonly OwnedEdge[]): Way['since'] {
  const [latest] = owned.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  return latest && { run: latest.run, at: latest.at };
}

function removalCauses(changes: readonly Change[]): ReadonlyMap<string, RemovalCause> {
  const causes = new Map<string, RemovalCause>();
  for (const change of changes) {
    if (change.kind === 'member.remove')
      causes.set(edgeId({ kind: 'member', group: change.id, user: change.user }), change.because);
    if (change.kind !== 'queue.detach') continue;
    const { queue, user, id: group, how, because } = change;
    if (user !== undefined) causes.set(edgeId({ kind: 'queue-member', queue, user }), because);
    else if (group !== undefined && how !== 'direct-members')
      causes.set(edgeId({ kind: 'attachment', queue, group, how, ...ringOf(change) }), because);
  }
  return causes;
}

/** What of the chain another hand took away: the group itself, the person out of it, or it off the queue. */
function takenFrom(
  withheld: readonly Change[],
  user: UserId,
  { subject, queue }: Assignment,
  group: string | undefined,
): string {
  if (subject.kind === 'user') return 'them off the queue';
  const about = withheld.filter(change => change.group === subject.group);
  if (about.some(change => change.kind === 'group.create')) return `the group "${group}" away`;
  if (about.some(change => change.kind === 'member.add' && change.user === user))
    return `them out of "${group}"`;
  return about.some(change => change.kind === 'queue.attach' && change.queue === queue)
    ? `"${group}" off the queue`
    : 'a part of it away';
}
