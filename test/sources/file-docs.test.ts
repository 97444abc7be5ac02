import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { fileOptions } from '../../src/sources/file/options.ts';
import { partsOf, readPage } from '../support/doc-pages.ts';
import { fileDesk, members } from '../support/file-desk.ts';

const desk = fileDesk();
const shown = partsOf(readPage('docs/sources/file.md')).flatMap(part =>
  part.kind === 'fence' && part.info === 'yaml' ? [part.body] : [],
);
type Shown = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const sources = shown.flatMap(text => Object.values((parseYaml(text) as { sources?: Shown }).sources ?? {}));

describe('docs/sources/file.md', () => {
  it('shows options that hold', () => {
    expect(sources).toHaveLength(3);
    for (const { kind, ...options } of sources) {
      expect(kind).toBe('file');
      expect(fileOptions().safeParse(options).error?.issues).toBeUndefined();
    }
  });

  it('shows a CSV config that reads what it speaks of', async () => {
    const { kind, path, ...options } = sources[0]!;
    const text =
      'Team;Work mail;Display name;Employee no;State;Phone\ntier1;ana@example.com;Ana;007;employed;1\ntier1;bo@example.com;Bo;008;Terminated;2\n';
    const found = await desk.reading('agents-1.csv', text, options);
    expect(found.people).toMatchObject([
      { name: 'Ana', externalId: '007', status: 'active' },
      { name: 'Bo', externalId: '008', status: 'deprovisioned' },
    ]);
  });

  it('shows a YAML file that can be read', async () => {
    const [text] = shown.filter(body => body.startsWith('people:'));
    const more = '  - { id: g2, name: support-evening, members: [p1] }\n';
    const found = await desk.reading('staff.yaml', `${text}${text!.endsWith('\n') ? '' : '\n'}${more}`);
    expect(members(found, 'customer-support-tier1')).toEqual([
      'group g2',
      'person bo@example.com',
      'person p1',
    ]);
  });

  it('names the command whose output the tests read', () => {
    const page = readFileSync(new URL('../../docs/sources/file.md', import.meta.url), 'utf8');
    for (const part of ["'(objectClass=*)' '*' '+'", '-E pr=500/noprompt', '-LLL'])
      expect(page).toContain(part);
  });
});
