import { defaultStrategy } from '../assignment/registry.ts';
import { isMusterError, MusterErrors } from '../errors.ts';
import { chooseContract } from '../genesys/detect.ts';
import { asked, type Probe, probePermissions, probeToken } from '../genesys/probe.ts';
import type { Note } from '../model/note.ts';
import type { Job } from './job.ts';
import { planRun } from './sync.ts';

export interface CheckReport {
  readonly probes: readonly Probe[];
  readonly ok: boolean;
}

/**
 * Would a run work? Token, organisation, contract, each permission that the mappings need, each source, and then a
 * plan, which finds every name that resolves to nothing. Writes nothing.
 */
export async function check(job: Job, signal: AbortSignal): Promise<CheckReport> {
  const probes: Probe[] = [await probeToken(job.api, signal)];
  for (const source of job.sources) {
    probes.push(
      await asked(`source ${source.id}`, async () => {
        const { server, groups, warnings } = await source.check(signal);
        return [server, ...(groups === undefined ? [] : [`${groups} groups`]), ...warnings].join('; ');
      }),
    );
  }
  if (!probes[0]!.ok) return { probes, ok: false };
  const choice = await chooseContract(job.api, job.contract, signal);
  probes.push({ name: 'contract', ok: true, detail: `${choice.contract} (${choice.reason})` });
  const assigns = new Set(job.mappings.map(mapping => mapping.assign ?? defaultStrategy[choice.contract]));
  const { drain } = job.limits;
  const drains = drain.graceSeconds > 0 || drain.queues.some(rule => rule.graceSeconds > 0);
  probes.push(...(await probePermissions(job.api, choice.contract, { assigns, drains }, signal)));
  if (probes.every(probe => probe.ok)) probes.push(...(await namesProbe(job, signal)));
  return { probes, ok: probes.every(probe => probe.ok) };
}

async function namesProbe(job: Job, signal: AbortSignal): Promise<Probe[]> {
  try {
    const { plan } = await planRun(job, signal);
    const queues = new Set(plan.queues.map(queue => queue.queue)).size;
    const warnings = plan.notes.filter(note => note.level === 'warning').length;
    return [
      {
        name: 'names',
        ok: true,
        detail: `every queue and group of the mappings was found; to do now: ${counted(plan.changes.length, 'change')} on ${counted(queues, 'queue')}, with ${counted(warnings, 'warning')}`,
      },
      ...limitProbes(plan.notes),
    ];
  } catch (error) {
    if (!isMusterError(error) && !(error instanceof MusterErrors)) throw error;
    const errors = error instanceof MusterErrors ? error.errors : [error];
    return errors.map(each => ({ name: 'names', ok: false, detail: each.message, remedy: each.remedy }));
  }
}

/** What is odd about `limits` stops no run, but whoever asks whether all is well wants to know. */
const limitProbes = (notes: readonly Note[]): Probe[] =>
  notes
    .filter(({ code }) => code.startsWith('limits.'))
    .map(({ text, remedy }) => ({
      name: 'limits',
      ok: true,
      detail: text,
      ...(remedy === undefined ? {} : { remedy }),
    }));

const counted = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`;
