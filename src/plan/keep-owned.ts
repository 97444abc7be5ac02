import type { RemovalCause } from '../model/change.ts';
import type { Desired, DesiredGroup, HeldMapping } from '../model/desired.ts';
import type { GroupKey, MappingId } from '../model/keys.ts';
import { type Edge, edgeId, type Ledger, type OwnedEdge } from '../model/ledger.ts';
import type { Note } from '../model/note.ts';

export interface Removal {
  readonly owned: OwnedEdge;
  readonly because: RemovalCause;
}

export interface OwnedVerdicts {
  readonly removals: readonly Removal[];
  readonly confirm: readonly Edge[];
  readonly forget: readonly Edge[];
  readonly notes: readonly Note[];
}

export interface OwnedInput {
  readonly ledger: Ledger;
  readonly desired: Desired;
  /** Mappings of the config of this run. */
  readonly mappings: ReadonlySet<MappingId>;
  /** Groups that the matching left alone. */
  readonly skipped: ReadonlySet<GroupKey>;
  /** `edgeId`s that the config wants. */
  readonly wanted: ReadonlySet<string>;
  /** `edgeId`s that the target shows. */
  readonly present: ReadonlySet<string>;
  readonly whenGroupGone: 'keep' | 'remove';
}

/**
 * What becomes of everything that is ours. We take away only what the ledger holds, and only on proof:
 *
 * ```
 * wanted  present                                  →
 * yes     yes                                      stays (a claim becomes ours)
 * yes     no                                       stays in the ledger; the diff adds it again
 * no      no                                       forgotten: nothing is left to own
 * no      yes  mapping gone from the config        removed, "unmapped"
 * no      yes  source read completely, not listed  removed, "left"
 * no      yes  anything less than that             stays, and is told
 * ```
 */
export function keepOwned(input: OwnedInput): OwnedVerdicts {
  const groups = new Map(input.desired.groups.map(group => [group.key, group]));
  const heldMappings = new Map(input.desired.heldMappings.map(held => [held.mapping, held]));
  const removals: Removal[] = [];
  const confirm: Edge[] = [];
  const forget: Edge[] = [];
  const kept = new Map<string, number>();
  for (const owned of input.ledger.values()) {
    const id = edgeId(owned.edge);
    const isThere = input.present.has(id);
    if (owned.edge.kind === 'group') {
      if (isThere && owned.state === 'claimed') confirm.push(owned.edge);
      if (!isThere) forget.push(owned.edge);
    } else if (input.wanted.has(id)) {
      if (isThere && owned.state === 'claimed') confirm.push(owned.edge);
    } else if (!isThere) {
      forget.push(owned.edge);
    } else {
      const verdict = judge(owned, groups.get(owned.key), heldMappings, input);
      if ('because' in verdict) removals.push({ owned, because: verdict.because });
      else kept.set(verdict.why, (kept.get(verdict.why) ?? 0) + 1);
    }
  }
  const notes = [...kept].map(
    ([why, count]): Note => ({
      code: 'removal.kept',
      level: 'warning',
      subject: `${count} assignment${count === 1 ? '' : 's'}`,
      text: `${count} assignment${count === 1 ? ' that is' : 's that are'} no longer asked for ${count === 1 ? 'stays' : 'stay'}: ${why}.`,
    }),
  );
  return { removals, confirm, forget, notes };
}

type Verdict = { readonly because: RemovalCause } | { readonly why: string };

function judge(
  owned: OwnedEdge,
  group: DesiredGroup | undefined,
  heldMappings: ReadonlyMap<MappingId, HeldMapping>,
  { mappings, skipped, whenGroupGone }: OwnedInput,
): Verdict {
  if (skipped.has(owned.key)) return { why: `the group "${group?.name ?? owned.key}" is left alone` };
  if (!group) {
    if (!mappings.has(owned.mapping)) return { because: 'unmapped' };
    const held = heldMappings.get(owned.mapping);
    if (held && !(whenGroupGone === 'remove' && held.gone)) return { why: held.why };
    if (whenGroupGone === 'remove') return { because: 'left' };
    return { why: `the source no longer shows the group ${owned.key}` };
  }
  // An attachment rests on the config alone: who is in the group is another matter.
  if (owned.edge.kind === 'attachment') return { because: 'unmapped' };
  if (!group.removable && !(whenGroupGone === 'remove' && group.emptied))
    return { why: `"${group.name}": ${group.whyNot}` };
  if (owned.person !== undefined && group.unlinked.includes(owned.person)) {
    return { why: 'they are still listed in the source but could not be linked to a user now' };
  }
  return { because: 'left' };
}
