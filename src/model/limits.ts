import type { WeeklyWindow } from './weekly-window.ts';

/** What guards measure a plan against; the `limits` of the config. Losses and gains are (person, queue) pairs. */
export interface Limits {
  readonly removals: {
    /** Most pairs that one run may take away, in percent of those that our groups and people hold. */
    readonly percent: number;
    /** Most pairs that one run may take away. */
    readonly count: number;
    /** A percentage is asked only where there are at least so many pairs: one of three is no alarm. */
    readonly percentFrom: number;
    /** Most of the people of one queue, however small, that one run may take away, in percent; off where left out. */
    readonly perQueuePercent?: number | undefined;
    /** Most people whom one run may take off queues by what one mapping placed; off where left out. */
    readonly perMapping?: number | undefined;
    /**
     * A group that a mapping still asks for, but that a complete listing of the source no longer shows, or shows
     * empty. `keep` (the default) leaves what we placed for it and tells; `remove` takes it as meant.
     */
    readonly whenGroupGone: 'keep' | 'remove';
  };
  /** Off where left out. */
  readonly additions: { readonly percent?: number | undefined; readonly count?: number | undefined };
  readonly staffing: Floor & { readonly queues: readonly StaffingRule[] };
  readonly quarantine: QuarantineLimits;
  readonly protect: Protection;
  readonly drain: DrainRules;
  /** Members that the platform lets a queue have (API reference §3.5). */
  readonly queueSize: number;
  /** Official groups that the platform lets a user be in (API reference §4). */
  readonly groupsPerUser: number;
  /** A person both directly on a queue and through a group that the plan attaches: tell it, or refuse the plan. */
  readonly overlap: 'note' | 'refuse';
  /** What another hand took away of what we placed, and the config still wants: add it again, or leave it and tell. */
  readonly takenAway: 'put-back' | 'tell';
}

/** How long people are left to finish before they are taken off a queue. */
export interface DrainRules {
  /** Seconds between unjoining somebody and taking them off; 0 takes them off at once. */
  readonly graceSeconds: number;
  /** Queues with a grace of their own; the first rule that fits decides. */
  readonly queues: readonly {
    /** Queue name, id, glob or regular expression. */
    readonly queue: string;
    readonly graceSeconds: number;
  }[];
}

/** The least people that a queue may be left with. */
export interface Floor {
  readonly minMembers: number;
  /** Of those who have activated the queue now; off where left out. */
  readonly minJoined?: number | undefined;
}

/** A floor of its own for some queues, at some hours. */
export interface StaffingRule extends Partial<Floor>, WeeklyWindow {
  /** Queue name, id, glob or regular expression. */
  readonly queue: string;
}

export interface QuarantineLimits {
  /** A group that loses more than this share of the people that we put there is quarantined. */
  readonly percent: number;
  /** … if it loses at least so many: one of two is no alarm. */
  readonly from: number;
}

/** Names, globs or regular expressions of what no plan takes anything away from. */
export interface Protection {
  /** Mail addresses, names or ids of people. */
  readonly people: readonly string[];
  /** Genesys groups. */
  readonly groups: readonly string[];
  readonly queues: readonly string[];
}
