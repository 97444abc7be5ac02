import type { GroupId, GroupKey, MappingId, PersonKey, QueueId, SourceId, UserId } from './keys.ts';
import type { StrategyName } from './mapping.ts';
import type { Note } from './note.ts';

/** A person and the user who stands for them: one object, in however many groups they are. */
export interface LinkedPerson {
  readonly user: UserId;
  readonly person: PersonKey;
}

/** Members with the reason why: the chain of group names from the mapped group down to the one that lists them. */
export interface MembersByPath {
  readonly path: readonly string[];
  readonly members: readonly LinkedPerson[];
}

/** A source group as the target shall know it. */
export interface DesiredGroup {
  readonly key: GroupKey;
  readonly name: string;
  /** What it is called in the source, where that is another name. */
  readonly sourceName?: string;
  readonly externalId: string;
  readonly mapping: MappingId;
  /** Each user once, in no order. */
  readonly members: readonly LinkedPerson[];
  /** The same members, each in one of these. */
  readonly paths: readonly MembersByPath[];
  /**
   * People whom the source lists but who have no active user now (not found, ambiguous, inactive). If one of them
   * was placed by us earlier, their edge stays: a lost link is no proof that somebody left.
   */
  readonly unlinked: readonly PersonKey[];
  /** May members be taken away on this evidence? False keeps everybody who is there and says why. */
  readonly removable: boolean;
  readonly whyNot?: string;
  /** The source was read completely and lists nobody in the group. */
  readonly emptied: boolean;
  /** The source was read completely and shows fewer people than when a run was last carried out on it. */
  readonly shrunk?: Shrinking;
}

/** People at any depth, then and now, whoever of them is placed. */
export interface Shrinking {
  readonly from: number;
  readonly to: number;
  /** When there were so many last; ISO 8601. */
  readonly since: string;
}

/** "This group serves this queue": all that a mapping says. How a queue is told is the strategy's matter. */
export interface Service {
  readonly group: GroupKey;
  readonly queue: QueueId;
  readonly mapping: MappingId;
  readonly assign: StrategyName;
  readonly ring?: number;
}

export interface Desired {
  readonly groups: readonly DesiredGroup[];
  readonly services: readonly Service[];
  /** Mappings that selected nothing, or from a list of groups not proven complete: nothing of theirs is taken away. */
  readonly heldMappings: readonly HeldMapping[];
  readonly notes: readonly Note[];
}

/** A mapping whose groups could not be proven. `gone`: the source was read completely and shows no such group. */
export interface HeldMapping {
  readonly mapping: MappingId;
  readonly from: SourceId;
  readonly why: string;
  readonly gone: boolean;
}

/** Somebody or some group on a queue, in the granularity of one strategy. */
export type Subject =
  | { readonly kind: 'group'; readonly group: GroupKey }
  | { readonly kind: 'user'; readonly user: UserId; readonly person: PersonKey };

export interface Assignment {
  readonly queue: QueueId;
  readonly subject: Subject;
  readonly how: StrategyName;
  readonly ring?: number;
  readonly mapping: MappingId;
  /** The group that brings a user, for strategies that place people one by one. */
  readonly through?: GroupKey;
}

/** An assignment as the tenant shows it: a group by its Genesys id, or a user. */
export interface PresentAssignment {
  readonly how: StrategyName;
  readonly queue: QueueId;
  readonly group?: GroupId;
  readonly user?: UserId;
  readonly ring?: number;
}
