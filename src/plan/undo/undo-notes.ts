import type { Change } from '../../model/change.ts';
import { isRemoval } from '../../model/change.ts';
import type { MappingId } from '../../model/keys.ts';
import type { Edge } from '../../model/ledger.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant } from '../../model/tenant.ts';
import { someOf } from '../weigh/some-of.ts';

export interface UndoTold {
  readonly run: string;
  /** Why things of the run are left as they are, and how many. */
  readonly left: ReadonlyMap<string, number>;
  /** Groups that the run made. */
  readonly made: readonly Edge[];
  readonly changes: readonly Change[];
  /** How much of what the run adopted is given back. */
  readonly given: number;
  readonly tenant: Tenant;
  readonly mappings: ReadonlySet<MappingId>;
}

/** What an undo leaves alone, and what the next run will do all over again. */
export function undoNotes({ run, left, made, changes, given, tenant, mappings }: UndoTold): Note[] {
  const names = new Map(tenant.groups.map(group => [group.id, group.name]));
  const notes = [...left].map(
    ([why, count]): Note => ({
      code: 'undo.left-alone',
      level: 'warning',
      subject: `run ${run}`,
      text: `${count} thing${count === 1 ? '' : 's'} that the run did ${count === 1 ? 'is' : 'are'} left as ${count === 1 ? 'it is' : 'they are'}: ${why}.`,
    }),
  );
  if (given > 0) {
    notes.push({
      code: 'undo.given-back',
      level: 'info',
      subject: `run ${run}`,
      text: `${given} thing${given === 1 ? '' : 's'} that the run adopted ${given === 1 ? 'stays as it is, and is ours' : 'stay as they are, and are ours'} no longer.`,
    });
  }
  if (made.length > 0) {
    const called = made.map(edge => ('group' in edge ? (names.get(edge.group) ?? edge.group) : '')).sort();
    notes.push({
      code: 'undo.group-stays',
      level: 'info',
      subject: `run ${run}`,
      text: `The run made ${someOf(called)}. A group is never deleted: ${made.length === 1 ? 'it stays' : 'they stay'}, without what the run put into ${made.length === 1 ? 'it' : 'them'}, and ${made.length === 1 ? 'is' : 'are'} still ours.`,
    });
  }
  // What was added for a mapping that is gone will not come again; what was taken away is taken away again by any run.
  const again = changes.filter(
    change => mappings.has(change.mapping) || !(isRemoval(change) || isField(change)),
  );
  if (again.length > 0) {
    const asked = [...new Set(again.map(change => change.mapping))].filter(id => mappings.has(id)).sort();
    notes.push({
      code: 'undo.comes-again',
      level: 'warning',
      subject: `run ${run}`,
      text:
        asked.length > 0
          ? `Config and sources ask for what they asked for before (${asked.length === 1 ? 'mapping' : 'mappings'} ${someOf(asked)}): the next sync may do again what is undone here.`
          : 'No mapping asks for what is put back here: the next sync takes it away again.',
      remedy: 'Change the config or the source before the next sync, and stop its timer until then.',
    });
  }
  return notes;
}

const isField = ({ kind }: Change): boolean => kind === 'group.rename' || kind === 'group.anchor';
