import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SimulatedQueue, Simulation } from '../../src/model/simulation.ts';
import { junitOf } from '../../src/report/plan-junit.ts';
import { simulationFormats } from '../../src/report/registry.ts';
import { simulationJunit } from '../../src/report/simulation-junit.ts';
import { simulationMarkdown } from '../../src/report/simulation-markdown.ts';
import { simulationText } from '../../src/report/simulation-text.ts';
import { hostileNames } from '../support/hostile.ts';
import { junitProblems } from '../support/junit-rules.ts';
import { all, parseMarkup } from '../support/markup.ts';
import { monday } from '../support/told-plans.ts';

const at = '2026-01-05T09:00:00.000Z';

const queue = (name: string, change: Partial<SimulatedQueue> = {}): SimulatedQueue => ({
  queue: `id of ${name}`,
  name,
  before: 3,
  after: 2,
  joining: [],
  leaving: [{ user: `u ${name}`, name: 'Dana Levi', mapping: 'corp.support', why: 'left support' }],
  attaching: [],
  detaching: [],
  causes: [{ mapping: 'corp.support', joining: 0, leaving: 1 }],
  floor: 1,
  exact: true,
  ...change,
});

const simulation = (change: Partial<Simulation> = {}): Simulation => ({
  kind: 'muster.simulation',
  version: 1,
  snapshot: { takenAt: at, people: 'pseudonyms', writtenBy: '0.1.0' },
  at,
  before: { path: 'muster.yaml', changes: 0, refusals: [], isSteady: true },
  after: { path: 'after.yaml', changes: 2, refusals: [], isSteady: true },
  choice: { contract: 'platform', by: 'detected', reason: 'the test says so' },
  queues: [
    queue('Support'),
    queue('Sales', {
      before: 0,
      after: 1,
      joining: [{ user: 'u2', name: 'Ana Souza', mapping: 'corp.sales', why: 'via sales' }],
      leaving: [],
      attaching: ['sales'],
      causes: [{ mapping: 'corp.sales', joining: 1, leaving: 0 }],
    }),
  ],
  same: [{ queue: 'q3', name: 'Billing', heads: 7 }],
  refusals: [],
  notes: [],
  changes: 2,
  price: {
    calls: 4,
    byRoute: [{ route: 'PUT /api/v2/routing/queues/{id}', calls: 2 }],
    minutes: 0.02,
    perMinute: 300,
  },
  runs: 1,
  ...change,
});

const refused = simulation({
  refusals: [
    {
      code: 'guard.staffing-floor',
      subject: 'Support',
      text: 'from 3 to 2; the floor is 3',
      remedy: 'add somebody',
    },
    { code: 'guard.removals-count', subject: '1 removals', text: 'too many', remedy: 'fewer' },
  ],
});

/** As large as a tenant gets, with names as long as the platform lets them be. */
const large = simulation({
  queues: Array.from({ length: 3_000 }, (_, at) =>
    queue(`Queue ${at} ${'x'.repeat(120)}`, {
      leaving: Array.from({ length: 30 }, (_each, who) => ({
        user: `u${who}`,
        name: `Somebody ${who} ${'y'.repeat(80)}`,
        mapping: 'corp.support',
        why: 'left a group with a long name',
      })),
    }),
  ),
  notes: Array.from({ length: 2_000 }, (_, at) => ({
    code: 'person.unlinked' as const,
    level: 'warning' as const,
    subject: `somebody-${at}@example.com`,
    text: `Somebody ${at} has no user in Genesys Cloud.`,
  })),
});

describe('a simulation as text', () => {
  it('has heads before and after, who, why, and by which mapping', () => {
    expect(simulationText(simulation())).toBe(
      [
        'Simulation  muster.yaml → after.yaml',
        '  2026-01-05 09:00 UTC, on a snapshot of 2026-01-05 09:00 UTC, people as pseudonyms, platform contract',
        '',
        '  1 person comes onto 1 queue, and 1 person goes off 1 queue.',
        '',
        '  Support  3 → 2 members  by corp.support −1',
        '    − Dana Levi  left support (corp.support)',
        '',
        '  Sales  0 → 1 member  by corp.sales +1',
        '    + group sales serves the queue',
        '    + Ana Souza  via sales (corp.sales)',
        '',
        '  1 queue stays as it is.',
        '',
        '  Price   2 changes, 4 calls, at most about 1 second at 300 calls a minute',
        '',
      ].join('\n'),
    );
  });

  it('says what was taken as done, what was passed over, and what does not come to rest', () => {
    const told = simulationText(
      simulation({
        before: { path: 'muster.yaml', changes: 1, refusals: refused.refusals, isSteady: true },
        after: { path: 'after.yaml', changes: 9, refusals: [], isSteady: false },
        runs: 4,
        queues: [queue('Support', { exact: false })],
      }),
    );
    expect(told).toContain(
      'muster.yaml was not wholly applied on 2026-01-05: its 1 change is taken as done first.',
    );
    expect(told).toContain('Guards stand against that (guard.staffing-floor, guard.removals-count)');
    expect(told).toContain('Going over takes 4 runs.');
    expect(told).toContain('after.yaml does not come to rest');
    expect(told).toContain('Of 1 queue the snapshot holds only how many people are on it');
  });

  it('says that there is no difference, and stops', () => {
    const told = simulationText(simulation({ queues: [], changes: 0, runs: 0 }));
    expect(told).toContain('No difference: both configs put the same people on the same queues.');
    expect(told).not.toContain('Price');
  });

  it('of three thousand queues is a table that fits a screen or two', () => {
    expect(simulationText(large).split('\n').length).toBeLessThan(500);
  });
});

describe('a simulation as Markdown', () => {
  it('is a short table, with the people folded away', () => {
    const lines = simulationMarkdown(simulation()).split('\n');
    expect(lines.slice(0, 7)).toEqual([
      '<!-- muster simulation -->',
      '## 1 person comes onto 1 queue, and 1 person goes off 1 queue.',
      '',
      '| Queue | Before | After | Come | Go | By mapping |',
      '| --- | --: | --: | --: | --: | --- |',
      '| Support | 3 | **2** |  | **−1** | corp.support −1 |',
      '| Sales | 0 | 1 | +1 |  | corp.sales +1 |',
    ]);
    expect(lines.indexOf('<details>')).toBeLessThan(
      lines.indexOf('  - **−** Dana Levi: left support (corp.support)'),
    );
  });

  it('begins with what guards would refuse', () => {
    const told = simulationMarkdown(refused);
    expect(told).toMatch(/^<!-- muster simulation -->\n## ⛔ 2 guards would refuse: /u);
    expect(told).toContain('> **A run with this config would write nothing.**');
  });

  it.each([65_536, 10_000, 4_000])('fits %i characters, whatever its size', most => {
    const told = simulationMarkdown(large, most);
    expect(told.length).toBeLessThanOrEqual(most);
    expect(told).toContain('… and ');
    expect(told).toMatch(/\nSimulation of .*\n$/u);
    expect(told.split('<details>').length).toBe(told.split('</details>').length);
  });
});

describe('a simulation as JUnit', () => {
  it('has a case for each queue, and fails those that a guard refuses', () => {
    const cases = all(parseMarkup(simulationJunit(refused)), 'testcase');
    expect(cases.map(({ attributes }) => `${attributes.classname} ${attributes.name}`)).toEqual([
      'muster.simulate.guard guard.removals-count',
      'muster.simulate.queue Support',
      'muster.simulate.queue Sales',
      'muster.simulate.queue Billing',
    ]);
    expect(cases.map(each => all(each, 'failure')[0]?.attributes.type)).toEqual([
      'guard.removals-count',
      'guard.staffing-floor',
      undefined,
      undefined,
    ]);
  });

  it.each([
    ['that differs', simulation()],
    ['that is refused', refused],
    ['of three thousand queues', large],
    ['without a difference', simulation({ queues: [], same: [], changes: 0 })],
  ])('keeps the rules of the schema: one %s', (_, told) => {
    expect(junitProblems(simulationJunit(told))).toEqual([]);
  });

  it('keeps them whatever things are called, as the report of a plan does', () => {
    fc.assert(
      fc.property(hostileNames, name => {
        const told = simulation({
          queues: [queue(name), queue(name, { queue: 'another' })],
          after: { path: name, changes: 1, refusals: [], isSteady: true },
          refusals: [{ code: 'guard.queue-size', subject: name, text: name, remedy: name }],
          notes: [{ code: 'group.gone', level: 'warning', subject: name, text: name }],
        });
        expect(junitProblems(simulationJunit(told))).toEqual([]);
        expect(simulationText(told)).not.toMatch(/[\u0000-\u0008\u001b\u202e]/u);
        expect(simulationMarkdown(told)).not.toMatch(/<(?!!-- muster|\/?details>|\/?summary>)/u);
      }),
      { numRuns: 200 },
    );
    expect(junitProblems(junitOf({ ...monday(), at }))).toEqual([]);
  });
});

it.each(simulationFormats.map(format => [format.name, format] as const))(
  '%s tells a simulation',
  async (_, format) => {
    expect((await format.load())(simulation())).toContain('Support');
  },
);
