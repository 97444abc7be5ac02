import { describe, expect, it } from 'vitest';
import { chained, lineHash, noLine, verifyChain } from '../../src/store/chain.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { runsOf } from '../../src/store/runs.ts';

const stamp = { run: 'r1', at: '2026-01-01T00:00:00.000Z' };
const begin = (id: number): JournalLine => ({
  kind: 'begin',
  ...stamp,
  id,
  route: 'PUT x',
  subject: 's',
  adds: [],
  drops: [],
});
const lines: readonly JournalLine[] = [
  { kind: 'run', ...stamp, fingerprint: 'f', contract: 'platform', changes: 4 },
  begin(1),
  begin(2),
  { kind: 'done', ...stamp, id: 1, adds: [], drops: [] },
  { kind: 'failed', ...stamp, id: 2, code: 'genesys.bad-request', happened: 'No.', lost: false, adds: [] },
  begin(3),
  { kind: 'failed', ...stamp, id: 3, code: 'network.timeout', happened: 'Silence.', lost: true, adds: [] },
  begin(4),
];

function textsOf(all: readonly object[]): string[] {
  let head = noLine;
  return all.map(line => {
    const text = chained(line, head);
    head = lineHash(text);
    return text;
  });
}

describe('the history', () => {
  it('tells what became of every write, also in a run that died', () => {
    const [run] = runsOf(lines);
    expect(run!.writes.map(write => write.state)).toEqual(['done', 'refused', 'lost', 'open']);
    expect(run!.state).toBeUndefined();
    expect(run!.writes[1]!.problem).toBe('genesys.bad-request: No.');
    expect(runsOf([...lines, { kind: 'end', ...stamp, state: 'partly' }])[0]!.state).toBe('partly');
  });

  it('passes over lines of runs that it does not know', () => {
    expect(runsOf([begin(1)])).toEqual([]);
  });
});

describe('the chain', () => {
  const texts = textsOf(lines);

  it('is whole as it was written', () => {
    expect(verifyChain(texts)).toEqual({ lines: 8, head: lineHash(texts.at(-1)!) });
    expect(verifyChain([])).toEqual({ lines: 0, head: noLine });
  });

  it.each([
    ['a changed line', texts.with(2, texts[2]!.replace('"s"', '"t"')), 4],
    ['a line taken out', texts.toSpliced(3, 1), 4],
    ['a line put in', texts.toSpliced(3, 0, texts[2]!), 4],
    ['two lines exchanged', texts.with(3, texts[4]!).with(4, texts[3]!), 4],
    ['a first line taken out', texts.slice(1), 1],
    ['a line that is no JSON', texts.with(5, '{'), 6],
  ])('%s is found', (_, changed, at) => {
    expect(verifyChain(changed).brokenAt).toBe(at);
  });

  it('proves no line that no other names: the changed one is the one before the break', () => {
    const changed = texts.with(2, texts[2]!.replace('"s"', '"t"'));
    expect(verifyChain(changed)).toMatchObject({ brokenAt: 4, sound: 2 });
    expect(verifyChain(texts.slice(1)).sound).toBe(0);
  });

  it('finds a head that was kept, and misses it where the end was changed or cut off', () => {
    const kept = lineHash(texts[5]!);
    expect(verifyChain(texts, { keptHead: kept }).keptAt).toBe(6);
    expect(verifyChain(texts.slice(0, 5), { keptHead: kept })).toMatchObject({ lines: 5, keptAt: 0 });
    const last = texts.length - 1;
    const changed = texts.with(last, texts[last]!.replace('"s"', '"t"'));
    expect(verifyChain(changed).brokenAt).toBeUndefined();
    expect(verifyChain(changed, { keptHead: lineHash(texts[last]!) }).keptAt).toBe(0);
  });
});
