import { inForce } from '../../desired/in-force.ts';
import { selectGroups } from '../../desired/select-groups.ts';
import { isMusterError, MusterErrors } from '../../errors.ts';
import type { Directory } from '../../model/directory.ts';
import type { Mapping } from '../../model/mapping.ts';
import { fillHoles } from '../../model/select.ts';
import type { PlanJob } from '../job.ts';
import { readDirectories } from '../survey.ts';

/** Mappings that do not hold now, and what their groups hold; no directories where those could not be read. */
export interface Asleep {
  readonly mappings: readonly (Mapping & { readonly why: string })[];
  readonly directories?: readonly Directory[];
}

/** Reads their groups, too, so that somebody whom only they would bring is known. A snapshot may not hold them. */
export async function readAsleep(job: PlanJob, signal: AbortSignal): Promise<Asleep> {
  const { dormant } = inForce(job.mappings, job.clock.now());
  const whys = new Map(dormant.map(({ mapping, why }) => [mapping, why]));
  const mappings = job.mappings.flatMap(mapping => {
    const why = whys.get(mapping.id);
    return why === undefined ? [] : [{ ...mapping, why }];
  });
  if (mappings.length === 0) return { mappings, directories: [] };
  const asked = new Set(mappings.map(({ from }) => from));
  const sources = job.sources.filter(({ id }) => asked.has(id));
  try {
    return { mappings, directories: await readDirectories({ sources }, mappings, signal, () => {}) };
  } catch (error) {
    if (!lacksThem(error)) throw error;
    return { mappings };
  }
}

/** The queues that they would serve. */
export const asleepQueues = ({ directories = [], mappings }: Asleep): string[] =>
  selectGroups(directories, mappings).selected.flatMap(({ mapping, captures }) =>
    mapping.queues.map(text => fillHoles(text, captures)),
  );

const lacksThem = (error: unknown): boolean =>
  error instanceof MusterErrors ? error.errors.every(lacksThem) : isMusterError(error, 'snapshot.lacks');
