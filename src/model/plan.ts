import type { Change } from './change.ts';
import type { ContractChoice } from './contract.ts';
import type { Bookkeeping } from './journal.ts';
import type { GroupId, GroupKey, MappingId, QueueId, UserId } from './keys.ts';
import type { Note } from './note.ts';
import type { Purpose } from './purpose.ts';
import type { Seat } from './seat.ts';

/**
 * The unit in which changes are carried out, journalled and priced: all that happens to one group in one go, all
 * that one queue PUT says, or one queue's batches of members. `changes` are positions in `plan.changes`.
 */
export interface Step {
  readonly kind: StepKind;
  /** Steps of one phase may run side by side; the next phase begins when all of it has ended. */
  readonly phase: Phase;
  /** `group.*`: the source group; `queue.*`: the queue. */
  readonly group?: GroupKey;
  readonly queue?: QueueId;
  readonly changes: readonly number[];
  /** `group.write`: the group is read after it was written, because the heads of its queues cannot show that it was. */
  readonly readBack?: true;
}

/**
 * - `group.create`: platform, `POST /groups` then one SCIM PUT with anchor and everybody.
 * - `group.update`: platform, rename by `PUT /groups/{id}`, anchor and members by SCIM PATCH with `If-Match`.
 * - `group.write`: documented contract, one POST or one PUT with name, members and queues.
 * - `queue.groups`: one read-modify-write PUT of the queue, rings included.
 * - `queue.members`: batches of up to 100 direct members.
 * - `queue.handover`: groups let go of people, by the requests above, and these people come directly at once.
 * - `queue.seats`: ring numbers and activations of one queue given back.
 */
export type StepKind =
  | 'group.create'
  | 'group.update'
  | 'group.write'
  | 'queue.groups'
  | 'queue.members'
  | 'queue.handover'
  | 'queue.seats';

/**
 * 1 groups gain · 2 queues gain · 3 groups hand people over to queues · 4 queues lose, groups do both · 5 groups lose ·
 * 6 who came back gets their seat. Nobody goes before others came. Draining, where it is asked for, stands between 2
 * and 3.
 */
export type Phase = 1 | 2 | 3 | 4 | 5 | 6;

/** One kind of request and how often the plan makes it. */
export interface PricedCall {
  /** e.g. `PATCH /api/v2/scim/v2/groups/{id}`. */
  readonly route: string;
  readonly calls: number;
}

export interface Price {
  /** Requests that applying takes, read-backs included, retries not. */
  readonly calls: number;
  readonly byRoute: readonly PricedCall[];
  /** At the budget that the target announced. */
  readonly minutes: number;
  readonly perMinute: number;
}

/** What a queue gains and loses. Heads are people, each counted once however they come in. */
export interface QueueOutlook {
  readonly queue: QueueId;
  readonly before: number;
  readonly after: number;
  readonly joining: readonly UserId[];
  readonly leaving: readonly UserId[];
  /** Groups that we know to stand on the queue before or after: by Genesys id, or by source key where yet to be made. */
  readonly groups: readonly (GroupId | GroupKey)[];
  /** Through which groups they come, for whoever draws the plan. What is missing from `before` stands there by another hand. */
  readonly flows?: readonly QueueFlow[];
  /** How many of those who stay have activated the queue now; only where people were read one by one. */
  readonly joinedAfter?: number;
  /** How many have before the plan; only with `joinedAfter`. */
  readonly joinedBefore?: number;
  /**
   * Those of `leaving` who may stay by a group whose people cannot be read. They count as gone where that is the safe
   * side, are not unjoined, and may be seen on the queue afterwards. Left out where there is nobody.
   */
  readonly mayStay?: readonly UserId[];
  /** False where the queue has people whom this plan had no reason to read one by one, or could not. */
  readonly exact: boolean;
}

/** People whom one group brings to a queue, or brought. Somebody in two groups of a queue counts for one of them. */
export interface QueueFlow {
  /** The source group, where it is known. */
  readonly from?: GroupKey;
  /** The group on the queue, by Genesys id or by source key where yet to be made; missing for people placed one by one. */
  readonly via?: GroupId | GroupKey;
  readonly staying: number;
  readonly joining: number;
  readonly leaving: number;
}

/** As many of the fullest are told; how many there are beyond these, a guard need not know to refuse. */
export const mostFullest = 20;

/** Somebody who comes into a group, and in how many official groups they are at that moment. */
export interface UserGroups {
  readonly user: UserId;
  readonly groups: number;
  /** False where the platform did not tell; then only the groups that this plan is about were counted. */
  readonly known: boolean;
}

/** As many come as go: the number of heads cannot show whether they did, the people have to be read. */
export const hidesInCount = ({ joining, leaving }: QueueOutlook): boolean =>
  joining.length > 0 && leaving.length > 0;

/**
 * Who is unjoined before they go, and for how long the run waits then: no new conversation reaches them, and those
 * they have can end. How a plan is carried out, not what it changes: the fingerprint does not speak of it.
 */
export interface Drain {
  /** The longest grace of these queues: the run waits once, for all of them. */
  readonly graceSeconds: number;
  readonly queues: readonly { readonly queue: QueueId; readonly seats: readonly Seat[] }[];
}

/** How ids are called, so that a saved plan can be read without the tenant; people only as far as the plan moves them. */
export interface PlanNames {
  readonly users: Readonly<Record<UserId, string>>;
  readonly queues: Readonly<Record<QueueId, string>>;
  /** By source key and, for groups that exist, by Genesys id as well. */
  readonly groups: Readonly<Record<GroupKey | GroupId, string>>;
  /** What groups are called in their source, where that is another name. */
  readonly sourceGroups?: Readonly<Record<GroupKey, string>>;
}

export interface Plan {
  readonly kind: 'muster.plan';
  readonly version: 1;
  readonly choice: ContractChoice;
  readonly purpose?: Purpose;
  /** In the order in which they may safely be done: additions before removals. */
  readonly changes: readonly Change[];
  readonly steps: readonly Step[];
  readonly queues: readonly QueueOutlook[];
  /** Of those who come into a group, the `mostFullest` who are then in the most; the fullest first. */
  readonly fullest: readonly UserGroups[];
  /** Left out where nobody is to be unjoined first. */
  readonly drain?: Drain;
  readonly notes: readonly Note[];
  /** Source groups whose removals wait, because they suddenly lost most of their people. */
  readonly quarantined?: readonly GroupKey[];
  /** Tokens by which such removals were let go for this plan: whoever applies it later has to name them again. */
  readonly released?: readonly string[];
  readonly price: Price;
  readonly names: PlanNames;
  /** Ledger entries that are settled already; no request is needed for them. */
  readonly bookkeeping: Bookkeeping;
  /** (person, queue) pairs that this plan takes away. */
  readonly losses: number;
  /** How many of them by each mapping; what several mappings own counts for each. Left out where nobody loses anything. */
  readonly lossesByMapping?: Readonly<Record<MappingId, number>>;
  /** How many (person, queue) pairs our groups and people hold before this plan: the base of the removal percentage. */
  readonly held: number;
  /** SHA-256 of the canonical JSON of contract and changes: what is approved is what is applied. */
  readonly fingerprint: string;
}

/** How many things a plan does: changes, and what it takes into the ledger or gives back. */
export const thingsIn = ({ changes, bookkeeping: { adopt = [], release = [] } }: Plan): number =>
  changes.length + adopt.length + release.length;

/** Is there anything to approve? What is settled of earlier runs is not. */
export const isToApply = (plan: Plan): boolean => thingsIn(plan) > 0;

/** Every guard; `docs/guards.md` has an entry for each. */
export const guardCodes = [
  'guard.removals-count',
  'guard.removals-percent',
  'guard.removals-queue',
  'guard.removals-mapping',
  'guard.additions-count',
  'guard.additions-percent',
  'guard.staffing-floor',
  'guard.staffing-joined',
  'guard.queue-size',
  'guard.groups-per-user',
  'guard.overlap',
] as const;

export type GuardCode = (typeof guardCodes)[number];

/** Why a guard stopped a plan. Nothing was written. */
export interface Refusal {
  readonly code: GuardCode;
  readonly subject: string;
  readonly text: string;
  readonly remedy: string;
}
