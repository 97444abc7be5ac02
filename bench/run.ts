import { mkdir, writeFile } from 'node:fs/promises';
import { arch, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contenders } from './contenders/list.ts';
import { lowerBound } from './lower-bound.ts';
import { measure } from './measure.ts';
import { distant, limited, type Scenario } from './scenarios.ts';
import { boundText, type Result, table } from './table.ts';
import { type Sizes, smallJob } from './work.ts';

/**
 * `node bench/run.ts [--groups 200] [--people 5000] [--queues 200] [--queues-per-group 2] [--small]
 * [--scenario limited|distant] [--only muster-platform,tutorial]`: everybody in turn, one at a time. Prints a table and
 * writes `bench/results/latest.json`. bench/README.md says what the numbers mean.
 */
const { values } = parseArgs({
  options: {
    groups: { type: 'string', default: '200' },
    people: { type: 'string', default: '5000' },
    queues: { type: 'string', default: '200' },
    'queues-per-group': { type: 'string', default: '2' },
    small: { type: 'boolean', default: false },
    scenario: { type: 'string' },
    only: { type: 'string' },
  },
});

const whole = (flag: string, text: string): number => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--${flag} wants a whole number of at least 1, not ${text}.`);
};

const sizes: Sizes = values.small
  ? smallJob
  : {
      groups: whole('groups', values.groups),
      people: whole('people', values.people),
      queues: whole('queues', values.queues),
      queuesPerGroup: whole('queues-per-group', values['queues-per-group']),
    };
const scenarios = [limited, distant].filter(
  ({ name }) => values.scenario === undefined || name === values.scenario,
);
const only = values.only?.split(',');
const chosen = contenders.filter(({ name }) => only === undefined || only.includes(name));
if (scenarios.length === 0 || chosen.length === 0) throw new Error('--scenario or --only names nothing.');

/** A part that keeps a handful of groups; otherwise the whole. */
function partOf({ part }: Scenario): { part: number; sizes: Sizes } {
  if (sizes.groups < 4 * part) return { part: 1, sizes };
  const { groups, people, queues } = sizes;
  const [g, p, q] = [groups, people, queues].map(size => Math.max(1, Math.round(size / part)));
  return { part, sizes: { ...sizes, groups: g!, people: p!, queues: q! } };
}

async function runAll(scenario: Scenario): Promise<Result[]> {
  const results: Result[] = [];
  for (const contender of chosen) {
    process.stderr.write(`${scenario.name}: ${contender.title} …\n`);
    const job = contender.linear ? partOf(scenario) : { part: 1, sizes };
    results.push({ contender, part: job.part, runs: await measure(contender, scenario, job.sizes) });
  }
  return results;
}

const bound = lowerBound(sizes);
console.log(
  `${sizes.groups} groups × ${sizes.people} people × ${sizes.queues} queues, ${sizes.queuesPerGroup} queues a group. ` +
    'First run: nothing is there. Second: nothing to do. Third: one person moved.\n',
);
const measured: object[] = [];
for (const scenario of scenarios) {
  const results = await runAll(scenario);
  console.log(`${scenario.title}\n\n${table(results)}\n`);
  if (scenario === scenarios[0]) console.log(`${boundText(bound, results)}\n`);
  measured.push({ ...scenario, results });
  if (results.some(({ runs }) => runs.some(run => run.failed !== undefined))) process.exitCode = 1;
}
for (const { title, note } of chosen) console.log(`${title}: ${note}`);
console.log(`
≈ is measured with a part of groups, people and queues, and multiplied. Calls are without those for tokens. Seconds are
from when the program is loaded until it is done; waits for the limit count in full, although they are skipped. Wall s
and peak MB are of the whole process, Node and its loader of TypeScript included (about 75 MB).`);

const folder = join(import.meta.dirname, 'results');
await mkdir(folder, { recursive: true });
const file = join(folder, 'latest.json');
const machine = { node: process.version, system: `${platform()} ${arch()}`, cpu: cpus()[0]?.model };
const report = { at: new Date().toISOString(), machine, sizes, lowerBound: bound, scenarios: measured };
await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nAll numbers, calls by route among them: ${file}`);
