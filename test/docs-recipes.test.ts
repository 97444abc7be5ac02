import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { partsOf, readPage, repository } from './support/doc-pages.ts';

/** The jobs of a CI that docs/what-if.md shows: nobody runs them here, so at least what they call is there. */
const recipes = partsOf(readPage('docs/what-if.md')).flatMap(part =>
  'body' in part && part.info.startsWith('yaml') ? [part.body] : [],
);

describe('the jobs for a CI', () => {
  it('are YAML', () => {
    expect(recipes).toHaveLength(3);
    for (const recipe of recipes) expect(parse(recipe)).toBeTypeOf('object');
  });

  it('call commands with options that they have', () => {
    const calls = [...recipes.join('\n').matchAll(/muster-cx (\w+)((?:\\\n|\n {6}--|[^\n])*)/gu)];
    expect(calls.map(call => call[1]).toSorted()).toEqual(['simulate', 'simulate', 'snapshot', 'snapshot']);
    for (const [, command, rest] of calls) {
      const main = join(repository, 'src/cli/muster.ts');
      const help = execFileSync(process.execPath, [main, command!, '--help'], { encoding: 'utf8' });
      const options = [...rest!.matchAll(/--[a-z-]+/gu)].map(match => match[0]);
      expect(options.length).toBeGreaterThan(1);
      for (const option of options) expect(help).toContain(option);
    }
  });
});
