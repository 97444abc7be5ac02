import type { Note } from '../model/note.ts';
import type { Refusal } from '../model/plan.ts';
import { counted } from './counted.ts';
import type { JunitCase } from './junit.ts';
import type { PlanView, QueueView } from './plan-view.ts';

/** Cases of one kind, and people of one queue. What is beyond is counted; nothing that fails is ever beyond. */
export const most = { cases: 2_000, people: 50 };

/**
 * A case for each queue, which fails where a guard refuses it; a failing case for each other refusal and each quarantined
 * group; a skipped one for each other warning. Each case has its own name. `suite` begins the class of all of them.
 */
export function casesOf(view: Pick<PlanView, 'queues' | 'refusals' | 'notes'>, suite: string): JunitCase[] {
  const ofQueue = (queue: QueueView) => view.refusals.filter(refusal => refusal.subject === queue.name);
  const names = new Set(view.queues.map(queue => queue.name));
  const refused = view.queues.filter(queue => ofQueue(queue).length > 0);
  const fine = view.queues.filter(queue => ofQueue(queue).length === 0);
  const shown = fine.slice(0, Math.max(0, most.cases - refused.length));
  const warnings = view.notes.filter(note => note.level === 'warning');
  const quarantined = warnings.filter(note => note.code === 'group.quarantined');
  const others = warnings.filter(note => note.code !== 'group.quarantined');
  return distinct([
    ...guardCases(
      view.refusals.filter(refusal => !names.has(refusal.subject)),
      suite,
    ),
    ...[...refused, ...shown].map(queue => queueCase(queue, ofQueue(queue), suite)),
    ...quarantined.map(note => quarantineCase(note, suite)),
    ...others.slice(0, most.cases).map(note => noteCase(note, suite)),
    ...beyond(fine.length - shown.length, 'queue', suite),
    ...beyond(others.length - most.cases, 'note', suite),
  ]);
}

/** One case at least, whatever the plan: some readers take a suite without any for a broken one. */
const guardCases = (refusals: readonly Refusal[], suite: string): JunitCase[] =>
  refusals.length === 0
    ? [{ name: 'limits of the whole plan', classname: `${suite}.guard` }]
    : refusals.map(refusal => ({
        name: refusal.code,
        classname: `${suite}.guard`,
        failure: failureOf([refusal]),
      }));

function queueCase(queue: QueueView, refusals: readonly Refusal[], suite: string): JunitCase {
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
    classname: `${suite}.queue`,
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

const quarantineCase = (note: Note, suite: string): JunitCase => ({
  name: note.subject,
  classname: `${suite}.quarantine`,
  failure: { type: note.code, message: note.text, text: noteText(note) },
});

const noteCase = (note: Note, suite: string): JunitCase => ({
  name: `${note.code}: ${note.subject}`,
  classname: `${suite}.note`,
  skipped: noteText(note),
});

const noteText = ({ text, remedy }: Note): string => `${text}${remedy ? ` → ${remedy}` : ''}`;

const beyond = (count: number, noun: string, suite: string): JunitCase[] =>
  count > 0
    ? [
        {
          name: `${counted(count, `more ${noun}`)}`,
          classname: `${suite}.${noun}`,
          skipped: 'Left out here; they are in the JSON.',
        },
      ]
    : [];

/** Readers tell cases apart by class and name, and drop all but one of those that are alike. */
export function distinct(cases: readonly JunitCase[]): JunitCase[] {
  const seen = new Map<string, number>();
  return cases.map(each => {
    const id = `${each.classname} ${each.name}`;
    const count = (seen.get(id) ?? 0) + 1;
    seen.set(id, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}
