import { findPeople } from '../../desired/find-people.ts';
import type { Explanation } from '../../model/explanation.ts';
import type { QueueId } from '../../model/keys.ts';
import type { Tenant } from '../../model/tenant.ts';
import { guard } from '../../plan/guards/guard.ts';
import type { Standings } from '../../plan/standings/standings.ts';
import type { OnProgress, PlanJob } from '../job.ts';
import { lookAgain } from '../look-again.ts';
import { lookCloser } from '../look-closer.ts';
import { type Survey, survey } from '../survey.ts';
import { plannerOn } from '../sync.ts';
import { asleepQueues, readAsleep } from './asleep.ts';
import { nobody, queueMeant, queueNamed } from './named.ts';
import { explainPerson } from './person.ts';
import { explainQueue } from './queue.ts';
import { type Subject, subjectsFrom, userSubjects, withFreshLinks } from './subjects.ts';
import { type Told, tellOn } from './told.ts';

/**
 * Why is somebody on a queue, or not? `text` is a person (mail address, login name, id, name), else a queue (name or
 * id); `queue` narrows what is said of a person. Reads like a plan, and more closely where it is asked; writes nothing.
 *
 * Throws `person.missing` where nobody and no queue is called so, `queue.not-found` for an unknown `queue`.
 */
export async function explain(
  job: PlanJob,
  text: string,
  queue: string | undefined,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<Explanation> {
  const asleep = await readAsleep(job, signal);
  const named = text.includes('@') ? [] : [text];
  const alsoQueues = [...(queue === undefined ? named : [queue]), ...asleepQueues(asleep)];
  const seen = await survey(job, signal, onProgress, undefined, alsoQueues);
  const { makeOn, lookOn } = plannerOn(job, seen, input => tellOn(input, []));
  let people = findPeople(seen.directories, text);
  const sure = await lookAgain(
    job.tenant,
    await withFreshLinks(job, seen, people, signal),
    seen.scope,
    at => lookOn(at).plan,
    signal,
  );
  const only = queue === undefined ? undefined : queueNamed(sure, queue);
  const meant = people.length > 0 || only ? undefined : queueMeant(sure, text);
  if (meant) {
    const { tenant, told } = await lookAt(job, sure, [meant.id], seen, signal);
    const full = tenant.queues.find(each => each.id === meant.id)!;
    return {
      about: 'queue',
      queue: explainQueue(full, { told, seen, asleep, tenant }),
      refusals: guard(told.plan, job.limits, job.clock.now()),
    };
  }
  if (people.length === 0) people = findPeople(asleep.directories ?? [], text);
  const subjects: readonly Subject[] =
    people.length > 0
      ? await subjectsFrom(job, sure, seen, people, signal)
      : await userSubjects(job, sure, seen, text, signal);
  if (subjects.length === 0) throw nobody(text, seen, sure, asleep);
  const asked = only ? [only.id] : unclear(sure, makeOn(sure).standings, subjects);
  const { tenant, told } = await lookAt(job, sure, asked, seen, signal);
  return {
    about: 'person',
    people: subjects.map(subject => explainPerson(subject, { told, seen, asleep, tenant, only })),
    ...(only ? { queue: { id: only.id, name: only.name } } : {}),
    refusals: guard(told.plan, job.limits, job.clock.now()),
  };
}

/** The plan with everybody on these queues read one by one. */
async function lookAt(
  job: PlanJob,
  sure: Tenant,
  reads: readonly QueueId[],
  seen: Survey,
  signal: AbortSignal,
): Promise<{ readonly tenant: Tenant; readonly told: Told }> {
  const { makeOn, lookOn } = plannerOn(job, seen, input => tellOn(input, reads));
  const { tenant } = await lookCloser(job, sure, makeOn, signal, lookOn);
  return { tenant, told: makeOn(tenant) };
}

/** Queues of which the user says one thing and the groups that were read another. */
function unclear(tenant: Tenant, standings: Standings, subjects: readonly Subject[]): QueueId[] {
  return tenant.queues
    .filter(queue => !queue.members)
    .filter(queue =>
      subjects.some(({ users }) =>
        users.some(({ user, on }) => {
          const isOn = standings(queue, [user.id]).get(user.id)?.now === 'on';
          const isListed = on.queues.some(each => each.id === queue.id);
          return isOn !== isListed && (isListed || on.whole);
        }),
      ),
    )
    .map(({ id }) => id);
}
