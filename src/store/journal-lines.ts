import type { Author } from '../model/history.ts';
import type { FieldWrite, JournalEdge } from '../model/journal.ts';
import type { Binding } from '../model/ledger.ts';
import type { Purpose } from '../model/purpose.ts';
import type { Seat } from '../model/seat.ts';
import type { SeenChange } from '../model/seen.ts';

/** One line of the journal. New kinds may be added; a reader passes over kinds that it does not know. */
export type JournalLine =
  | {
      readonly kind: 'run';
      readonly run: string;
      readonly at: string;
      readonly fingerprint: string;
      readonly contract: string;
      readonly changes: number;
      readonly purpose?: Purpose;
      readonly resumes?: string;
      readonly by?: Author;
      /** SHA-256 in hex of the file in `runs/`. */
      readonly planHash?: string;
    }
  | {
      readonly kind: 'begin';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly route: string;
      readonly subject: string;
      readonly adds: readonly JournalEdge[];
      readonly drops: readonly JournalEdge[];
      readonly fields?: readonly FieldWrite[];
      readonly preimage?: unknown;
      readonly seats?: readonly Seat[];
    }
  | {
      readonly kind: 'done';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly adds: readonly string[];
      readonly drops: readonly string[];
      readonly made?: Binding;
    }
  | {
      readonly kind: 'failed';
      readonly run: string;
      readonly at: string;
      readonly id: number;
      readonly code: string;
      readonly happened: string;
      readonly lost: boolean;
      readonly adds: readonly string[];
      /** Left out in an older journal, and where nothing was to be taken away. */
      readonly drops?: readonly string[];
      readonly seats?: readonly string[];
    }
  | {
      readonly kind: 'books';
      readonly run: string;
      readonly at: string;
      readonly bind: readonly Binding[];
      readonly confirm: readonly string[];
      readonly forget: readonly string[];
      readonly rehome?: readonly JournalEdge[];
      readonly adopt?: readonly JournalEdge[];
      readonly release?: readonly JournalEdge[];
    }
  | {
      readonly kind: 'seats';
      readonly run: string;
      readonly at: string;
      readonly open: readonly string[];
      readonly left: readonly string[];
      readonly gone: readonly string[];
    }
  | {
      readonly kind: 'seen';
      readonly run: string;
      readonly at: string;
      readonly groups: SeenChange['groups'];
      readonly queues: SeenChange['queues'];
    }
  | { readonly kind: 'end'; readonly run: string; readonly at: string; readonly state: string };
