import type { z } from 'zod';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { Directory } from '../model/directory.ts';
import type { SourceId } from '../model/keys.ts';
import type { Selector } from '../model/mapping.ts';

/** Which groups the mappings ask a source for. A source may read more; it must not leave a selected one out. */
export interface Scope {
  readonly groups: readonly Selector[];
}

/** What a source says of itself when asked whether it would work; see `muster check`. */
export interface SourceCheck {
  /** The server and how we reached it, e.g. `OpenLDAP at ldaps://ldap.example.com as cn=reader,…`. */
  readonly server: string;
  /** How many groups a listing shows, where that is cheap to ask. */
  readonly groups?: number;
  readonly warnings: readonly string[];
}

/** How far a long read has come; for progress bars, at most a few times a second. */
export interface ReadProgress {
  readonly groups: number;
  readonly people: number;
}

/**
 * Where people come from. One verb.
 *
 * `read` MUST return every selected group with everything nested in it and the people they hold, sorted, or say in
 * the evidence what is missing (a page, a permission, a size limit). It MAY return more groups than were selected.
 * It MUST throw a `MusterError` where nothing could be read at all (unreachable, refused), and MUST NOT return an
 * empty directory instead: an empty answer would read as "everybody left".
 */
export interface Source {
  readonly id: SourceId;
  readonly kind: string;
  read(scope: Scope, signal: AbortSignal, progress?: (progress: ReadProgress) => void): Promise<Directory>;
  check(signal: AbortSignal): Promise<SourceCheck>;
  close?(): Promise<void>;
}

/** What a source is given besides its options. */
export interface SourceTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Directory that relative paths in the options start from: that of the config file. */
  readonly baseDir: string;
  /** Environment for proxies and the like. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** One kind of source: its options and how to make it. The registry is a list of these. */
export interface SourceKind<Options = unknown> {
  readonly kind: string;
  /** One line for `muster init` and the docs. */
  readonly title: string;
  /** Options as written in the config under `sources.<id>`, without `kind`. Strict: unknown keys are mistakes. */
  readonly options: z.ZodType<Options>;
  /** Names of options that hold secrets, for redaction and for the warning about a secret written in plain. */
  readonly secrets: readonly string[];
  create(id: SourceId, options: Options, tools: SourceTools): Source;
}
