import type { ExplainedUser, PersonExplanation, Standing } from '../../model/explanation.ts';
import type { Tenant, TenantQueue, TenantUser } from '../../model/tenant.ts';
import type { UserQueues } from '../../model/user-queues.ts';
import type { Survey } from '../survey.ts';
import { sayingsOf } from './absences.ts';
import type { Asleep } from './asleep.ts';
import type { Subject } from './subjects.ts';
import type { Told } from './told.ts';

export interface PersonContext {
  readonly told: Told;
  readonly seen: Survey;
  readonly asleep: Asleep;
  readonly tenant: Tenant;
  /** The only queue that is asked about. */
  readonly only: TenantQueue | undefined;
}

/** person ← group ← nested group ← mapping ← queue, as the plan decided it; and for every silent mapping, why. */
export function explainPerson(subject: Subject, context: PersonContext): PersonExplanation {
  const { told, seen, asleep, only } = context;
  const { person, users, linked, unlinked } = subject;
  const all = users.flatMap(({ user, on }) => {
    const as = linked === undefined && person ? { as: toldUser(user) } : {};
    return standingsOf(user, on, context).map(standing => ({ ...as, ...standing }));
  });
  const standings = only ? all.filter(({ queue }) => queue.id === only.id) : all;
  const spared = new Set(
    standings.flatMap(({ ways }) => ways.flatMap(({ reasons }) => reasons.map(({ mapping }) => mapping))),
  );
  const sayings = sayingsOf(seen, asleep, told);
  const absences = sayings.whyNot(person, linked !== undefined, spared);
  const byId = new Map([...seen.mappings, ...asleep.mappings].map(mapping => [mapping.id, mapping]));
  const user = person ? users.find(each => each.user.id === linked)?.user : users[0]?.user;
  const gaps = [...new Set(seen.mappings.flatMap(mapping => sayings.listings.gaps(mapping)))];
  const partly = gaps.length > 0 ? `, as far as they were read (${gaps.slice(0, 3).join('; ')})` : '';
  return {
    ...(person
      ? { person: { key: person.key, name: person.name, emails: person.emails, status: person.status } }
      : { unlisted: `No mapped group of the sources lists them${partly}.` }),
    ...(user ? { user: toldUser(user) } : {}),
    ...(unlinked === undefined ? {} : { unlinked }),
    standings:
      only && standings.length === 0
        ? [{ queue: { id: only.id, name: only.name }, now: 'off', next: 'absent', ways: [] }]
        : standings,
    whole: users.every(({ on }) => on.whole),
    absences: only ? absences.filter(({ mapping }) => sayings.mayServe(byId.get(mapping)!, only)) : absences,
  };
}

function standingsOf(
  { id }: TenantUser,
  { queues }: UserQueues,
  { told, tenant }: PersonContext,
): Standing[] {
  const known = new Set(tenant.queues.map(queue => queue.id));
  return [
    ...tenant.queues.flatMap(queue => told.standings(queue, [id]).get(id) ?? []),
    ...queues
      .filter(queue => !known.has(queue.id))
      .map(({ joined, ...queue }): Standing => elsewhere(queue, joined)),
  ];
}

/** No mapping and nothing of ours is about the queue: no run will ever touch it. */
const elsewhere = (queue: Standing['queue'], joined: boolean | undefined): Standing => ({
  queue,
  now: 'on',
  next: 'stays',
  ...(joined === undefined ? {} : { joined }),
  ways: [{ verdict: 'by-hand', reasons: [], why: 'no mapping serves the queue' }],
});

const toldUser = ({ id, name, email, state }: TenantUser): ExplainedUser => ({
  id,
  name,
  ...(email === undefined ? {} : { email }),
  state,
});
