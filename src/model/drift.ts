import type { Contract } from './contract.ts';
import type { GroupId, GroupKey, MappingId, PersonKey, QueueId, SourceId, UserId } from './keys.ts';

/**
 * What moved on either side since the last run of ours that wrote anything: in the target by other hands, in the
 * sources, and in what the config asks for. Plain data, the document of `muster drift --json`.
 */
export interface Drift {
  readonly kind: 'muster.drift';
  readonly version: 1;
  /** Left out where no run has placed anything yet: then nothing can have moved. */
  readonly since?: DriftBase;
  /** When both sides were read; ISO 8601. */
  readonly at: string;
  readonly contract: Contract;
  /** By other hands, in Genesys Cloud; by place and then by name. */
  readonly target: readonly TargetDrift[];
  readonly sources: readonly SourceDrift[];
  readonly config: readonly ConfigDrift[];
  /** What could not be compared, a sentence each. */
  readonly unknown: readonly string[];
  /** What stops the next run that follows the config, a sentence each: a queue that does not bear its name any more. */
  readonly stops: readonly string[];
  /** Whether the audit trail was asked who did it, and what came of that. */
  readonly trail: Trail;
  /** What the next run does about what was taken away: `limits.takenAway`. */
  readonly takenAway: 'put-back' | 'tell';
}

export interface DriftBase {
  /** The last run before that moment; left out where a time is named before which there was none. */
  readonly run?: string;
  /** When that run began, or the time that was asked for; ISO 8601. */
  readonly at: string;
}

/**
 * `*.gone`: ours, and no longer there. `*.came`, `*.went`: never ours. `direct.*`: people whom somebody put on the queue
 * one by one, of whom only the number is known.
 */
export type TargetDriftKind =
  | 'member.gone'
  | 'member.came'
  | 'member.went'
  | 'attachment.gone'
  | 'attachment.came'
  | 'attachment.went'
  | 'queue-member.gone'
  | 'direct.came'
  | 'direct.went'
  | 'group.renamed'
  | 'group.anchored'
  | 'group.deleted'
  | 'group.dynamic'
  | 'queue.renamed'
  | 'queue.deleted'
  | 'user.inactive'
  | 'user.deleted';

export interface TargetDrift {
  readonly kind: TargetDriftKind;
  /** Where it moved: the group that holds people, the queue that is served, or the user. */
  readonly place: Named;
  /** Who or what came or went there; left out where the place itself changed. */
  readonly subject?: Named;
  /** Before and now: names, anchors, numbers of people. */
  readonly was?: string;
  readonly is?: string;
  /** How many things of ours are lost with it: members of a deleted group, places of a user. */
  readonly count?: number;
  /** For `attachment.*`: the bullseye ring. */
  readonly ring?: number;
  /** Who placed it, for what is ours. */
  readonly placed?: Placed;
  /** For what is gone: does a mapping still ask for it? */
  readonly wanted?: boolean;
  /** Does `drift --put-back` put it back now? Left out where there is nothing to put back. */
  readonly comesBack?: boolean;
  /** Groups of ours moved on this queue as well, which may account for the number. */
  readonly unsure?: true;
  /** What the audit trail says of it, the latest first; left out where it says nothing. */
  readonly deeds?: readonly Deed[];
}

export interface Named {
  readonly kind: 'group' | 'queue' | 'user';
  readonly id: GroupId | QueueId | UserId;
  readonly name: string;
}

export interface Placed {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly mapping: MappingId;
  /** Other mappings that want it, too. */
  readonly also?: readonly MappingId[];
}

/** Who did something, and when, by the audit trail. */
export interface Deed {
  /** ISO 8601. */
  readonly at: string;
  /** Left out where the trail names nobody. */
  readonly by?: Actor;
  /** The application, where the trail names one. */
  readonly application?: string;
  /** Whom it moved, where only their number was known. */
  readonly whom?: readonly string[];
}

export interface Actor {
  /** `unknown`: the trail has an id, and no user of the organisation bears it: an OAuth client, as a rule. */
  readonly kind: 'user' | 'client' | 'unknown';
  readonly id: string;
  readonly name?: string;
}

export interface Trail {
  /**
   * `asked`: wholly, for what moved. `partly`: some of it, or not as far back as the last run. `unreadable`: not at all.
   * `not-asked`: nothing moved there, or `--no-audit`.
   */
  readonly state: 'asked' | 'partly' | 'unreadable' | 'not-asked';
  /** Why it is not `asked`, a sentence each. */
  readonly why: readonly string[];
  /** Calls that it took. */
  readonly calls: number;
}

/** A source group, against what is placed of it. */
export interface SourceDrift {
  /** `group.new`: a mapping that was there before selects it now. `group.gone`: a complete reading does not show it. */
  readonly kind: 'group.moved' | 'group.new' | 'group.gone';
  readonly source: SourceId;
  readonly key: GroupKey;
  readonly name: string;
  readonly mapping: MappingId;
  /** Listed, and not placed by us. */
  readonly came: readonly DriftPerson[];
  /** Placed by us, and not listed any more by a complete reading. */
  readonly left: readonly DriftPerson[];
  /** Placed by us and listed, and there is no active user for them now. */
  readonly lost: readonly DriftPerson[];
  /** Placed by us and listed, and linked to another user now than the one that we placed. */
  readonly relinked: readonly DriftPerson[];
  /** How many we hold placed for a group that is gone. */
  readonly placed?: number;
  /** People at any depth, then and now; left out where that was not remembered, or is the same. */
  readonly people?: { readonly from: number; readonly to: number; readonly since: string };
}

export interface DriftPerson {
  readonly person?: PersonKey;
  readonly user?: UserId;
  readonly name: string;
}

/** What is asked for otherwise than before: nobody's drift, and the next run follows it. */
export interface ConfigDrift {
  /**
   * `mapping.closed`: its hours or its time are over. `service.*`: a mapping that stays asks for another queue.
   * `group.renamed`, `group.anchored`: a group shall bear another name or externalId.
   */
  readonly kind:
    | 'mapping.new'
    | 'mapping.gone'
    | 'mapping.closed'
    | 'service.new'
    | 'service.gone'
    | 'group.renamed'
    | 'group.anchored';
  readonly mapping: MappingId;
  readonly group?: string;
  readonly queue?: string;
  readonly was?: string;
  readonly is?: string;
  /** How many things we hold placed for it. */
  readonly placed?: number;
}

/** How many things moved on either side; what the config asks for is no drift. */
export const movedIn = ({ target, sources }: Drift): number => target.length + sources.length;
