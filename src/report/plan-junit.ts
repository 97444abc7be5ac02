import { type JunitSuite, junitXml } from './junit.ts';
import { casesOf, distinct, most } from './junit-cases.ts';
import { outcomeCases } from './outcome-junit.ts';
import { outcomeView } from './outcome-view.ts';
import { priceText } from './plan-text.ts';
import { type PlanView, viewOf } from './plan-view.ts';
import { basisText, type ToldPlan } from './told-plan.ts';

/** A plan as a test suite, for the page that a CI shows; and what became of it, where it was applied. */
export function junitOf(told: ToldPlan): string {
  const { plan, refusals, at } = told;
  const view = viewOf(plan, refusals);
  const outcome = told.outcome && outcomeView(told.outcome, plan.purpose);
  const suite: JunitSuite = {
    name: 'muster plan',
    cases: distinct([...outcomeCases(outcome), ...casesOf(view, 'muster.plan')]),
    at,
    out: summary(view, told),
  };
  return junitXml('muster plan', [suite]);
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
