import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Drift } from '../../src/model/drift.ts';
import { driftMarkdown } from '../../src/report/drift-markdown.ts';
import { driftText } from '../../src/report/drift-text.ts';
import { hostileNames } from '../support/hostile.ts';

const at = '2026-01-05T09:00:00.000Z';
const placed = { run: 'r1', at, mapping: 'm' };

const driftOf = (name: string, change: Partial<Drift> = {}): Drift => ({
  kind: 'muster.drift',
  version: 1,
  since: { run: 'r1', at },
  at,
  contract: 'platform',
  target: [
    {
      kind: 'queue.renamed',
      place: { kind: 'queue', id: 'q', name: 'now' },
      was: name,
      is: 'now',
      deeds: [{ at }],
    },
    {
      kind: 'member.gone',
      place: { kind: 'group', id: 'g', name },
      subject: { kind: 'user', id: 'u', name },
      placed,
      wanted: true,
      comesBack: true,
      deeds: [{ at, by: { kind: 'user', id: 's', name }, application: name }],
    },
  ],
  sources: [
    {
      kind: 'group.moved',
      source: 'corp',
      key: 'corp:g',
      name,
      mapping: 'm',
      came: [{ name }],
      left: [{ name: 'Bo' }],
      lost: [],
      relinked: [],
      people: { from: 2, to: 1, since: at },
    },
  ],
  config: [{ kind: 'mapping.gone', mapping: name, placed: 1 }],
  unknown: [name],
  stops: [],
  trail: { state: 'asked', why: [], calls: 1 },
  takenAway: 'put-back',
  ...change,
});

describe('drift as text', () => {
  it('says what moved where, by whom, whose it was, and what to do', () => {
    expect(driftText(driftOf('Support'))).toBe(`Drift  since run r1, 2026-01-05 09:00 UTC

  Moved: 2 things in Genesys Cloud, 1 group of the sources. The config asks for 1 thing otherwise.

  Genesys Cloud
    queue Support
      ~ is called now now
          by somebody whom the audit trail does not name, 2026-01-05 09:00 UTC
    group Support
      − Support  ours since 2026-01-05 09:00 (run r1, mapping m)
          by Support, 2026-01-05 09:00 UTC, with Support

  Sources
    group Support  corp, 2 → 1 person since 2026-01-05 09:00 UTC
      − Bo       is no longer in it, and still placed
      + Support  is in it, and not placed yet

  Config
    mapping Support
      − is no longer in the config  1 thing of ours rests on it

  Not known
    ! Support

  → \`muster drift --put-back\` puts 1 of these back, and does nothing else. So does the next \`muster sync\`, which follows sources and config as well.
  → \`muster plan\` shows what the next run makes of the sources and the config.
`);
  });

  it('says when nothing moved, and when nothing could', () => {
    const still = { target: [], sources: [], config: [], unknown: [] };
    expect(driftText(driftOf('x', still))).toContain('\n  Nothing moved.\n');
    const { since: _, ...never } = driftOf('x', still);
    expect(driftText(never)).toContain('nothing can have moved');
  });

  it('does not promise that the next run puts back what it leaves or does not come to', () => {
    expect(driftText(driftOf('x', { takenAway: 'tell' }))).toContain('leaves that as it is');
    const stopped = driftText(driftOf('x', { stops: ['No queue is called so.'] }));
    expect(stopped).toMatch(/Stops the next run\n {4}! No queue is called so\.[\s\S]*does not: it stops/u);
    expect(stopped).not.toContain('`muster plan`');
  });

  it('says what came of asking who did it', () => {
    const trail = (state: Drift['trail']['state'], ...why: string[]) =>
      driftText(driftOf('x', { trail: { state, why, calls: 1 } }));
    expect(trail('unreadable', 'No right.')).toContain('who did it is not known. No right.');
    expect(trail('partly', 'Too far back.')).toContain('tells a part of it. Too far back.');
    const silent = driftOf('x').target.map(({ deeds: _, ...rest }) => rest);
    expect(driftText(driftOf('x', { target: silent }))).toContain(
      'Of 2 things the audit trail does not tell',
    );
  });

  it('shows hostile names as what they are, each on its line', () => {
    const lines = driftText(driftOf('Support')).split('\n').length;
    fc.assert(
      fc.property(hostileNames, name => {
        const text = driftText(driftOf(name));
        expect(text.split('\n')).toHaveLength(lines);
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('cuts what is long and says so', () => {
    const target = Array.from({ length: 100 }, (_, at) => ({
      ...driftOf(`g${at}`).target[1]!,
      place: { kind: 'group' as const, id: `g${at}`, name: `g${at}` },
    }));
    expect(driftText(driftOf('x', { target }))).toContain('… and 60 more places: see --json');
  });
});

describe('drift as Markdown', () => {
  it('opens no line and no element for a hostile name', () => {
    const lines = driftMarkdown(driftOf('Support')).split('\n').length;
    fc.assert(
      fc.property(hostileNames, name => {
        const text = driftMarkdown(driftOf(name));
        expect(text.split('\n')).toHaveLength(lines);
        expect(text).not.toMatch(/[<>]/u);
      }),
    );
  });

  it('is no longer than a comment may be, and counts what is left out', () => {
    const target = Array.from({ length: 3_000 }, () => driftOf('somebody with a name').target[1]!);
    const text = driftMarkdown(driftOf('x', { target }));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/… and \d+ more lines/u);
  });
});
