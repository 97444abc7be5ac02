import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { defaultKnobs, emulate, parseSeed } from '../../src/emulator/emulate.ts';

const page = await readFile(new URL('../../docs/emulator-differences.md', import.meta.url), 'utf8');

describe('the page about differences', () => {
  it('names every knob', () => {
    expect(Object.keys(defaultKnobs).filter(name => !page.includes(`\`${name}`))).toEqual([]);
  });

  it('shows a seed that works', async () => {
    const example = /```yaml\n(.*?)```/su.exec(page)?.[1] ?? '';
    const emulator = await emulate({ seed: parseSeed(parse(example)) });
    expect(emulator.db.queues.by('name', 'Support_Tier1')[0]?.attached).toHaveLength(2);
    await emulator.close();
  });
});
