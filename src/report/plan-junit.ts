import type { Note } from '../model/note.ts';
import type { Refusal } from '../model/plan.ts';
import { counted } from './counted.ts';
import { type JunitCase, junitXml } from './junit.ts';
import { outcomeCases } from './outcome-junit.ts';
import { outcomeView } from './outcome-view.ts';
import { priceText } from './plan-text.ts';
import { type PlanView, type QueueView, viewOf } from './plan-view.ts';
import { basisText, type ToldPlan } from './told-plan.ts';

/** Cases of one kind, and people of one queue. What is beyond is counted; nothing that fails is ever beyond. */
const most = { cases: 2_000, people: 50 };

/**
 * A plan as a test suite, for the page that a CI shows: a case for each queue, which fails where a guard refuses it; a failing
 * case for each other refusal and each quarantined group; a skipped one for each other warning.
 */
export function junitOf(told: ToldPlan): string {
  const { plan, refusals, at } = told;
  const view = viewOf(plan, refusals);
  const ofQueue = (queue: QueueView) => view.refusals.filter(refusal => refusal.subject === queue.name);
  const names = new Set(view.queues.map(queue => queue.name));
  const refused = view.queues.filter(queue => ofQueue(queue).length > 0);
  const fine = view.queues.filter(queue => ofQueue(queue).length === 0);
  const shown = fine.slice(0, Math.max(0, most.cases - refused.length));
  const warnings = view.notes.filter(note => note.level === 'warning');
  const quarantined = warnings.filter(note => note.code === 'group.quarantined');
  const others = warnings.filter(note => note.code !== 'group.quarantined');
  const outcome = told.outcome && outcomeView(told.outcome, plan.purpose);
  const cases = [
    ...outcomeCases(outcome),
    ...guardCases(view.refusals.filter(refusal => !names.has(refusal.subject))),
    ...[...refused, ...shown].map(queue => queueCase(queue, ofQueue(queue))),
    ...quarantined.map(quarantineCase),
    ...others.slice(0, most.cases).map(noteCase),
    ...beyond(fine.length - shown.length, 'queue'),
    ...beyond(others.length - most.cases, 'note'),
  ];
  return junitXml('muster plan', [
    { name: 'muster plan', cases: distinct(cases), at, out: summary(view, told) },
  ]);
}

/** One case at least, whatever the plan: some readers take a suite without any for a broken one. */
const guardCases = (refusals: readonly Refusal[]): JunitCase[] =>
  refusals.length === 0
    ? [{ name: 'limits of the whole plan', classname: 'muster.plan.guard' }]
    : refusals.map(refusal => ({
        name: refusal.code,
        classname: 'muster.plan.guard',
        failure: failureOf([refusal]),
      }));

function queueCase(queue: QueueView, refusals: readonly Refusal[]): JunitCase {
  const people = [
    ...queue.leaving.map(row => `− ${row.name}  ${row.why}`),
    ...queue.joining.map(row => `+ ${row.name}  ${row.why}`),
  ];
  const out = [
    `${queue.before} → ${counted(queue.after, 'member')}`,
    ...queue.detaching.map(group => `− group ${group} no longer serves the queue`),
    ...queue.attaching.map(group => `+ group ${group} serves the queue`),
    ...people.slice(0, most.people),
    ...(people.length > most.people ? [`… and ${people.length - most.people} more`] : []),
  ];
  return {
    name: queue.name,
    classname: 'muster.plan.queue',
    ...(refusals.length > 0 ? { failure: failureOf(refusals) } : {}),
    out: out.join('\n'),
  };
}

const failureOf = (refusals: readonly Refusal[]): NonNullable<JunitCase['failure']> => ({
  type: refusals[0]!.code,
  message: refusals[0]!.text,
  text: refusals
    .map(({ code, subject, text, remedy }) => `${code}  ${subject}\n${text}\n→ ${remedy}`)
    .join('\n\n'),
});

const quarantineCase = (note: Note): JunitCase => ({
  name: note.subject,
  classname: 'muster.plan.quarantine',
  failure: { type: note.code, message: note.text, text: noteText(note) },
});

const noteCase = (note: Note): JunitCase => ({
  name: `${note.code}: ${note.subject}`,
  classname: 'muster.plan.note',
  skipped: noteText(note),
});

const noteText = ({ text, remedy }: Note): string => `${text}${remedy ? ` → ${remedy}` : ''}`;

const beyond = (count: number, noun: string): JunitCase[] =>
  count > 0
    ? [
        {
          name: `${counted(count, `more ${noun}`)}`,
          classname: `muster.plan.${noun}`,
          skipped: 'Left out here; they are in the JSON.',
        },
      ]
    : [];

/** Readers tell cases apart by class and name, and drop all but one of those that are alike. */
function distinct(cases: readonly JunitCase[]): JunitCase[] {
  const seen = new Map<string, number>();
  return cases.map(each => {
    const id = `${each.classname} ${each.name}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

function summary(view: PlanView, told: ToldPlan): string {
  const notes = view.notes.filter(note => note.level === 'info').slice(0, most.people);
  return [
    `${view.title} of ${basisText(told)}`,
    view.headline,
    view.contract,
    ...(view.drain === undefined ? [] : [view.drain]),
    ...(view.changes > 0 ? [priceText(view.price)] : []),
    `Fingerprint ${view.fingerprint}`,
    ...view.adopted.slice(0, most.people).map(({ name, what }) => `becomes ours: ${name}: ${what}`),
    ...view.released.slice(0, most.people).map(({ name, what }) => `no longer ours: ${name}: ${what}`),
    ...view.seats.slice(0, most.people).map(seat => `as it was: ${seat}`),
    ...notes.map(note => `· ${note.text}`),
  ].join('\n');
}
