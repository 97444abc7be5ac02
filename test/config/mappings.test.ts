// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configText, errorsIn, parse, told } from './reading.ts';

const sources = 'corp: { kind: list, path: a }\nlab: { kind: list, path: b }';
const one = (mappings: string) => configText({ mappings });
const two = (mappings: string) => configText({ sources, mappings });
const mappingsOf = async (text: string) => (await parse(text)).config.mappings;

describe('the group of a mapping', () => {
  it.each([
    ['support', { kind: 'exact', text: 'support' }],
    ['gc-*', { kind: 'glob', text: 'gc-*' }],
    ['"Sales [A-C]"', { kind: 'glob', text: 'Sales [A-C]' }],
    ['/^gc-(?<q>.+)$/i', { kind: 'regex', source: '^gc-(?<q>.+)$', flags: 'i' }],
    ['{ name: "gc-*" }', { kind: 'exact', text: 'gc-*' }],
    ['{ name: /a/s }', { kind: 'exact', text: '/a/s' }],
    ['/CC/Support', { kind: 'exact', text: '/CC/Support' }],
  ])('written as %s is understood', async (written, expected) => {
    expect((await mappingsOf(one(`- group: ${written}\n  queues: a`)))[0]!.group).toEqual(expected);
  });

  it.each([
    ['/a(/', 'is not a regular expression: unterminated group.'],
    ['/(?:a:b/', 'is not a regular expression: unterminated group.'],
    ['/a/uv', 'is not a regular expression: it cannot be read.'],
    ['/a/gi', 'has a flag that means nothing here (g or y).'],
  ])('written as %s is refused', async (written, expected) => {
    expect(await told(one(`- group: ${written}\n  queues: a`))).toEqual([
      `8:12 mappings[0].group ${expected}`,
    ]);
  });
});

describe('the source of a mapping', () => {
  it('is the only one where nothing is said', async () => {
    expect((await mappingsOf(one('- { group: a, queues: b }')))[0]!.from).toBe('corp');
  });

  it('must be said where there are several', async () => {
    const [error] = await errorsIn(two('- { group: a, queues: b }'));
    expect(error).toMatchObject({
      happened: 'mappings[0].from is missing, and there are 2 sources.',
      remedy: 'Add "from:" with "corp" or "lab".',
    });
  });

  it('that does not exist comes with the nearest one', async () => {
    const [error] = await errorsIn(two('- { group: a, queues: b, from: lap }'));
    expect(error).toMatchObject({
      subject: '/etc/muster/muster.yaml:9:34',
      happened: 'mappings[0].from names no source ("lap").',
      remedy: 'Did you mean "lab"?',
    });
  });

  it('that no mapping reads is a warning', async () => {
    const { warnings } = await parse(two('- { group: a, queues: b, from: lab }'));
    expect(warnings.map(({ code, subject }) => [code, subject])).toEqual([
      ['source-unused', '/etc/muster/muster.yaml:6:9'],
    ]);
  });
});

describe('queues', () => {
  it('are one text or a list', async () => {
    const [first, second] = await mappingsOf(
      one('- { group: a, queues: b }\n- { group: c, queues: [d, e] }'),
    );
    expect([first!.queues, second!.queues]).toEqual([['b'], ['d', 'e']]);
  });

  it('may be regular expressions with holes', async () => {
    const mapping = "- group: /^gc-(?<site>.+)$/\n  queues: ['/^{site}-.+$/u', '{site}_*']";
    expect((await mappingsOf(one(mapping)))[0]!.queues).toEqual(['/^{site}-.+$/u', '{site}_*']);
  });

  it('must be at least one, and no broken regular expression', async () => {
    expect(await told(one('- { group: a, queues: [] }'))).toEqual([
      '8:25 mappings[0].queues must not be empty.',
    ]);
    expect(await told(one("- { group: a, queues: [b, '/(/'] }"))).toEqual([
      '8:29 mappings[0].queues[1] is not a regular expression: unterminated group.',
    ]);
  });
});

describe('a {hole}', () => {
  const regex = (line: string) => one(`- group: /^gc-(?<queue>.+)-(?<site>.+)$/\n  ${line}`);

  it('is filled from a named capture of the group', async () => {
    const text = regex(
      'queues: "{queue}"\n  externalId: "gc {queue} {site}"\n  displayName: "{site}: {queue}"',
    );
    expect(await told(text)).toEqual([]);
  });

  it.each([
    [
      'queues: "{qeue}"',
      'mappings[0].queues holds {qeue}, which the group does not capture.',
      'Did you mean "{queue}"?',
    ],
    [
      'queues: ["{queue}", "{country}"]',
      'mappings[0].queues[1] holds {country}, which the group does not capture.',
      'The group captures "queue" or "site".',
    ],
    [
      'queues: a\n  displayName: "{nowhere}"',
      'mappings[0].displayName holds {nowhere}, which the group does not capture.',
      'The group captures "queue" or "site".',
    ],
  ])('in "%s" must be one of them', async (line, happened, remedy) => {
    expect(await errorsIn(regex(line))).toMatchObject([{ happened, remedy }]);
  });

  it('needs a regular expression', async () => {
    expect(await errorsIn(one('- group: gc-*\n  queues: "{queue}"'))).toMatchObject([
      { remedy: 'Write the group as a regular expression with a named capture, e.g. "/^gc-(?<queue>.+)$/".' },
    ]);
  });
});

describe('externalId and displayName', () => {
  it.each(['gc-*', '/^gc-(?<q>.+)$/'])('that are the same for all groups of %s are refused', async group => {
    const text = one(`- group: ${group}\n  queues: a\n  externalId: x\n  displayName: y`);
    const why = 'is the same for every group that "group" selects, and no two groups can share it.';
    expect(await told(text)).toEqual([
      `10:17 mappings[0].externalId ${why}`,
      `11:18 mappings[0].displayName ${why}`,
    ]);
  });

  it('of one group cannot be those of another', async () => {
    const text = one('- { group: a, queues: q, externalId: x }\n- { group: b, queues: q, externalId: x }');
    expect(await told(text)).toEqual([
      '9:40 mappings[1].externalId is that of mappings[0], which is another group.',
    ]);
  });

  it('are the same wherever one group is mapped again', async () => {
    const again = (externalId: string) =>
      one(`- { group: a, queues: q, externalId: x }
- { group: a, queues: r, externalId: ${externalId}, assign: direct-members }`);
    expect(await told(again('x'))).toEqual([]);
    expect(await told(again('y'))).toEqual([
      '9:40 mappings[1].externalId differs from that of mappings[0] for the same group.',
    ]);
  });
});

describe('assign and ring', () => {
  it('belong together for ring-groups, and only there', async () => {
    expect(await told(one('- { group: a, queues: q, assign: ring-groups, ring: 6 }'))).toEqual([]);
    expect(await told(one('- { group: a, queues: q, assign: ring-groups }'))).toEqual([
      '8:5 mappings[0] is for ring-groups and says no ring.',
    ]);
    expect(await told(one('- { group: a, queues: q, ring: 2 }'))).toEqual([
      '8:28 mappings[0] says a ring without "assign: ring-groups".',
    ]);
    expect(await told(one('- { group: a, queues: q, assign: ring-groups, ring: 7 }'))).toEqual([
      '8:55 mappings[0].ring must be at most 6, but is 7.',
    ]);
  });

  it('must be known to the contract, where one is fixed', async () => {
    const text = (contract: string, assign: string) =>
      configText({
        genesys: `region: eu-west-1\ncontract: ${contract}`,
        mappings: `- { group: a, queues: q, assign: ${assign} }`,
      });
    expect(await told(text('platform', 'scim-extension'))).toEqual([
      '9:36 mappings[0].assign is "scim-extension", which the contract "platform" does not know.',
    ]);
    expect(await told(text('scim-extension', 'direct-members'))).toHaveLength(1);
    expect(await told(text('auto', 'scim-extension'))).toEqual([]);
    expect(await told(text('platform', 'direct-members'))).toEqual([]);
  });
});

describe('the id of a mapping', () => {
  const idOf = async (entry: string) => (await mappingsOf(one(`- { queues: q, ${entry} }`)))[0]!.id;

  it('reads like the mapping', async () => {
    expect(await idOf('group: customer-support-tier1')).toBe('corp.customer-support-tier1');
    expect(await idOf('group: a, assign: direct-members')).toBe('corp.a.direct-members');
    expect(await idOf('group: a, assign: ring-groups, ring: 2')).toBe('corp.a.ring-groups.2');
    expect(await idOf('group: a, id: mine')).toBe('mine');
    expect(await idOf('group: "/^gc-queue-(?<queue>.+)$/"')).toMatch(/^corp\.gc-queue-queue-[0-9a-f]{6}$/u);
  });

  it('does not depend on the position in the file', async () => {
    const entries = [
      '- { group: a*, queues: q }',
      '- { group: b, queues: q }',
      '- { group: "c d", queues: q }',
    ];
    const ids = (await mappingsOf(one(entries.join('\n')))).map(mapping => mapping.id);
    const turned = (await mappingsOf(one(entries.toReversed().join('\n')))).map(mapping => mapping.id);
    expect(turned.toReversed()).toEqual(ids);
  });

  it('differs for groups that look alike', async () => {
    const entries = [
      'Sales/EMEA',
      'Sales EMEA',
      'Sales-EMEA',
      'Sales*EMEA',
      '{ name: Sales*EMEA }',
      '/Sales.EMEA/',
    ];
    const text = one(entries.map(group => `- group: ${group}\n  queues: q`).join('\n'));
    expect(new Set((await mappingsOf(text)).map(mapping => mapping.id)).size).toBe(entries.length);
  });

  it('is made of characters that need no quotes anywhere, for every name of a group', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, unit: 'binary' }), async name => {
        // A mark of order at the begin and half of a surrogate pair are no text that a file could hold.
        fc.pre(name.isWellFormed() && !name.includes('${'));
        const mappings = `- group: { name: ${JSON.stringify(name)} }\n  queues: q`;
        expect((await mappingsOf(one(mappings)))[0]!.id).toMatch(/^corp\.[A-Za-z0-9._-]{1,60}$/u);
      }),
      { numRuns: 200 },
    );
  });

  it('cannot be that of another mapping, and no mapping can be there twice', async () => {
    expect(await told(one('- { group: a, queues: q, id: x }\n- { group: b, queues: q, id: x }'))).toEqual([
      '9:32 mappings[1] has the id of mappings[0] ("x").',
    ]);
    expect(await told(one('- { group: a, queues: q }\n- { group: a, queues: r, from: corp }'))).toEqual([
      '9:14 mappings[1] maps the same group in the same way as mappings[0].',
    ]);
    expect(
      await told(two('- { group: a, queues: q, from: corp }\n- { group: a, queues: q, from: lab }')),
    ).toEqual([]);
  });
});

describe('the hours of a mapping', () => {
  const when = (written: string) => one(`- group: a\n  queues: b\n  when: ${written}`);

  it('are one window or a list of them', async () => {
    const window = { days: ['mon', 'tue'], hours: '08:00-18:00', timeZone: 'Europe/Berlin' };
    const written = '{ days: [mon, tue], hours: "08:00-18:00", timeZone: Europe/Berlin }';
    expect((await mappingsOf(when(written)))[0]!.when).toEqual([window]);
    expect((await mappingsOf(when(`[${written}, { days: [sat] }]`)))[0]!.when).toEqual([
      window,
      { days: ['sat'] },
    ]);
  });

  it.each([
    ['{}', 'mappings[0].when names neither hours nor days.'],
    ['[]', 'mappings[0].when must not be empty.'],
    ['{ timeZone: UTC }', 'mappings[0].when names neither hours nor days.'],
    ['{ hours: "8-18" }', 'mappings[0].when.hours must look like 08:00-18:00.'],
    ['{ hours: "08:00-24:30" }', 'mappings[0].when.hours must look like 08:00-18:00.'],
    [
      '{ hours: "08:00-08:00" }',
      'mappings[0].when.hours begins and ends at the same minute, so that it never holds.',
    ],
    [
      '{ days: [Mon] }',
      'mappings[0].when.days[0] must be "mon", "tue", "wed", "thu", "fri", "sat" or "sun", but is "Mon".',
    ],
    [
      '{ days: [mon], timeZone: Berlin }',
      'mappings[0].when.timeZone must be the name of a time zone, e.g. Europe/Berlin.',
    ],
    ['[{ days: [mon] }, {}]', 'mappings[0].when[1] names neither hours nor days.'],
  ])('written as %s are refused', async (written, expected) => {
    expect((await errorsIn(when(written))).map(error => error.happened)).toEqual([expected]);
  });

  it('tell two mappings of one group apart, also where they have no id', async () => {
    const both = await mappingsOf(
      one(
        '- { group: a, queues: b, when: { days: [mon] } }\n- { group: a, queues: c, when: { days: [tue] } }',
      ),
    );
    expect(new Set(both.map(each => each.id)).size).toBe(2);
    expect(
      (
        await told(
          one(
            '- { group: a, queues: b, when: { days: [mon] } }\n- { group: a, queues: c, when: { days: [mon] } }',
          ),
        )
      ).length,
    ).toBe(1);
  });
});
