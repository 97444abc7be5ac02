import type { Simulation } from '../model/simulation.ts';
import { counted } from './counted.ts';
import { type JunitSuite, junitXml } from './junit.ts';
import { casesOf } from './junit-cases.ts';
import { priceText } from './plan-text.ts';
import { simulationView } from './simulation-view.ts';

/**
 * A simulation as a test suite: a case for each queue that either config serves, which fails where a guard would refuse
 * what happens to it, a fall under its staffing floor included.
 */
export function simulationJunit(simulation: Simulation): string {
  const view = simulationView(simulation);
  const suite: JunitSuite = {
    name: 'muster simulate',
    cases: casesOf({ ...view, queues: [...view.queues, ...view.same] }, 'muster.simulate'),
    at: simulation.at,
    out: [
      view.title,
      view.basis,
      view.headline,
      ...view.remarks,
      ...(view.changes > 0 ? [`${counted(view.changes, 'change')}, ${priceText(view.price)}`] : []),
    ].join('\n'),
  };
  return junitXml('muster simulate', [suite]);
}
