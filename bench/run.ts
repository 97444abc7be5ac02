import { mkdir, writeFile } from 'node:fs/promises';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { contenders, contendersUnder } from './contenders/list.ts';
import { ldapText, measureLdap } from './ldap.ts';
import { measurePlanning, planningSizes, planningText } from './planning.ts';
import type { Report } from './report.ts';
import { boundsOf, resultOf, type ScenarioResult } from './results.ts';
import { scenarioNames, scenariosFor } from './scenarios.ts';
import { measureStart, startText } from './start.ts';
import { boundText, table } from './table.ts';
import { type Sizes, smallJob, wholeJob } from './work.ts';

/**
 * `node bench/run.ts [--small] [--groups 1000 --people 100000 --queues 1000 --queues-per-group 2]
 * [--part limited,planning,…] [--only muster-platform,tutorial]`: everybody in turn, one at a time. Prints tables and
 * writes `bench/results/latest.json`. bench/README.md says what the numbers mean.
 */
const parts = [...scenarioNames, 'planning', 'ldap', 'start'] as const;
const { values } = parseArgs({
  options: {
    groups: { type: 'string' },
    people: { type: 'string' },
    queues: { type: 'string' },
    'queues-per-group': { type: 'string' },
    small: { type: 'boolean', default: false },
    part: { type: 'string' },
    only: { type: 'string' },
  },
});

const whole = (flag: keyof typeof values, fallback: number): number => {
  const text = values[flag];
  if (text === undefined) return fallback;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new Error(`--${flag} wants a whole number of at least 1, not ${text}.`);
};
const listed = (flag: 'part' | 'only', known: readonly string[]): ReadonlySet<string> => {
  const names = values[flag]?.split(',') ?? known;
  const strange = names.filter(name => !known.includes(name));
  if (strange.length > 0)
    throw new Error(`--${flag} knows no ${strange.join(', ')}; there are ${known.join(', ')}.`);
  return new Set(names);
};

const base = values.small ? smallJob : wholeJob;
const sizes: Sizes = {
  groups: whole('groups', base.groups),
  people: whole('people', base.people),
  queues: whole('queues', base.queues),
  queuesPerGroup: whole('queues-per-group', base.queuesPerGroup),
};
const asked = listed('part', parts);
const only = listed(
  'only',
  contenders.map(({ name }) => name),
);
const chosen = contenders.filter(({ name }) => only.has(name));
const say = (text: string) => process.stderr.write(`${text} …\n`);
/** A part that stands by itself, where it was asked for. */
async function section<Out>(
  name: (typeof parts)[number],
  measured: () => Promise<Out>,
): Promise<Out | undefined> {
  if (!asked.has(name)) return undefined;
  say(name);
  return measured();
}
const print = (title: string, text: string) => console.log(`${title}\n\n${text}\n`);

console.log(
  `${inWords(sizes)}. First run: nothing is there. Second: nothing to do. Third: one person moved.\n`,
);
const scenarios: ScenarioResult[] = [];
for (const scenario of scenariosFor(sizes).filter(({ name }) => asked.has(name))) {
  const results = [];
  for (const contender of contendersUnder(scenario.name, chosen)) {
    say(`${scenario.name}: ${contender.title}`);
    results.push(await resultOf(contender, scenario));
  }
  const { name, title } = scenario;
  print(`${title}${scenario.sizes === sizes ? '' : ` (${inWords(scenario.sizes)})`}`, table(name, results));
  scenarios.push({ name, title, sizes: scenario.sizes, results });
}
const bounds = boundsOf(sizes);
if (asked.has('limited')) {
  for (const { contract, run, lines } of bounds)
    console.log(`${boundText(`Fewest calls of a ${run} run, ${contract} contract`, lines)}\n`);
}
const small = base === smallJob;
const planning = await section('planning', () =>
  measurePlanning(small ? [10_000, 20_000, 40_000] : planningSizes),
);
if (planning)
  print(
    'Planning alone: so many memberships in the sources against as many in the target',
    planningText(planning),
  );
const ldap = await section('ldap', () => measureLdap(small ? 2_000 : 200_000));
if (ldap) print('Reading memberships from OpenLDAP', ldapText(ldap));
const start = await section('start', () => measureStart(small ? 5 : 25));
if (start) print('Start', startText(start));
for (const { title, note } of chosen) console.log(`${title}: ${note}`);

const folder = join(import.meta.dirname, 'results');
await mkdir(folder, { recursive: true });
const file = join(folder, 'latest.json');
const machine = {
  node: process.version,
  system: `${platform()} ${arch()}`,
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: availableParallelism(),
};
const report: Report = {
  at: new Date().toISOString(),
  machine,
  sizes,
  bounds,
  scenarios,
  planning,
  ldap,
  start,
};
await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
console.log(`\nAll numbers, calls by route among them: ${file}`);
if (scenarios.some(({ results }) => results.some(({ runs }) => runs.some(run => run.failed !== undefined))))
  process.exitCode = 1;

function inWords({ groups, people, queues, queuesPerGroup }: Sizes): string {
  const number = (value: number) => value.toLocaleString('en');
  return `${number(groups)} groups × ${number(people)} people × ${number(queues)} queues, ${queuesPerGroup} queues a group`;
}
