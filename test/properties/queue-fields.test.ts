import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Work } from '../../src/apply/hand.ts';
import { queueGroups } from '../../src/apply/queue-groups.ts';
import { createApi } from '../../src/genesys/api.ts';
import { parseExactly } from '../../src/http/exact-json.ts';
import { readAnswer } from '../../src/http/read-answer.ts';
import type { Change } from '../../src/model/change.ts';
import { patience, runs } from './runs.ts';

vi.setConfig(patience);

type Json = Readonly<Record<string, unknown>>;
interface Move {
  readonly group: string;
  readonly ring: number | undefined;
  readonly comes: boolean;
}

const groupIds = ['g1', 'g2', 'g3', 'g4'];
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
/** Missing, null or there: the platform gives all three. */
const field = <T>(arb: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 3, arbitrary: arb }, fc.constantFrom(null, undefined));
const anything = fc.jsonValue({ maxDepth: 3 });
/** But for `__proto__`, which the parser drops on purpose. */
const names = fc
  .oneof(
    fc.string(),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('queueFlow', 'fieldOfNextYear', 'toString'),
  )
  .filter(name => name !== '__proto__');
const verbatim = (text: string) => (JSON as unknown as { rawJSON(text: string): object }).rawJSON(text);
/** Numbers that JavaScript cannot hold: whole ones, and others. */
const longNumber = fc
  .oneof(fc.bigInt({ min: 2n ** 53n, max: 2n ** 70n }), fc.bigInt({ min: -(2n ** 64n), max: -(2n ** 53n) }))
  .map(number => verbatim(String(number)));
const digits = fc.oneof(
  longNumber,
  fc.constantFrom('0.12345678901234567890123', '1e400', '-2e-400', '12345678901234567890e3').map(verbatim),
);
const unknown = fc.dictionary(
  names,
  fc.oneof(
    anything,
    digits,
    fc.maxSafeInteger(),
    fc.constantFrom(1e21, 5e-324, -0.1, '\u2028', '‮Ünïcødé', [], {}),
  ),
  { maxKeys: 4 },
);

const reference = fc
  .record({
    id: fc.constantFrom(...groupIds),
    type: fc.constantFrom('GROUP', 'TEAM', 'SKILLGROUP', undefined),
    name: maybe(fc.string()),
    memberCount: maybe(fc.nat()),
    division: maybe(fc.constant({ id: 'd1', name: 'Home' })),
    selfUri: maybe(fc.constant('/api/v2/groups/g')),
  })
  .map(defined);
const references = fc.uniqueArray(reference, { maxLength: 4, selector: nameOf });

const settings: fc.Arbitrary<Json> = fc
  .record({
    more: unknown,
    memberGroups: field(references),
    memberCount: maybe(fc.oneof(fc.nat(), longNumber)),
    userMemberCount: field(fc.nat()),
    joinedMemberCount: field(fc.nat()),
    selfUri: maybe(fc.constant('/api/v2/routing/queues/q')),
    mediaSettings: maybe(anything),
    dateModified: maybe(fc.constant('2026-01-05T09:00:00Z')),
    bullseye: field(
      fc
        .record({
          more: unknown,
          rings: field(
            fc.array(
              fc
                .record({
                  more: unknown,
                  expansionCriteria: maybe(anything),
                  actions: maybe(anything),
                  memberGroups: field(references),
                })
                .map(spread),
              { maxLength: 6 },
            ),
          ),
        })
        .map(spread),
    ),
    conditionalGroupRouting: field(rulesWith('queue')),
    conditionalGroupActivation: field(rulesWith('pilotRule')),
  })
  .map(spread)
  .map(rest => ({ ...rest, id: 'q', name: 'Q' }));

const moves: fc.Arbitrary<readonly Move[]> = fc.uniqueArray(
  fc.record({
    group: fc.constantFrom(...groupIds),
    ring: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    comes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6, selector: move => `${move.group} ${move.ring}` },
);

describe('whatever stands in a queue, attaching and detaching groups', () => {
  it('sends back every other field as it came, rings and rules included', async () => {
    await fc.assert(
      fc.asyncProperty(settings, moves, async (queue, asked) => {
        const text = JSON.stringify(queue);
        const before = told(text);
        const rings = ringsOf(before);
        const possible = asked.filter(({ ring = 0 }) => ring <= rings.length);
        const sent = await carriedOut(text, possible);

        const expected = after(before, possible);
        if (JSON.stringify(placesOf(before)) === JSON.stringify(placesOf(expected))) {
          expect(sent).toEqual([]);
          return;
        }
        expect(sent).toHaveLength(1);
        expect(bare(sent[0]!)).toEqual(bare(expected));
        expect(placesOf(sent[0]!)).toEqual(placesOf(expected));
        for (const { id, type, ...more } of Object.values(placesOf(sent[0]!, group => group)).flat()) {
          expect([typeof id, typeof type, more]).toEqual(['string', 'string', {}]);
        }
      }),
      runs,
    );
  });

  it('sends nothing where it is asked for a ring that the queue does not have', async () => {
    await fc.assert(
      fc.asyncProperty(settings, moves, async (queue, asked) => {
        const text = JSON.stringify(queue);
        const count = ringsOf(JSON.parse(text)).length;
        fc.pre(asked.some(({ ring = 0, comes }) => comes && ring > count));
        const sent: Json[] = [];
        await expect(carriedOut(text, asked, sent)).rejects.toMatchObject({ code: 'genesys.bad-request' });
        expect(sent).toEqual([]);
      }),
      runs,
    );
  });
});

/** Numbers that are rounded here by their texts. */
function told(text: string): Json {
  const parse = JSON.parse as (
    text: string,
    reviver: (...args: [string, unknown, { source?: string }]) => unknown,
  ) => Json;
  return parse(text, (_, value, { source = '' }) =>
    typeof value === 'number' && String(value) !== source ? `number ${source}` : value,
  );
}

/** What is PUT, as it stands on the wire, where the queue is read as `text`. */
async function carriedOut(text: string, asked: readonly Move[], sent: Json[] = []): Promise<Json[]> {
  const api = createApi(
    'https://api.example.com',
    {
      send: async ({ method, json, exact }) => {
        if (method === 'PUT') sent.push(told(JSON.stringify(json)));
        const body = method === 'PUT' ? JSON.stringify({ ...(json as Json), id: 'q' }) : text;
        const answer = { status: 200, headers: {}, body: Buffer.from(body, 'utf8') };
        return readAnswer(answer, 1, 'GET the queue', exact ? parseExactly : JSON.parse);
      },
      sent: 0,
      close: async () => {},
    },
    () => 300,
  );
  const changes = asked.map(
    ({ group, ring, comes }): Change =>
      ({
        kind: comes ? 'queue.attach' : 'queue.detach',
        queue: 'q',
        how: ring === undefined ? 'member-groups' : 'ring-groups',
        group: `corp:${group}`,
        id: group,
        mapping: 'm',
        ...(ring === undefined ? {} : { ring }),
        ...(comes ? {} : { because: 'unmapped' as const }),
      }) as Change,
  );
  const work: Pick<Work, 'step' | 'changes' | 'plan' | 'api' | 'made' | 'signal' | 'write'> = {
    step: { kind: 'queue.groups', phase: 2, queue: 'q', changes: changes.map((_, at) => at) } as never,
    changes,
    plan: { names: { queues: {}, groups: {}, users: {} } } as never,
    api,
    made: new Map(),
    signal: new AbortController().signal,
    write: (_, request) => request(),
  };
  await queueGroups(work as Work);
  return sent;
}

/** What this test says should be sent: read-only fields and what the API refuses are left out, groups move. */
function after(queue: Json, asked: readonly Move[]): Json {
  const { id: _, memberCount: _m, userMemberCount: _u, joinedMemberCount: _j, selfUri: _s, ...rest } = queue;
  const placed = (list: unknown, ring: number | undefined) => {
    const mine = asked.filter(move => move.ring === ring);
    const going = new Set(mine.filter(move => !move.comes).map(move => `GROUP ${move.group}`));
    const kept = ((list as Json[] | null | undefined) ?? []).filter(each => !going.has(nameOf(each)));
    const there = new Set(kept.map(each => each.id));
    const coming = mine.filter(move => move.comes && !there.has(move.group));
    return [...kept, ...coming.map(move => ({ id: move.group, type: 'GROUP' }))];
  };
  const { bullseye, conditionalGroupRouting: routing } = queue as {
    bullseye?: Json | null;
    conditionalGroupRouting?: Json | null;
  };
  const rules = routing?.rules as Json[] | null | undefined;
  return {
    ...rest,
    memberGroups: placed(queue.memberGroups, undefined),
    ...(bullseye?.rings
      ? {
          bullseye: {
            ...bullseye,
            rings: ringsOf(queue).map((ring, at) => ({
              ...ring,
              memberGroups: placed(ring.memberGroups, at + 1),
            })),
          },
        }
      : {}),
    ...(rules?.length
      ? {
          conditionalGroupRouting: {
            ...routing,
            rules: rules.map((rule, at) => (at === 0 ? without(rule, 'queue') : rule)),
          },
        }
      : {}),
  };
}

/** Who serves the queue where: the whole of it, then ring by ring. */
function placesOf<T = string>(
  queue: Json,
  tell: (group: Json) => T = nameOf as (group: Json) => T,
): Record<string, T[]> {
  const told = (list: unknown) => ((list as Json[] | null | undefined) ?? []).map(tell);
  return Object.fromEntries([
    ['queue', told(queue.memberGroups)],
    ...ringsOf(queue).map((ring, at) => [`ring ${at + 1}`, told(ring.memberGroups)]),
  ]);
}

/** The queue without the groups that serve it. */
function bare(queue: Json): Json {
  const rings = ringsOf(queue).map(ring => without(ring, 'memberGroups'));
  const { bullseye } = queue as { bullseye?: Json | null };
  return {
    ...without(queue, 'memberGroups'),
    ...(bullseye?.rings ? { bullseye: { ...bullseye, rings } } : {}),
  };
}

const ringsOf = (queue: Json): Json[] =>
  (queue.bullseye as { rings?: Json[] | null } | null | undefined)?.rings ?? [];

const without = (of: Json, name: string): Json =>
  Object.fromEntries(Object.entries(of).filter(([each]) => each !== name));

function nameOf({ type = 'GROUP', id }: Json): string {
  return `${type} ${id}`;
}

function defined(of: Json): Json {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));
}

/** Known fields win over unknown ones of the same name. */
function spread({ more, ...known }: { readonly more: Json } & Json): Json {
  return { ...more, ...defined(known) };
}

function rulesWith(extra: string) {
  return fc
    .record({
      more: unknown,
      rules: field(
        fc.array(
          fc
            .record({
              more: unknown,
              [extra]: field(anything),
              metric: maybe(anything),
              groups: field(references),
            })
            .map(each => spread(each as never)),
          { maxLength: 5 },
        ),
      ),
    })
    .map(each => spread(each as never));
}
