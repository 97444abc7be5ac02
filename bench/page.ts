import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callsChart, curveChart } from './charts.ts';
import { ldapCells } from './ldap.ts';
import { callsOf } from './lower-bound.ts';
import { planningCells, planningLine } from './planning.ts';
import type { Report } from './report.ts';
import { planCells, startCells } from './start.ts';
import { type Cells, cellsOf } from './table.ts';

/**
 * The numbers of docs/performance.md. Each stands between `<!-- bench: NAME -->` and `<!-- /bench -->` and is made from
 * docs/performance.json; `test/performance.test.ts` holds that they agree.
 *
 * `node bench/page.ts` makes page and pictures anew; `node bench/page.ts --take` takes over `results/latest.json` first.
 */
export const files = {
  page: 'docs/performance.md',
  data: 'docs/performance.json',
  calls: 'docs/performance-calls.svg',
  planning: 'docs/performance-planning.svg',
} as const;

export const repository = join(import.meta.dirname, '..');

const number = (value: number): string => value.toLocaleString('en');

/** Everything that the page takes from the data, by name. */
export function passages(report: Report): Readonly<Record<string, string>> {
  const { machine, sizes, scenarios, bounds, planning, ldap, start } = report;
  const tables = scenarios.map(({ name, results }) => [name, markdown(cellsOf(name, results))] as const);
  return {
    ...Object.fromEntries(tables),
    job:
      `${number(sizes.groups)} groups, ${number(sizes.people)} people and ${number(sizes.queues)} queues, ` +
      `${sizes.queuesPerGroup} queues a group: ${number(pairs(report))} (person, queue) pairs.`,
    bounds: markdown({
      head: ['run', 'contract', 'calls', 'because of'],
      align: 'llrl',
      rows: bounds.flatMap(({ contract, run, lines }) => [
        [run, contract, `**${number(callsOf(lines))}**`, ''],
        ...lines.map(({ calls, what }) => ['', '', number(calls), what]),
      ]),
    }),
    ...(planning ? { planning: `${markdown(planningCells(planning))}\n\n${planningLine(planning)}` } : {}),
    ...(ldap
      ? { ldap: 'skipped' in ldap ? `Not measured: ${ldap.skipped}.` : markdown(ldapCells(ldap)) }
      : {}),
    ...(start && !('skipped' in start)
      ? { start: markdown(startCells(start.rows)), plan: markdown(planCells(start.plans)) }
      : {}),
    machine:
      `Measured on ${report.at.slice(0, 10)} with Node ${machine.node.replace(/^v/u, '')} on ${machine.system}, ` +
      `${machine.cpu}, ${machine.cores} cores.`,
  };
}

const pairs = ({ sizes }: Report): number => sizes.people * sizes.queuesPerGroup;

function markdown({ head, rows, align }: Cells): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = [...align].map(side => (side === 'r' ? '--:' : '---'));
  return [line(head), `|${rule.join('|')}|`, ...rows.map(line)].join('\n');
}

const region = /<!-- bench: (\w+) -->\n[\s\S]*?<!-- \/bench -->/gu;

/** The page with every passage as the data has it. Throws for a name that the data does not have. */
export function filled(page: string, report: Report): string {
  const known = passages(report);
  return page.replace(region, (_, name: string) => {
    const text = known[name];
    if (text === undefined)
      throw new Error(`${files.page} asks for "${name}", which the data does not have.`);
    return `<!-- bench: ${name} -->\n${text}\n<!-- /bench -->`;
  });
}

/** Names of all passages that the page has. */
export const namesIn = (page: string): string[] => [...page.matchAll(region)].map(match => match[1]!);

export const pictures = (report: Report): Readonly<Record<string, string>> => ({
  [files.calls]: callsChart(report.scenarios.find(({ name }) => name === 'limited')!),
  ...(report.planning ? { [files.planning]: curveChart(report.planning) } : {}),
});

async function main(): Promise<void> {
  const at = (file: string) => join(repository, file);
  if (process.argv.includes('--take')) {
    const latest = await readFile(join(import.meta.dirname, 'results/latest.json'), 'utf8');
    await writeFile(at(files.data), latest);
  }
  const report = JSON.parse(await readFile(at(files.data), 'utf8')) as Report;
  await writeFile(at(files.page), filled(await readFile(at(files.page), 'utf8'), report));
  for (const [file, text] of Object.entries(pictures(report))) await writeFile(at(file), text);
}

if (import.meta.main) await main();
