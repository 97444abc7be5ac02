import type { RemovalCause } from './change.ts';
import type { GroupKey, MappingId, PersonKey, QueueId, UserId } from './keys.ts';
import type { OwnedEdge } from './ledger.ts';
import type { StrategyName } from './mapping.ts';
import type { Refusal } from './plan.ts';

/** `refusals` is why the plan that is spoken of would not be carried out; then nobody comes or goes. */
export type Explanation = { readonly refusals: readonly Refusal[] } & (
  | {
      readonly about: 'person';
      readonly people: readonly PersonExplanation[];
      /** The only queue that was asked about. */
      readonly queue?: { readonly id: QueueId; readonly name: string };
    }
  | { readonly about: 'queue'; readonly queue: QueueExplanation }
);

/** Something of ours that nobody asks for and that a plan leaves all the same. */
export interface Kept {
  readonly owned: OwnedEdge;
  /** `unproven`: that it must go is not proven. `protected`: by `limits.protect`. `quarantined`: with its group. */
  readonly cause: 'unproven' | 'protected' | 'quarantined';
  /** One sentence, or a part of one. */
  readonly why: string;
  readonly remedy?: string;
}

/** How somebody stands on one queue now, and after the plan that a run would carry out. */
export interface Standing {
  /** Whose it is, where that is not the user that the person is linked to. */
  readonly as?: ExplainedUser;
  readonly queue: { readonly id: QueueId; readonly name: string };
  /** Does Genesys Cloud show them there? */
  readonly now: 'on' | 'off';
  /** What the plan does: nothing (`stays` on it, `absent` from it), or it takes them off or puts them on. */
  readonly next: 'stays' | 'goes' | 'comes' | 'absent';
  /** Has the person activated the queue? Where it was read. */
  readonly joined?: boolean;
  /** How they stand there or would; several at once, where several groups bring them. */
  readonly ways: readonly Way[];
}

/** One way onto a queue: a group, or the person alone. */
export interface Way {
  /**
   * - `asked`: there, and a mapping asks for it.
   * - `coming`: the plan adds what is missing.
   * - `kept`: ours, asked for by nobody, and left; `why`.
   * - `by-hand`: put there by another hand, and left; `why`.
   * - `going`: the plan takes it away; `because`.
   * - `withheld`: a mapping asks for it, and the plan does not do it; `why`.
   */
  readonly verdict: 'asked' | 'coming' | 'kept' | 'by-hand' | 'going' | 'withheld';
  /** Left out where it is not known. */
  readonly through?: 'group' | 'direct';
  /** The Genesys group, where it is known. */
  readonly group?: string;
  readonly how?: StrategyName;
  readonly ring?: number;
  /** Who asks for it. */
  readonly reasons: readonly Reason[];
  /** The run of ours since which the whole chain holds; left out where a part of it is not ours. */
  readonly since?: { readonly run: string; readonly at: string };
  readonly cause?: Kept['cause'];
  readonly because?: RemovalCause;
  readonly why?: string;
  readonly remedy?: string;
}

/** A mapping that asks for somebody on a queue. */
export interface Reason {
  readonly mapping: MappingId;
  /** The source group that it asks by. */
  readonly key: GroupKey;
  /** Group names from the mapped group down to the one that lists the person. */
  readonly path: readonly string[];
}

/** Why somebody is on a queue, or is not: the chain from the person to the queue, and where it breaks. */
export interface PersonExplanation {
  /** As a source shows them; left out for somebody whom only Genesys Cloud knows. */
  readonly person?: {
    readonly key: PersonKey;
    readonly name: string;
    readonly emails: readonly string[];
    readonly status: string;
  };
  readonly user?: ExplainedUser;
  /** Why there is no user, as the linking said it. */
  readonly unlinked?: string;
  /** Why no source shows them, as far as it is known: nobody in a mapped group, or a group read in part. */
  readonly unlisted?: string;
  readonly standings: readonly Standing[];
  /** False where nobody could be asked which queues they are on besides those that were read. */
  readonly whole: boolean;
  readonly absences: readonly Absence[];
}

export interface ExplainedUser {
  readonly id: UserId;
  readonly name: string;
  readonly email?: string;
  readonly state: 'active' | 'inactive' | 'deleted';
}

/** A mapping that does not bring the person anywhere, and why. */
export interface Absence {
  readonly mapping: MappingId;
  readonly kind: AbsenceKind;
  readonly why: string;
}

/** The first link of the chain that is broken. */
export type AbsenceKind =
  | 'not-now'
  | 'no-group'
  | 'held'
  | 'not-in'
  | 'left-out'
  | 'inactive'
  | 'unlinked'
  | 'no-queue';

export interface QueueExplanation {
  readonly queue: { readonly id: QueueId; readonly name: string };
  /** Everybody who is on it, or will be, or would be. */
  readonly people: readonly QueuePerson[];
  /** People of its groups who are not placed, and why. */
  readonly unplaced: readonly Unplaced[];
  /** Mappings that serve the queue, and with which groups. */
  readonly servedBy: readonly {
    readonly mapping: MappingId;
    readonly group: string;
    readonly how: StrategyName;
    /** The Genesys group is left alone, and why. */
    readonly leftAlone?: string;
    /** Why it may hold more people than were read. */
    readonly gaps?: string;
  }[];
  /** Mappings that may serve it and do not hold now. */
  readonly notNow: readonly Absence[];
}

export interface QueuePerson extends Omit<Standing, 'queue'> {
  readonly user: UserId;
  readonly name: string;
}

export interface Unplaced extends Absence {
  readonly person: PersonKey;
  readonly name: string;
}
