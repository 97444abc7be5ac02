import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Directory } from '../../model/directory.ts';
import type { Note } from '../../model/note.ts';
import { fillIn } from './delta-fill.ts';
import { deltaProperties, firstDeltaUrl, followDelta, isStale } from './delta-follow.ts';
import type { GroupGraph } from './delta-graph.ts';
import { loadState, saveState } from './delta-state.ts';
import { clauseOf, isFatal } from './failures.ts';
import { assemble, type ReadJob, readDirectory } from './read.ts';

export interface DeltaJob extends ReadJob {
  /** File of the state. */
  readonly file: string;
  /** Tenant and application: the state of one is worth nothing to another. */
  readonly identity: string;
  readonly log: Log;
}

/**
 * The same directory as `readDirectory`, from what has changed since the last time. Three ways down: resume
 * from the stored link; if that is no longer good, read all changes from their beginning; if the changes cannot be had
 * at all, read the groups themselves, which a note tells.
 */
export async function readByDelta(job: DeltaJob): Promise<Directory> {
  const { graph, file, identity, readAt } = job;
  const key = { root: graph.root, identity, properties: deltaProperties };
  const stored = await loadState(file, key);
  const caught = await catchUp(job, stored);
  if ('refused' in caught) {
    job.log.warn('entra.delta-refused', { source: job.source, because: caught.refused });
    const directory = await readDirectory(job);
    return {
      ...directory,
      notes: [...directory.notes, warning(job, `${caught.refused}; everything was read anew.`)],
    };
  }
  const { groups, deltaLink, pages, how } = caught;
  const walked = await fillIn(job, groups);
  // To the log, not into the directory: two reads of one state are to be equal, and the first of them reads all.
  job.log.info('entra.delta', { source: job.source, how });
  const notes: Note[] = [];
  try {
    await saveState(file, key, { graph: groups, deltaLink, savedAt: readAt });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    notes.push(
      warning(
        job,
        `What was read could not be remembered in ${file} (${code}): the next read takes as long as the first.`,
      ),
    );
  }
  return assemble(job, walked, { complete: true, reasons: [], pages, readAt }, notes);
}

type Caught =
  | { readonly groups: GroupGraph; readonly deltaLink: string; readonly pages: number; readonly how: string }
  | { readonly refused: string };

async function catchUp(
  { graph }: DeltaJob,
  { state, why }: Awaited<ReturnType<typeof loadState>>,
): Promise<Caught> {
  let reason = why;
  try {
    if (state) {
      try {
        const { entries, ...followed } = await followDelta(graph, state.deltaLink, state.graph);
        const how = `Resumed from ${state.savedAt}: ${entries} changes of groups.`;
        return { groups: state.graph, ...followed, how };
      } catch (error) {
        if (!isStale(error)) throw error;
        reason = clauseOf(error as MusterError);
      }
    }
    const groups: GroupGraph = new Map();
    const { entries, ...followed } = await followDelta(graph, firstDeltaUrl(graph.root), groups);
    return { groups, ...followed, how: `All groups were read (${entries} entries): ${reason}.` };
  } catch (error) {
    graph.signal.throwIfAborted();
    if (!(error instanceof MusterError) || isFatal(error) || error.status === 403) throw error;
    return { refused: clauseOf(error) };
  }
}

const warning = (job: ReadJob, text: string): Note => ({
  code: 'source.note',
  level: 'warning',
  subject: job.source,
  text,
});
