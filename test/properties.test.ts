import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { worldsIn } from './properties/runs.ts';

const root = new URL('..', import.meta.url).pathname;
const page = readFileSync(join(root, 'docs/properties.md'), 'utf8');
const files = readdirSync(join(root, 'test/properties'));
const tests = files.filter(name => name.endsWith('.test.ts'));

describe('the properties', () => {
  it('are all on their page, and nothing else is', () => {
    const listed = [...page.matchAll(/^\| `([\w-]+\.test\.ts)` \|/gmu)].map(match => match[1]);
    expect(listed.toSorted()).toEqual(tests.toSorted());
  });

  it.each(Object.entries(worldsIn))(
    'are tried by %s on as many worlds as the page says',
    (command, worlds) => {
      expect(page).toMatch(new RegExp(`^${command} +# ${worlds.toLocaleString('en')} worlds`, 'mu'));
    },
  );

  it('have a command that is a script of the package', () => {
    expect(packageJson.scripts['test:properties']).toBe('node test/properties/run.ts');
    expect(files).toContain('run.ts');
  });

  it.each(tests)('take the number of their worlds from one place: %s', name => {
    const text = readFileSync(join(root, 'test/properties', name), 'utf8');
    expect(text).toContain("from './runs.ts'");
    expect(text).not.toMatch(/numRuns|process\.env/u);
    expect(text.match(/fc\.assert\(/gu)?.length).toBe(text.match(/^ {4,}(?:runs\b|.*\bfewer\()/gmu)?.length);
  });
});
