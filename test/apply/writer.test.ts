import { describe, expect, it } from 'vitest';
import { writers } from '../../src/apply/writer.ts';
import type { Journal } from '../../src/model/journal.ts';

const record = { route: 'PUT /a', subject: 'group a', adds: [], drops: [] };
const never = new AbortController().signal;

/** A journal whose lines of one kind are taken when the test says so; what was begun, done and sent, in order. */
function slowJournal(kind: 'begin' | 'done') {
  const told: string[] = [];
  const waiting: PromiseWithResolvers<void>[] = [];
  const line = async (each: 'begin' | 'done', id: number) => {
    if (each === kind) {
      const taken = Promise.withResolvers<void>();
      waiting.push(taken);
      await taken.promise;
    }
    told.push(`${each} ${id}`);
  };
  const journal = {
    begin: ({ id }: { id: number }) => line('begin', id),
    done: ({ id }: { id: number }) => line('done', id),
    failed: async ({ id }: { id: number }) => void told.push(`failed ${id}`),
  } as Partial<Journal> as Journal;
  return { journal, told, waiting, sent: (name: string) => async () => void told.push(`sent ${name}`) };
}

const soon = () => new Promise(resolve => setImmediate(resolve));

describe('a write', () => {
  it('is not sent before its line is on disk', async () => {
    const { journal, told, waiting, sent } = slowJournal('begin');
    const { write } = writers(journal, never);
    const writing = write(record, sent('one'));
    await soon();
    expect(told).toEqual([]);
    waiting[0]!.resolve();
    await writing;
    expect(told).toEqual(['begin 1', 'sent one', 'done 1']);
  });

  it('is not kept waiting by the line that says that the one before it is done', async () => {
    const { journal, told, waiting, sent } = slowJournal('done');
    const { write, written } = writers(journal, never);
    await write(record, sent('one'));
    await write(record, sent('two'));
    expect(told).toEqual(['begin 1', 'sent one', 'begin 2', 'sent two']);
    const all = written();
    for (const line of waiting) line.resolve();
    await all;
    expect(told.slice(4)).toEqual(['done 1', 'done 2']);
  });

  it('is not begun once a line could not be written, and the run hears of it', async () => {
    const { journal, told, waiting, sent } = slowJournal('done');
    const { write, anyhow, written } = writers(journal, never);
    await write(record, sent('one'));
    waiting[0]!.reject(new Error('no space left on device'));
    await expect(written()).rejects.toThrow('no space left on device');
    await expect(write(record, sent('two'))).rejects.toThrow('no space left on device');
    await expect(anyhow(record, sent('three'))).rejects.toThrow('no space left on device');
    expect(told).toEqual(['begin 1', 'sent one']);
  });
});
