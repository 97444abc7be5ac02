import { type Listings, listingsOf } from '../../desired/why-absent.ts';
import type { Person } from '../../model/directory.ts';
import type { Absence } from '../../model/explanation.ts';
import type { MappingId } from '../../model/keys.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { TenantQueue } from '../../model/tenant.ts';
import type { Survey } from '../survey.ts';
import type { Asleep } from './asleep.ts';
import type { Told } from './told.ts';

/** What the mappings say of people, those that hold and those that do not. */
export interface Sayings {
  /** Why each of these mappings does not bring somebody; `person` is missing where no source shows them. */
  whyNot(person: Person | undefined, isLinked: boolean, spared: ReadonlySet<MappingId>): Absence[];
  /** Those that serve the queue, or would if they held or could be read. */
  mayServe(mapping: Mapping, queue: TenantQueue): boolean;
  readonly listings: Listings;
}

export function sayingsOf({ directories, mappings }: Survey, asleep: Asleep, { input }: Told): Sayings {
  const listings = listingsOf(directories, mappings);
  const sleeping = listingsOf(asleep.directories ?? [], asleep.mappings);
  const held = new Map(input.desired.heldMappings.map(each => [each.mapping, each]));
  const notNow = (mapping: Asleep['mappings'][number], person: Person | undefined): Absence => {
    const { id, why } = mapping;
    const told = (rest: string): Absence => ({ mapping: id, kind: 'not-now', why: `${why}${rest}` });
    if (!asleep.directories) return told('; its groups were not read');
    if (!person) return told('');
    const [hit] = sleeping.in(mapping, person).filter(({ leftOut }) => leftOut === undefined);
    return told(
      hit
        ? `; in "${hit.path.toReversed().join('" ← "')}"`
        : `, and does not mean them then: ${sleeping.whyAbsent(person, mapping, { isLinked: true, held: undefined }).why}`,
    );
  };
  return {
    listings,
    whyNot: (person, isLinked, spared) => [
      ...(person
        ? mappings
            .filter(({ id }) => !spared.has(id))
            .map(mapping => listings.whyAbsent(person, mapping, { isLinked, held: held.get(mapping.id) }))
        : []),
      ...asleep.mappings.map(mapping => notNow(mapping, person)),
    ],
    mayServe: (mapping, queue) =>
      input.desired.services.some(each => each.mapping === mapping.id && each.queue === queue.id) ||
      ((held.has(mapping.id) || asleep.mappings.some(({ id }) => id === mapping.id)) &&
        mapping.queues.some(text => mayMean(text, queue))),
  };
}

/** Could this text of a mapping mean the queue, whatever its holes are filled with? */
function mayMean(text: string, { id, name }: TenantQueue): boolean {
  if (text === name || text === id) return true;
  const parts = text.split(/\{\w+\}/u);
  if (parts.length === 1) return false;
  return new RegExp(`^${parts.map(part => part.replace(/[^\w ]/gu, '\\$&')).join('.+')}$`).test(name);
}
