import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contendersUnder } from '../bench/contenders/list.ts';
import { files, filled, namesIn, passages, pictures, repository } from '../bench/page.ts';
import type { Report } from '../bench/report.ts';
import { scenarioNames } from '../bench/scenarios.ts';
import { wholeJob } from '../bench/work.ts';

const textOf = (file: string) => readFile(join(repository, file), 'utf8');
const report = JSON.parse(await textOf(files.data)) as Report;
const page = await textOf(files.page);

describe('docs/performance.md', () => {
  it('says what the data say, and shows all of them; `node bench/page.ts` makes it anew', () => {
    expect(filled(page, report)).toBe(page);
    expect(namesIn(page).toSorted()).toEqual(Object.keys(passages(report)).toSorted());
  });

  it.each(Object.entries(pictures(report)))('%s is drawn from the data', async (file, picture) => {
    expect(await textOf(file)).toBe(picture);
  });

  it('is of one whole run: every condition, every contender, the whole job', () => {
    expect(report.sizes).toEqual(wholeJob);
    expect(report.scenarios.map(({ name }) => name)).toEqual([...scenarioNames]);
    for (const { name: scenario, results } of report.scenarios)
      expect(results.map(({ name }) => name)).toEqual(contendersUnder(scenario).map(({ name }) => name));
  });

  it('leaves nobody of ours on a wrong queue', () => {
    const ours = report.scenarios.flatMap(({ results }) =>
      results.filter(({ name }) => name.startsWith('muster')).flatMap(({ runs }) => runs),
    );
    expect(ours.length).toBeGreaterThan(0);
    for (const run of ours) expect(run).toMatchObject({ missing: 0, surplus: 0 });
  });
});
