import type { JournalEdge } from '../../model/journal.ts';
import type { GroupKey, MappingId } from '../../model/keys.ts';
import { type Edge, type OwnedEdge, type Owner, ownerId } from '../../model/ledger.ts';

type Shared = Owner & { readonly also?: readonly Owner[] | undefined };

/** Everybody who owns it, the one on record first; each with the person, which `also` leaves out where it is the same. */
export function ownersOf({ mapping, key, person, also = [] }: Shared): Owner[] {
  const who = person === undefined ? {} : { person };
  return [{ mapping, key, ...who }, ...also.map(owner => ({ ...who, ...owner }))];
}

/** The mappings that want the people of one source group in its Genesys group. */
export const ownersFor = (key: GroupKey, mappings: readonly MappingId[]): Owner[] =>
  mappings.map(mapping => ({ mapping, key }));

/** Each once, the first of several. */
export function eachOnce(owners: readonly Owner[]): Owner[] {
  const seen = new Set<string>();
  return owners.filter(owner => !seen.has(ownerId(owner)) && seen.add(ownerId(owner)));
}

export const sameOwners = (some: readonly Owner[], others: readonly Owner[]): boolean =>
  some.length === others.length &&
  some.every(owner => others.some(other => ownerId(other) === ownerId(owner)));

/** `also`, where there is more than one owner. */
export function others([first, ...rest]: readonly Owner[]): { also?: readonly Owner[] } {
  if (rest.length === 0) return {};
  return {
    also: rest.map(({ person, ...owner }) =>
      person === undefined || person === first!.person ? owner : { ...owner, person },
    ),
  };
}

/** The same thing with the same owners, another one of them first. */
export function ledBy({ also, ...owned }: OwnedEdge, first: Owner): OwnedEdge {
  const rest = ownersOf({ ...owned, also }).filter(owner => ownerId(owner) !== ownerId(first));
  return { ...owned, ...first, ...others([first, ...rest]) };
}

/** An entry of the journal; whoever was on record first stays first, so that a plan is not told anew each time. */
export function ownedBy(edge: Edge, owners: readonly Owner[], before: Owner): JournalEdge {
  const found = owners.find(owner => ownerId(owner) === ownerId(before)) ?? owners[0]!;
  const first = {
    ...(before.person === undefined ? {} : { person: before.person }),
    ...found,
  };
  return { edge, ...first, ...others([first, ...owners.filter(owner => owner !== found)]) };
}

/** Of two entries for one thing, the first with the owners of both. */
export const joint = (entry: JournalEdge, known: JournalEdge | undefined): JournalEdge =>
  known ? { ...known, ...others(eachOnce([...ownersOf(known), ...ownersOf(entry)])) } : entry;
