/**
 * What a pure stage saw and left alone. A note is told to people and never stops a run; what stops a run is a
 * refusal (a guard) or an error.
 */
export type NoteCode =
  | 'person.unlinked'
  | 'person.ambiguous'
  | 'person.shared-user'
  | 'person.inactive'
  | 'user.inactive'
  | 'group.incomplete'
  | 'group.empty'
  | 'group.gone'
  | 'group.dynamic'
  | 'group.name-taken'
  | 'group.shared'
  | 'group.quarantined'
  | 'release.unknown'
  | 'group.other-hand'
  | 'edge.vanished'
  | 'edge.returned'
  | 'members.skipped'
  | 'member.by-hand'
  | 'attachment.by-hand'
  | 'removal.kept'
  | 'limits.unmatched'
  | 'limits.utc'
  | 'overlap.direct-and-group'
  | 'queue.handover'
  | 'queue.may-stay'
  | 'contract.switched'
  | 'mapping.not-now'
  | 'mapping.ends-soon'
  | 'mapping.closes'
  | 'undo.left-alone'
  | 'undo.given-back'
  | 'undo.group-stays'
  | 'undo.comes-again'
  | 'adopt.left-alone'
  | 'adopt.will-go'
  | 'put-back.left-alone'
  | 'adopt.comes-along'
  | 'snapshot.assumed'
  | 'source.note';

export interface Note {
  readonly code: NoteCode;
  readonly level: 'info' | 'warning';
  /** What it is about, as people know it: a group name, a mail address, a queue name. */
  readonly subject: string;
  /** One sentence. */
  readonly text: string;
  /** What to do about it, where there is something to do. */
  readonly remedy?: string;
}
