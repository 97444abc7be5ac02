import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Reads } from '../../src/model/reads.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { loadReads, saveReads } from '../../src/store/reads-file.ts';
import { readAt } from '../support/builders.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const reads: Reads = {
  sources: new Map([['corp:g-support', { members: 3, people: 7, readAt }]]),
  tenant: {
    owner: 'me',
    contract: 'platform',
    groups: new Map([
      [
        'G',
        {
          id: 'G',
          name: 'Support "1"\n',
          memberIds: ['u1', 'u2'],
          dynamic: false,
          version: '4',
          remembered: true,
          modified: readAt,
        },
      ],
    ]),
    users: new Map([
      ['u2', { id: 'u2', name: 'Bo', email: 'bo@example.com', state: 'active', readAt: 5, remembered: true }],
      ['u1', { id: 'u1', name: 'Ana', state: 'inactive', readAt: 4, remembered: true }],
    ]),
    absent: new Map([['email bo@old.example', 5]]),
    totals: { queues: 900, users: 12 },
  },
};

describe('what is kept in a file', () => {
  it('comes back as it was, for nobody else to read', async () => {
    const dir = await tempDir();
    await saveReads(dir, reads);
    expect(await loadReads(dir)).toEqual(reads);
    expect(await readdir(dir)).toEqual(['reads.jsonl']);
    expect((await stat(join(dir, 'reads.jsonl'))).mode & 0o777).toBe(0o600);
  });

  it('is the same text in whatever order it was learned, and then not written again', async () => {
    const dir = await tempDir();
    await saveReads(dir, reads);
    const [text, { mtimeMs, ino }] = [
      await readFile(join(dir, 'reads.jsonl'), 'utf8'),
      await stat(join(dir, 'reads.jsonl')),
    ];
    const users = new Map([...reads.tenant!.users].reverse());
    await saveReads(dir, { ...reads, tenant: { ...reads.tenant!, users } });
    expect(await readFile(join(dir, 'reads.jsonl'), 'utf8')).toBe(text);
    expect(await stat(join(dir, 'reads.jsonl'))).toMatchObject({ mtimeMs, ino });
  });

  it('may be the sources alone', async () => {
    const dir = await tempDir();
    await saveReads(dir, { sources: reads.sources });
    expect(await loadReads(dir)).toEqual({ sources: reads.sources });
  });

  it.each([
    ['of a directory that is not there', undefined],
    ['that is empty', () => ''],
    ['without its first line', (text: string) => text.slice(text.indexOf('\n') + 1)],
    ['without its last line', (text: string) => text.slice(0, text.lastIndexOf('\n', text.length - 2) + 1)],
    ['with one letter changed', (text: string) => text.replace('Ana', 'Ani')],
    ['of a version to come', (text: string) => text.replace('"version":1', '"version":2')],
    ['of nothing but zeros', (text: string) => '\0'.repeat(text.length)],
  ])('%s is nothing', async (_, damage) => {
    const dir = await tempDir();
    if (!damage) return expect(await loadReads(join(dir, 'missing'))).toBeUndefined();
    await saveReads(dir, reads);
    const path = join(dir, 'reads.jsonl');
    await writeFile(path, damage(await readFile(path, 'utf8')));
    expect(await loadReads(dir)).toBeUndefined();
    await saveReads(dir, reads);
    expect(await loadReads(dir)).toEqual(reads);
  });
});

describe('what is kept in memory', () => {
  it('comes back, and is nothing before', async () => {
    const store = memoryStore(eagerClock(0));
    expect(await store.reads!()).toBeUndefined();
    await store.keepReads!(reads);
    expect(await store.reads!()).toBe(reads);
  });
});
