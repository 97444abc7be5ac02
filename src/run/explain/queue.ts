import type { Listing } from '../../desired/why-absent.ts';
import type { QueueExplanation, QueuePerson, Unplaced } from '../../model/explanation.ts';
import type { Tenant, TenantQueue } from '../../model/tenant.ts';
import type { Survey } from '../survey.ts';
import { sayingsOf } from './absences.ts';
import type { Asleep } from './asleep.ts';
import type { Told } from './told.ts';

export interface QueueContext {
  readonly told: Told;
  readonly seen: Survey;
  readonly asleep: Asleep;
  readonly tenant: Tenant;
}

/** Everybody on a queue, everybody who comes and goes, and everybody of its groups who does neither. */
export function explainQueue(
  queue: TenantQueue,
  { told, seen, asleep, tenant }: QueueContext,
): QueueExplanation {
  const { desired } = told.input;
  const { groups, matches } = told.decided;
  const services = desired.services.filter(service => service.queue === queue.id);
  const names = new Map([
    ...tenant.users.map(user => [user.id, user.name] as const),
    ...(queue.members ?? []).flatMap(({ user, name }) => (name === undefined ? [] : [[user, name] as const])),
  ]);
  const people = [...told.standings(queue)].map(
    ([user, { queue: _, ...standing }]): QueuePerson => ({
      user,
      name: names.get(user) ?? user,
      ...standing,
    }),
  );
  const sayings = sayingsOf(seen, asleep, told);
  const placed = new Set(
    services.flatMap(({ group }) => groups.get(group)?.members.map(member => member.person) ?? []),
  );
  const serving = new Set(services.map(({ mapping }) => mapping));
  const keys = new Set(services.map(({ group }) => group));
  const listed = seen.mappings
    .filter(({ id }) => serving.has(id))
    .flatMap(mapping => sayings.listings.in(mapping))
    .filter(({ group, person }) => keys.has(group.key) && !placed.has(person.key));
  const unplaced = listed.map(
    ({ person, mapping }: Listing): Unplaced => ({
      ...sayings.listings.whyAbsent(person, mapping, { isLinked: false, held: undefined }),
      person: person.key,
      name: person.name,
    }),
  );
  return {
    queue: { id: queue.id, name: queue.name },
    people: people.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unplaced: [...new Map(unplaced.map(each => [`${each.person} ${each.mapping}`, each])).values()].sort(
      (a, b) => (a.name < b.name ? -1 : 1),
    ),
    servedBy: services.map(({ mapping, group: key, assign }) => {
      const note = matches.skipped.get(key);
      const { name = key, removable = true, emptied, whyNot } = groups.get(key) ?? {};
      return {
        mapping,
        group: name,
        how: assign,
        ...(note ? { leftAlone: note.text } : {}),
        ...(removable || emptied || whyNot === undefined ? {} : { gaps: whyNot }),
      };
    }),
    notNow: sayings
      .whyNot(undefined, false, new Set())
      .filter(({ mapping }) => sayings.mayServe(asleep.mappings.find(({ id }) => id === mapping)!, queue)),
  };
}
