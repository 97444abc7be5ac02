import type { PersonStatus } from '../../model/directory.ts';
import type { Note } from '../../model/note.ts';

/** Where something stands in a file; lines and columns count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

export const placeText = ({ path, line, column }: Place): string =>
  column === undefined ? `${path}:${line}` : `${path}:${line}:${column}`;

/** A person as a file states it. At least one of `id`, `emails` and `userName` is there. */
export interface PersonRecord {
  readonly id?: string;
  readonly name?: string;
  readonly emails: readonly string[];
  readonly userName?: string;
  readonly externalId?: string;
  readonly userId?: string;
  readonly status?: PersonStatus;
  readonly attributes?: Readonly<Record<string, readonly string[]>>;
  /** Where an LDIF file states the person: the normal DN, and the names by which `memberUid` may mean them. */
  readonly entry?: { readonly dn: string; readonly logins: readonly string[] };
  readonly at: Place;
  /**
   * An `entry` under `people` states somebody once. A `row` of a CSV states somebody as often as they are in a
   * group, and rows about the same person are put together.
   */
  readonly from: 'entry' | 'row';
}

/** A text that names a person or a group. */
export interface Reference {
  readonly text: string;
  readonly at: Place;
}

export interface GroupRecord {
  readonly id?: string;
  readonly name: string;
  readonly aliases: readonly string[];
  /** People by id, login name or mail address. */
  readonly members: readonly Reference[];
  /** People whom a CSV row states in full. */
  readonly rows: readonly PersonRecord[];
  readonly groups: readonly Reference[];
  /** Where an LDIF file states the group. */
  readonly entry?: GroupEntry;
  readonly at: Place;
  readonly from: 'entry' | 'row';
}

/** What an LDIF entry says of a group: its members by DN, people and groups alike, and by login name. */
export interface GroupEntry {
  /** Normal. */
  readonly dn: string;
  readonly memberDns: readonly string[];
  readonly logins: readonly string[];
  /** Why the members may not be all, one clause each. */
  readonly doubts: readonly string[];
}

/** What one file says. */
export interface FileRecords {
  readonly people: readonly PersonRecord[];
  readonly groups: readonly GroupRecord[];
  /** Why the file may have been cut short, one sentence each. */
  readonly cuts: readonly string[];
  /** Entries of an LDIF file that are neither people nor groups: their types by normal DN. */
  readonly others?: ReadonlyMap<string, string>;
  /** Why there may be groups that were not recognised, one clause each. */
  readonly listDoubts?: readonly string[];
  readonly notes?: readonly Note[];
}
