import type { GroupId, GroupKey, MappingId, PersonKey, QueueId, UserId } from './keys.ts';
import type { Owner } from './ledger.ts';
import type { StrategyName } from './mapping.ts';

/**
 * One thing that a run would do. Plain data: it can be printed, saved, approved, applied tomorrow and resumed after
 * a crash. `id` of a group is missing where the plan makes the group first.
 */
export type Change =
  | {
      readonly kind: 'group.create';
      readonly group: GroupKey;
      readonly name: string;
      readonly externalId: string;
      readonly mapping: MappingId;
    }
  | {
      readonly kind: 'group.rename';
      readonly group: GroupKey;
      readonly id: GroupId;
      readonly from: string;
      readonly to: string;
      readonly mapping: MappingId;
    }
  | {
      /** Writes the `externalId` that anchors the group to its source group; without `to` it is cleared. */
      readonly kind: 'group.anchor';
      readonly group: GroupKey;
      readonly id: GroupId;
      readonly from?: string;
      readonly to?: string;
      readonly mapping: MappingId;
    }
  | {
      readonly kind: 'member.add';
      readonly group: GroupKey;
      readonly id?: GroupId;
      readonly user: UserId;
      /** Always there, unless a person is put back of whom the ledger knew no more than the user. */
      readonly person?: PersonKey;
      /** Names of the nested groups from the mapped group down to the one that lists this person. */
      readonly path: readonly string[];
      readonly because?: AdditionCause;
      readonly mapping: MappingId;
      /** Other mappings that want it, too: what several ask for is done once, and owned by all of them. */
      readonly also?: readonly Owner[];
    }
  | {
      readonly kind: 'member.remove';
      readonly group: GroupKey;
      readonly id: GroupId;
      readonly user: UserId;
      /** Where the ledger knows who it was. */
      readonly person?: PersonKey;
      readonly because: RemovalCause;
      readonly mapping: MappingId;
      /** Other mappings that let go of it. */
      readonly also?: readonly Owner[];
    }
  | {
      /** Gives somebody the ring number and the activation back that they had on a queue. */
      readonly kind: 'queue.seat';
      readonly queue: QueueId;
      readonly user: UserId;
      readonly ring?: number;
      readonly joined?: boolean;
      /** `returned`: they come onto the queue again. `owed`: a run that did not end took it, or did not give it back. */
      readonly because: 'returned' | 'owed';
      readonly group: GroupKey;
      readonly person?: PersonKey;
      readonly mapping: MappingId;
    }
  | ({
      readonly kind: 'queue.attach';
      readonly because?: AdditionCause;
      /**
       * Somebody who is put on the queue directly, and whom these groups bring until then: they come right after these
       * have let go of them, because the platform takes nobody twice (API reference §3.4). Empty where the queue still
       * shows them by a group that has left it.
       */
      readonly insteadOf?: readonly GroupId[];
    } & Placement)
  | ({ readonly kind: 'queue.detach'; readonly because: RemovalCause } & Placement);

/**
 * A group, or one user, on a queue. `group` is the source group behind it; `id` its Genesys id where it exists
 * already; `user` and `person` are there only for a strategy that places people one by one.
 */
export interface Placement {
  readonly queue: QueueId;
  readonly how: StrategyName;
  readonly ring?: number;
  readonly group: GroupKey;
  readonly id?: GroupId;
  readonly user?: UserId;
  readonly person?: PersonKey;
  readonly mapping: MappingId;
  /** Other mappings that want it, too. */
  readonly also?: readonly Owner[];
}

/**
 * `left` the source group (or is disabled there), or is still in it and stands for another user now (`relinked`), or the
 * config no longer asks for it (`unmapped`), or the run that put it there is `undone`.
 */
export type RemovalCause = 'left' | 'relinked' | 'unmapped' | 'undone';

/** Left out, the config asks for it. `undone`: the run that took it away is. `put-back`: another hand took it away. */
export type AdditionCause = 'undone' | 'put-back';

export type ChangeKind = Change['kind'];

export const isRemoval = (
  change: Change,
): change is Extract<Change, { kind: 'member.remove' | 'queue.detach' }> =>
  change.kind === 'member.remove' || change.kind === 'queue.detach';
