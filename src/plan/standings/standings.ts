import type { Assignment, DesiredGroup, MembersByPath } from '../../model/desired.ts';
import type { Reason, Standing, Way } from '../../model/explanation.ts';
import type { GroupId, GroupKey, UserId } from '../../model/keys.ts';
import type { Plan } from '../../model/plan.ts';
import type { QueueMember, TenantQueue } from '../../model/tenant.ts';
import type { Decisions } from '../decisions.ts';
import { heads, type Supply, supplyAfter, supplyBefore } from '../finish/supply.ts';
import type { PlanInput } from '../weigh/weigh.ts';
import { isAskedAs, rowsOn } from './way-rows.ts';
import { wayTeller } from './ways.ts';

export interface StandingsInput {
  readonly input: PlanInput;
  readonly decided: Decisions;
  /** Made of the two. */
  readonly plan: Plan;
}

/** How each of these people stands on a queue, or everybody; whoever has nothing to do with it is left out. */
export type Standings = (queue: TenantQueue, about?: readonly UserId[]) => Map<UserId, Standing>;

interface Asked {
  readonly assignment: Assignment;
  readonly reason: Reason;
}

/**
 * Where everybody stands before and after a plan, and why: told from what the plan itself decided, so that it cannot
 * say one thing and do another. Who is on a queue is what the outlook of the plan takes for it. Pure.
 */
export function standingsOf({ input, decided, plan }: StandingsInput): Standings {
  const before = supplyBefore(input.tenant, input.present);
  const after = supplyAfter(before, plan.changes);
  const [isIn, willBeIn] = [memberTest(before), memberTest(after)];
  const outlooks = new Map(plan.queues.map(outlook => [outlook.queue, outlook]));
  const wanted = Map.groupBy(input.wanted, ({ queue }) => queue);
  const present = Map.groupBy(input.present, ({ queue }) => queue);
  const pathsOf = pathsByKey(decided.groups);
  const teller = wayTeller(input, decided);

  return (queue, about) => {
    const rows = rowsOn(queue.id, present.get(queue.id) ?? [], plan.changes);
    const asked = askedOn(wanted.get(queue.id) ?? [], pathsOf);
    const shown = queue.members && new Map(queue.members.map(member => [member.user, member]));
    const was = heads(queue.id, before);
    const { joining = [], leaving = [] } = outlooks.get(queue.id) ?? {};
    const people = about ?? [
      ...(shown?.keys() ?? []),
      ...was.keys(),
      ...heads(queue.id, after).keys(),
      ...asked.everybody(),
    ];
    const waysOf = (user: UserId): Way[] => {
      const open = new Set(asked.of(user));
      const chains = [...rows, undefined].map(row => {
        const mine = [...open].filter(({ assignment }) =>
          row ? isAskedAs(row, assignment, decided.idOf) : assignment.subject.kind === 'user',
        );
        const isThere = row ? row.before && isIn(row.group, user) : before.direct.get(queue.id)?.has(user);
        const willBe = row ? row.after && willBeIn(row.group, user) : after.direct.get(queue.id)?.has(user);
        if (willBe) for (const each of mine) open.delete(each);
        const reasons = mine.map(({ reason }) => reason);
        return { queue: queue.id, user, row, was: isThere === true, willBe: willBe === true, reasons };
      });
      return [
        ...chains.flatMap(chain => teller.tell(chain) ?? []),
        ...[...open].map(({ assignment, reason }) => teller.withheld(user, assignment, reason)),
      ];
    };
    const found = new Map<UserId, Standing>();
    for (const user of new Set(people)) {
      const member = shown?.get(user);
      const isOn = shown ? member !== undefined : was.has(user);
      const ways = waysOf(user);
      if (isOn && !ways.some(isThere)) ways.push(unreadWay(member));
      if (!isOn && ways.length === 0) continue;
      found.set(user, {
        queue: { id: queue.id, name: queue.name },
        now: isOn ? 'on' : 'off',
        next: joining.includes(user) ? 'comes' : leaving.includes(user) ? 'goes' : isOn ? 'stays' : 'absent',
        ...(member?.joined === undefined ? {} : { joined: member.joined }),
        ways,
      });
    }
    return found;
  };
}

const isThere = ({ verdict }: Way): boolean => verdict !== 'coming' && verdict !== 'withheld';

/** The queue shows them, and no group that was read holds them. */
const unreadWay = (member: QueueMember | undefined): Way =>
  member?.by === 'user'
    ? { verdict: 'by-hand', through: 'direct', reasons: [], why: 'put there directly by another hand' }
    : {
        verdict: 'by-hand',
        through: 'group',
        reasons: [],
        why: 'a group of another hand brings them, which was not read',
      };

/** The groups are asked about many people, so each is indexed when it is asked about first. */
function memberTest({ membersOf }: Supply): (group: GroupId | GroupKey, user: UserId) => boolean {
  const known = new Map<string, ReadonlySet<UserId>>();
  return (group, user) => {
    const members = known.get(group) ?? new Set(membersOf(group));
    known.set(group, members);
    return members.has(user);
  };
}

/** Whom a source group has, and why. */
type Paths = ReadonlyMap<UserId, MembersByPath['path']>;

function pathsByKey(groups: ReadonlyMap<GroupKey, DesiredGroup>) {
  const known = new Map<GroupKey, Paths>();
  return (key: GroupKey): Paths => {
    const paths =
      known.get(key) ??
      new Map(
        groups
          .get(key)
          ?.paths.flatMap(({ path, members }) => members.map(({ user }) => [user, path] as const)),
      );
    known.set(key, paths);
    return paths;
  };
}

/** Who asks for whom on one queue. */
function askedOn(wanted: readonly Assignment[], pathsOf: (key: GroupKey) => Paths) {
  const groups = wanted.filter(({ subject }) => subject.kind === 'group');
  const alone = Map.groupBy(
    wanted.filter(({ subject }) => subject.kind === 'user'),
    ({ subject }) => (subject as { user: UserId }).user,
  );
  const keyOf = ({ subject, through }: Assignment) => (subject.kind === 'group' ? subject.group : through!);
  return {
    everybody: () => [...groups.flatMap(each => [...pathsOf(keyOf(each)).keys()]), ...alone.keys()],
    of: (user: UserId): Asked[] =>
      [...groups, ...(alone.get(user) ?? [])].flatMap(assignment => {
        const key = keyOf(assignment);
        const path = pathsOf(key).get(user);
        return path ? [{ assignment, reason: { mapping: assignment.mapping, key, path } }] : [];
      }),
  };
}
