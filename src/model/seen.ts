import type { GroupId, QueueId, UserId } from './keys.ts';

/** A group that we wrote to, as it was when a run of ours ended. */
export interface SeenGroup {
  readonly name: string;
  readonly externalId?: string;
  /** Who was in it, and not by us. Sorted. */
  readonly strangers: readonly UserId[];
}

/** A queue that we serve, as it was when a run of ours ended. */
export interface SeenQueue {
  readonly name: string;
  /** Groups on it that are not ours, as `wayText`. Sorted. */
  readonly groups: readonly string[];
  /** How many stood on it directly, and not by us; left out where nobody knew. */
  readonly direct?: number;
}

/** What other hands had made of what is ours when we last looked: the base against which drift is told. */
export interface Seen {
  readonly groups: ReadonlyMap<GroupId, SeenGroup>;
  readonly queues: ReadonlyMap<QueueId, SeenQueue>;
}

/** What of it is new or other than before; null for what is no longer a matter of ours. */
export interface SeenChange {
  readonly groups: Readonly<Record<GroupId, SeenGroup | null>>;
  readonly queues: Readonly<Record<QueueId, SeenQueue | null>>;
}

export const nothingSeen: Seen = { groups: new Map(), queues: new Map() };

/** A group on a queue, and how it stands there. */
export const wayText = ({
  group,
  how,
  ring,
}: {
  readonly group: GroupId;
  readonly how: string;
  readonly ring?: number | undefined;
}): string => `${group} ${how}${ring === undefined ? '' : ` ${ring}`}`;
