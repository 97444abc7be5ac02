import type { RemovalCause } from '../../model/change.ts';
import type { HowHeld } from '../../model/crowd.ts';
import type { JournalEdge } from '../../model/journal.ts';
import { type Edge, isUnmade, type OwnedEdge, type Owner } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { Note } from '../../model/note.ts';
import { ownedEdge } from '../../model/person-edge.ts';
import { type JudgeInput, judgeOf } from './judge.ts';
import { eachOnce, ledBy, ownedBy, ownersOf, sameOwners } from './owners.ts';
import type { Sights } from './sights.ts';

export interface Removal {
  readonly owned: OwnedEdge;
  readonly because: RemovalCause;
}

export interface OwnedVerdicts {
  readonly removals: readonly Removal[];
  /** Ours, wanted by nobody, and not proven to have to go. */
  readonly kept: readonly { readonly owned: OwnedEdge; readonly why: string }[];
  readonly confirm: readonly Edge[];
  readonly forget: readonly Edge[];
  readonly rehome: readonly JournalEdge[];
  /** Ours, still wanted, and not there: somebody else took it away. */
  readonly vanished: readonly OwnedEdge[];
  readonly notes: readonly Note[];
}

export interface OwnedInput extends JudgeInput {
  readonly sights: Sights;
}

/**
 * What becomes of everything that is ours. We take away only what the ledger holds, and only on proof. What several
 * mappings want is owned by all of them, and each is judged by itself: it goes when the last one lets go.
 *
 * ```
 * wanted  present                                  →
 * yes     yes                                      stays (a claim becomes ours)
 * yes     no                                       stays in the ledger; the diff adds it again
 * no      no                                       forgotten: nothing is left to own
 * no      yes  mapping gone from the config        removed, "unmapped"
 * no      yes  source read completely, not listed  removed, "left"; "relinked" if listed as another user
 * no      yes  anything less than that             stays, and is told
 * ```
 */
export function keepOwned(input: OwnedInput): OwnedVerdicts {
  const groups = new Map(input.desired.groups.map(group => [group.key, group]));
  const removals: Removal[] = [];
  const confirm: Edge[] = [];
  const forget: Edge[] = [];
  const rehome: JournalEdge[] = [];
  const vanished: OwnedEdge[] = [];
  const kept: { owned: OwnedEdge; why: string }[] = [];
  const verdictOn = judgeOf(input);
  const handOver = (owned: OwnedEdge, owners: readonly Owner[]) => {
    if (!sameOwners(ownersOf(owned), owners)) rehome.push(ownedBy(owned.edge, owners, owned));
  };
  const rule = (owned: OwnedEdge) => {
    const isThere = input.sights.shows(owned.edge);
    const wish = input.sights.wish(owned.edge);
    // A group that is left alone has not been looked into; a queue shows its people whatever becomes of the group.
    const isSeen = owned.edge.kind === 'queue-member' || !input.skipped.has(owned.key);
    const isGone = !isThere && owned.state === 'owned' && isSeen;
    if (isGone && (wish || (owned.edge.kind === 'group' && groups.has(owned.key)))) vanished.push(owned);
    if (isOfUnmade(owned.edge) && (!groups.has(owned.key) || input.skipped.has(owned.key))) {
      // A run that died may have made the group; nobody has looked for it, so nothing is known of it.
    } else if (owned.edge.kind === 'group') {
      if (isThere && owned.state !== 'owned') confirm.push(owned.edge);
      if (!isThere) forget.push(owned.edge);
      // A mapping that was written anew has another id: what it still wants must not look as if nobody did.
      if (wish && !(input.mappings.has(owned.mapping) && groups.has(owned.key))) rehome.push(wish);
    } else if (wish) {
      if (isThere && owned.state !== 'owned') confirm.push(owned.edge);
      // Who does not want it now, and cannot be proven not to, still has a hold on it.
      const doubtful = ownersOf(owned).filter(owner => 'why' in verdictOn(owned.edge, owner));
      handOver(owned, eachOnce([...ownersOf(wish), ...doubtful]));
    } else if (!isThere) {
      forget.push(owned.edge);
    } else {
      const verdicts = ownersOf(owned).map(owner => ({ owner, verdict: verdictOn(owned.edge, owner) }));
      const holding = verdicts.filter(({ verdict }) => 'why' in verdict);
      const [first] = holding;
      if (first && 'why' in first.verdict) {
        kept.push({ owned, why: first.verdict.why });
        handOver(
          owned,
          holding.map(({ owner }) => owner),
        );
      } else {
        // Somebody who left is told by the group that they left, not by a mapping that went at the same time.
        const given = verdicts.flatMap(({ owner, verdict }) =>
          'because' in verdict ? [{ owner, because: verdict.because }] : [],
        );
        const { owner, because } = given.find(each => each.because !== 'unmapped') ?? given[0]!;
        removals.push({ owned: ledBy(owned, owner), because });
      }
    }
  };
  const book = bookOf(input.ledger);
  for (const owned of book.others()) rule(owned);
  for (const [group, people] of book.members()) {
    const unsettled = input.sights.unsettledIn(group);
    const isAsOwned = ownerCheck(input.sights.ownersIn(group));
    const isSure = (held: HowHeld) => held.holding.state === 'owned' && isAsOwned(held);
    // Nearly every group has nobody about whom anything is open: then nobody in it is looked at.
    if (unsettled?.size === 0 && people.ways().every(isSure)) continue;
    for (const [user, held] of people) {
      if (unsettled?.has(user) === false && isSure(held)) continue;
      rule(ownedEdge('member', group, user, held));
    }
  }
  for (const [queue, people] of book.queueMembers())
    for (const [user, held] of people) rule(ownedEdge('queue-member', queue, user, held));
  const notes = [...Map.groupBy(kept, ({ why }) => why)].map(
    ([why, { length: count }]): Note => ({
      code: 'removal.kept',
      level: 'warning',
      subject: `${count} assignment${count === 1 ? '' : 's'}`,
      text: `${count} assignment${count === 1 ? ' that is' : 's that are'} no longer asked for ${count === 1 ? 'stays' : 'stay'}: ${why}.`,
    }),
  );
  return { removals, kept, confirm, forget, rehome, vanished, notes };
}

/** Most people of a group were put there together: what holds for one of them holds for the next. */
function ownerCheck(wanted: readonly Owner[] | undefined): (held: HowHeld) => boolean {
  if (!wanted) return () => false;
  let last: { readonly held: HowHeld; readonly isSame: boolean } | undefined;
  return held => {
    const isKnown = last?.held.holding === held.holding && last.held.also === held.also;
    if (!isKnown) last = { held, isSame: sameOwners(ownersOf({ ...held.holding, also: held.also }), wanted) };
    return last!.isSame;
  };
}

const isOfUnmade = (edge: Edge): boolean => edge.kind !== 'queue-member' && isUnmade(edge.group);
