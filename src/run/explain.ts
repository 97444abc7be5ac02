import { defaultStrategy } from '../assignment/registry.ts';
import { type ExplainInput, explainPerson, explainQueue, findPeople, without } from '../desired/explain.ts';
import { type Dormant, inForce } from '../desired/in-force.ts';
import { resolve } from '../desired/resolve.ts';
import { servedQueues } from '../desired/scope.ts';
import { MusterError } from '../errors.ts';
import type { PersonExplanation, QueueExplanation } from '../model/explanation.ts';
import { isUuid } from '../model/keys.ts';
import { nearest } from '../model/select.ts';
import { matchGroups } from '../plan/match-groups.ts';
import type { OnProgress, PlanJob, Planned } from './job.ts';
import { lacksPeopleOf } from './offline/lacks.ts';
import { planRun } from './sync.ts';

export type Explanation =
  | { readonly about: 'person'; readonly people: readonly PersonExplanation[] }
  | { readonly about: 'queue'; readonly queue: QueueExplanation };

/**
 * Why is somebody on a queue, or not? `text` is a person (mail address, login name, id, name), else a queue (name or
 * id); `queue` narrows what is said of a person. Reads like a plan, writes nothing.
 *
 * Throws `person.missing` where nobody and no queue is called so, `queue.not-found` for an unknown `queue`.
 */
export async function explain(
  job: PlanJob,
  text: string,
  queue: string | undefined,
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<Explanation> {
  const planned = await planRun(job, signal, onProgress);
  const input = inputOf(job, planned);
  const people = findPeople(planned.directories, text);
  if (people.length > 0) {
    const only = queue === undefined ? undefined : queueNamed(planned, queue);
    const all = people.map(person => explainPerson(person, input));
    return {
      about: 'person',
      people: only
        ? all.map(each => ({ ...each, places: each.places.filter(place => place.queue.id === only.id) }))
        : all,
    };
  }
  const found = planned.tenant.queues.find(each => each.name === text || each.id === text);
  if (!found) throw nobody(text, planned, inForce(job.mappings, job.clock.now()).dormant);
  const tenant = await job.tenant.withMembers(planned.tenant, [found.id], signal);
  const full = tenant.queues.find(each => each.id === found.id)!;
  if (!full.members) throw lacksPeopleOf(full.name);
  return { about: 'queue', queue: explainQueue(full, { ...input, tenant }) };
}

/** Who would lose what, were these mappings not there: the plan of that, under the same guards. Writes nothing. */
export async function explainWithout(
  job: PlanJob,
  mappings: readonly string[],
  signal: AbortSignal,
  onProgress?: OnProgress,
): Promise<Planned> {
  const known = job.mappings.map(mapping => mapping.id);
  const unknown = mappings.find(id => !known.includes(id));
  if (unknown !== undefined) {
    const near = nearest(unknown, known);
    throw new MusterError('config.invalid', {
      happened: `No mapping is called "${unknown}".`,
      subject: unknown,
      remedy: `Mappings: ${(near.length > 0 ? near : known).slice(0, 10).join(', ')}.`,
    });
  }
  return planRun({ ...job, mappings: without(job.mappings, new Set(mappings)) }, signal, onProgress);
}

function inputOf(job: PlanJob, { directories, tenant, ledger, mappings }: Planned): ExplainInput {
  const base = {
    directories,
    mappings,
    tenant,
    match: job.match,
    defaultAssign: defaultStrategy[tenant.choice.contract],
    served: servedQueues(ledger),
  };
  const { pairs } = matchGroups(resolve(base).desired.groups, tenant, ledger);
  const groups = new Map([...pairs].map(([group, found]) => [group.key, found]));
  const { dormant } = inForce(job.mappings, job.clock.now());
  return { ...base, ledger, groupOf: key => groups.get(key), dormant };
}

function queueNamed({ tenant }: Planned, text: string) {
  const found = tenant.queues.find(queue => (isUuid(text) ? queue.id === text : queue.name === text));
  if (found) return found;
  const near = nearest(
    text,
    tenant.queues.map(queue => queue.name),
  );
  throw new MusterError('queue.not-found', {
    happened: `No queue of the mappings is called "${text}".`,
    subject: text,
    remedy: near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Name a queue that a mapping serves.',
  });
}

function nobody(text: string, { directories, tenant }: Planned, dormant: readonly Dormant[]): MusterError {
  const names = [
    ...directories.flatMap(directory => directory.people.flatMap(person => [person.name, ...person.emails])),
    ...tenant.queues.map(queue => queue.name),
  ];
  const near = nearest(text, names);
  const unseen = dormant.map(
    ({ mapping, why }) => ` The mapping "${mapping}" ${why}; its groups were not read.`,
  );
  return new MusterError('person.missing', {
    happened: `Nobody in the mapped groups, and no queue of the mappings, is called "${text}".${unseen.slice(0, 3).join('')}`,
    subject: text,
    remedy:
      near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Run `muster sources` to see whom the sources show.',
  });
}
