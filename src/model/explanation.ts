import type { MappingId, PersonKey, QueueId, UserId } from './keys.ts';
import type { StrategyName } from './mapping.ts';

/** Why somebody is on a queue, or is not: the chain from the person to the queue, and where it breaks. */
export interface PersonExplanation {
  readonly person: {
    readonly key: PersonKey;
    readonly name: string;
    readonly emails: readonly string[];
    readonly status: string;
  };
  readonly user?: { readonly id: UserId; readonly name: string; readonly email?: string };
  /** Why there is no user, as the linking said it. */
  readonly unlinked?: string;
  readonly places: readonly Place[];
  readonly absences: readonly Absence[];
}

/** One way in which a mapping brings somebody onto a queue. */
export interface Place {
  readonly mapping: MappingId;
  readonly queue: { readonly id: QueueId; readonly name: string };
  readonly how: StrategyName;
  readonly ring?: number;
  /** Group names from the mapped group down to the one that lists the person. */
  readonly path: readonly string[];
  /** `there`: the target shows the whole chain. `planned`: the next run completes it. */
  readonly state: 'there' | 'planned';
  /** The run of ours that put the person there; without it, it was there before us or is yet to come. */
  readonly since?: { readonly run: string; readonly at: string };
}

/** A mapping that does not bring the person anywhere, and why. */
export interface Absence {
  readonly mapping: MappingId;
  readonly why: string;
}

export interface QueueExplanation {
  readonly queue: { readonly id: QueueId; readonly name: string };
  readonly people: readonly QueuePerson[];
  /** Mappings that serve the queue, and with which groups. */
  readonly servedBy: readonly {
    readonly mapping: MappingId;
    readonly group: string;
    readonly how: StrategyName;
  }[];
}

export interface QueuePerson {
  readonly user: UserId;
  readonly name: string;
  /** `ours`: a mapping brings them. `by-hand`: on the queue, and no mapping asks for it. `coming`: with the next run. */
  readonly state: 'ours' | 'by-hand' | 'coming';
  readonly by?: 'user' | 'group';
  readonly joined?: boolean;
  readonly path?: readonly string[];
  readonly mapping?: MappingId;
  /** Other mappings that bring them, too: they stay until the last of all lets go. */
  readonly also?: readonly { readonly mapping: MappingId; readonly path: readonly string[] }[];
}
