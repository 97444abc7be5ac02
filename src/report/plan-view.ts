import type { Note } from '../model/note.ts';
import type { Plan, Price, QueueOutlook, Refusal } from '../model/plan.ts';
import { purposeText } from '../model/purpose.ts';
import { type BookRow, bookRows } from './books-view.ts';
import { headline } from './headline.ts';
import { type ChangeIndex, groupName, indexChanges, whyJoining, whyLeaving } from './reasons.ts';
import { drainText, seatTexts } from './seats-view.ts';
import { shown } from './shown-text.ts';

/** One person who comes onto or goes off a queue, and why. */
export interface PersonRow {
  readonly name: string;
  readonly why: string;
}

/** One queue as a plan leaves it, ready to be told in any form. */
export interface QueueView {
  readonly id: string;
  readonly name: string;
  readonly before: number;
  readonly after: number;
  readonly joining: readonly PersonRow[];
  readonly leaving: readonly PersonRow[];
  /** Groups that come onto or go off the queue. */
  readonly attaching: readonly string[];
  readonly detaching: readonly string[];
}

/** One group as a plan changes it. */
export interface GroupView {
  readonly name: string;
  readonly what: readonly string[];
}

/**
 * A plan as it is told, in whatever form: every text in it is one line that can be seen (`shown`), so that a form has
 * only its own language to think of.
 */
export interface PlanView {
  /** `Plan`, or what it is for besides: `Plan: undo of …`. */
  readonly title: string;
  /** What will happen, in one sentence. */
  readonly headline: string;
  /** Which contract, and why. */
  readonly contract: string;
  /** Those that lose somebody first, the most first; then by name. Whatever is cut off at the end only gains. */
  readonly queues: readonly QueueView[];
  readonly groups: readonly GroupView[];
  /** What becomes ours as it is, and what is ours no longer and stays. */
  readonly adopted: readonly BookRow[];
  readonly released: readonly BookRow[];
  /** Who gets the ring number and the activation back that they had. */
  readonly seats: readonly string[];
  /** Who is unjoined before they go, and for how long; left out where nobody is. */
  readonly drain?: string;
  readonly refusals: readonly Refusal[];
  /** Warnings first. What a source says in passing (which file, which server) is in the JSON alone. */
  readonly notes: readonly Note[];
  readonly price: Price;
  readonly fingerprint: string;
  readonly changes: number;
}

/** From ids to what people recognise. Pure: the names travel with the plan. */
export function viewOf(plan: Plan, refusals: readonly Refusal[] = []): PlanView {
  const index = indexChanges(plan.changes);
  const { contract, by, reason } = plan.choice;
  const drain = drainText(plan);
  return {
    title: plan.purpose ? `Plan: ${shown(purposeText(plan.purpose))}` : 'Plan',
    headline: headline(plan),
    contract: `${contract} contract (${by}: ${shown(reason, longest)})`,
    queues: plan.queues
      .map(outlook => queueView(plan, index, outlook))
      .sort((a, b) => b.leaving.length - a.leaving.length || byName(a, b)),
    groups: groupViews(plan),
    adopted: bookRows(plan, plan.bookkeeping.adopt ?? []),
    released: bookRows(plan, plan.bookkeeping.release ?? []),
    seats: seatTexts(plan),
    ...(drain === undefined ? {} : { drain }),
    refusals: refusals.map(refusalView),
    notes: tellableNotes(plan.notes),
    price: plan.price,
    fingerprint: plan.fingerprint,
    changes: plan.changes.length,
  };
}

/** Characters of a sentence; names in it are many times shorter. */
const longest = 1_000;

const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

export const refusalView = ({ code, subject, text, remedy }: Refusal): Refusal => ({
  code,
  subject: shown(subject),
  text: shown(text, longest),
  remedy: shown(remedy, longest),
});

/** Warnings first, without what a source says in passing. */
export const tellableNotes = (notes: readonly Note[]): Note[] =>
  notes.filter(isWorthTelling).map(noteView).sort(warningsFirst);

const isWorthTelling = (note: Note): boolean => note.level === 'warning' || note.code !== 'source.note';

const noteView = (note: Note): Note => ({
  ...note,
  subject: shown(note.subject),
  text: shown(note.text, longest),
  ...(note.remedy === undefined ? {} : { remedy: shown(note.remedy, longest) }),
});

const warningsFirst = (a: Note, b: Note): number =>
  Number(b.level === 'warning') - Number(a.level === 'warning');

function queueView(plan: Plan, index: ChangeIndex, outlook: QueueOutlook): QueueView {
  const { names } = plan;
  const about = index.byQueue.get(outlook.queue) ?? [];
  const people = (users: readonly string[], why: (user: string) => string): PersonRow[] =>
    users
      .map(user => ({ name: shown(names.users[user] ?? user), why: shown(why(user), longest) }))
      .sort(byName);
  const groups = (kind: 'queue.attach' | 'queue.detach') =>
    about
      .filter(change => change.kind === kind && change.user === undefined)
      .map(change => {
        const ring = change.ring === undefined ? '' : `, ring ${change.ring}`;
        return `${shown(groupName(plan, change))}${ring}`;
      });
  return {
    id: outlook.queue,
    name: shown(names.queues[outlook.queue] ?? outlook.queue),
    before: outlook.before,
    after: outlook.after,
    joining: people(outlook.joining, user => whyJoining(plan, index, outlook, user)),
    leaving: people(outlook.leaving, user => whyLeaving(plan, index, outlook, user)),
    attaching: groups('queue.attach'),
    detaching: groups('queue.detach'),
  };
}

function groupViews(plan: Plan): GroupView[] {
  const views = new Map<string, { name: string; what: string[]; adds: number; removes: number }>();
  for (const change of plan.changes) {
    if (change.kind === 'queue.attach' || change.kind === 'queue.detach' || change.kind === 'queue.seat')
      continue;
    const view = views.get(change.group) ?? {
      name: shown(groupName(plan, change)),
      what: [],
      adds: 0,
      removes: 0,
    };
    views.set(change.group, view);
    if (change.kind === 'group.create') view.what.push(`made, externalId ${shown(change.externalId)}`);
    else if (change.kind === 'group.rename') view.what.push(`renamed from ${shown(change.from)}`);
    else if (change.kind === 'group.anchor')
      view.what.push(`externalId ${shown(change.from ?? '(none)')} → ${shown(change.to ?? '(none)')}`);
    else if (change.kind === 'member.add') view.adds++;
    else view.removes++;
  }
  return [...views.values()].map(({ name, what, adds, removes }) => ({
    name,
    what: [
      ...what,
      ...(adds > 0 ? [`+${adds} member${adds === 1 ? '' : 's'}`] : []),
      ...(removes > 0 ? [`−${removes} member${removes === 1 ? '' : 's'}`] : []),
    ],
  }));
}
