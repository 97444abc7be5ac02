import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chained, lineHash, noLine } from '../../src/store/chain.ts';
import { openFileStore, readLedger } from '../../src/store/file.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { LedgerFold } from '../../src/store/ledger-fold.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { fewer, patience } from './runs.ts';
import { planFor, stories, worldOf } from './worlds.ts';

vi.setConfig(patience);

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'muster-torn-'));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('whatever the world, a journal on disk that was cut inside a line', () => {
  it('is the journal of the lines before, and is written on from there', async () => {
    await fc.assert(
      fc.asyncProperty(stories, fc.double({ min: 0, max: 1, noNaN: true }), async (story, share) => {
        const world = worldOf(story);
        world.apply(planFor(world, story.second));
        const texts = textsOf(world.lines);
        const bytes = Buffer.from(texts.map(text => `${text}\n`).join(''), 'utf8');
        const cut = Math.floor(share * bytes.length);
        const path = join(dir, 'journal.jsonl');
        await appendFile(path, '');
        await truncate(path);
        await appendFile(path, bytes.subarray(0, cut));
        const whole = bytes.subarray(0, cut).toString('latin1').split('\n').length - 1;
        const expected = new LedgerFold();
        for (const line of world.lines.slice(0, whole)) expected.add(line);

        expect([...(await readLedger(dir)).ledger]).toEqual([...expected.ledger]);
        const store = await openFileStore(dir, eagerClock());
        const view = await store.ledger();
        const journal = await store.openRun({
          run: 'next',
          fingerprint: 'f',
          contract: 'platform',
          changes: 0,
        });
        await journal.end('done');
        await store.close();
        expect([...view.ledger]).toEqual([...expected.ledger]);
        expect([...(view.seats ?? [])]).toEqual([...expected.seats]);

        // Nothing is left of the half line: what was written after it can be read, chain and all.
        const after = (await readFile(path, 'utf8')).split('\n');
        expect(after.slice(0, whole)).toEqual(texts.slice(0, whole));
        expect(after.slice(whole).map(text => text && (JSON.parse(text) as JournalLine).kind)).toEqual([
          'run',
          'end',
          '',
        ]);
        expect([...(await readLedger(dir)).ledger]).toEqual([...expected.ledger]);
      }),
      fewer(0.1),
    );
  });
});

/** As the file has them: each line bears the hash of the one before. */
function textsOf(lines: readonly JournalLine[]): string[] {
  let head = noLine;
  return lines.map(line => {
    const text = chained(line, head);
    head = lineHash(text);
    return text;
  });
}
