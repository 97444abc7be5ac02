// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { configText, errorsIn, kinds, parse, told, warned } from './reading.ts';

describe('a config without mistakes', () => {
  it('comes with every default in its place', async () => {
    const { config, warnings } = await parse(configText());
    expect(config).toEqual({
      genesys: {
        region: 'eu-west-1',
        clientId: 'client-1',
        clientSecret: 's3cret-of-the-client',
        contract: 'auto',
        allowInsecure: false,
        timeoutSeconds: 30,
        attempts: 5,
        deadlineSeconds: 300,
        concurrency: 4,
        settleSeconds: 120,
        rememberHours: 24,
        memberBatch: 50,
        queueMemberBatch: 100,
      },
      sources: { corp: { kind: 'list', options: { path: 'people.yaml', pageSize: 100 } } },
      mappings: [
        { id: 'corp.support', from: 'corp', group: { kind: 'exact', text: 'support' }, queues: ['Support'] },
      ],
      limits: {
        removals: { percent: 20, count: 50, percentFrom: 10, whenGroupGone: 'keep' },
        additions: {},
        staffing: { minMembers: 1, queues: [] },
        quarantine: { percent: 50, from: 5 },
        protect: { people: [], groups: [], queues: [] },
        drain: { graceSeconds: 0, queues: [] },
        queueSize: 5000,
        groupsPerUser: 100,
        overlap: 'note',
        takenAway: 'put-back',
      },
      people: { match: ['email', 'userName', 'externalId'], missing: 'report' },
      state: { dir: '/etc/muster/.muster' },
    });
    expect(warnings).toEqual([]);
  });

  it('may be JSON, tabs and all', async () => {
    const json = JSON.stringify(
      {
        genesys: { region: 'eu-west-1', clientId: '${ID}', clientSecret: '${SECRET}' },
        sources: { corp: { kind: 'list', path: 'people.yaml' } },
        mappings: [{ group: 'support', queues: ['Support'] }],
      },
      undefined,
      '\t',
    );
    expect((await parse(json)).config).toEqual((await parse(configText())).config);
  });

  it('may begin with a byte order mark', async () => {
    expect((await parse(`\uFEFF${configText()}`)).config.genesys.region).toBe('eu-west-1');
  });

  it('may leave an optional section empty, as when all of it is commented out', async () => {
    const { config } = await parse(configText({ rest: 'limits:\n  # overlap: refuse\npeople:\n' }));
    expect(config.limits.overlap).toBe('note');
  });

  it('has its paths made absolute, starting at the config file', async () => {
    const text = configText({
      genesys: 'region: eu-west-1\ncaFile: tls/ca.pem',
      rest: 'state: { dir: ../state }',
    });
    const { config, baseDir } = await parse(text);
    expect(baseDir).toBe('/etc/muster');
    expect(config.genesys.caFile).toBe('/etc/muster/tls/ca.pem');
    expect(config.state.dir).toBe('/etc/state');
  });

  it('may repeat parts with anchors and aliases', async () => {
    const mappings = '- { group: a, queues: &q [Support, Sales] }\n- { group: b, queues: *q }';
    const { config } = await parse(configText({ mappings }));
    expect(config.mappings[1]!.queues).toEqual(['Support', 'Sales']);
  });
});

describe('mistakes', () => {
  it('come all at once, each with line and column, in the order of the text', async () => {
    const text = `genesys:
  region: eu-wst-1
  clientID: x
  clientSecret: \${SECRET}
  concurrency: many
  timeoutSeconds: 0
  contract: platfrom
sources:
  corp: { kind: lst, path: \${DIR_PATH} }
  two: { kind: list, pth: a }
  "3x": { kind: list, path: a }
mappings:
  - group: /^a(?<q>.+$/
    queues: [{q}]
    from: crop
  - from: two
    group: 12
    queues: []
    assign: member-group
limit:
  removals: { percent: 200 }
people:
  match: [mail]
`;
    expect(await told(text)).toEqual([
      '2:11 genesys.region is neither an AWS region of Genesys Cloud nor a domain.',
      '3:3 Unknown key "clientID" in genesys.',
      '5:16 genesys.concurrency must be a number, but is "many".',
      '6:19 genesys.timeoutSeconds must be more than 0, but is 0.',
      '7:13 genesys.contract must be "auto", "platform" or "scim-extension", but is "platfrom".',
      '9:17 sources.corp.kind names no kind of source; there are "list" or "vault".',
      '9:28 The environment variable DIR_PATH is not set.',
      '10:22 Unknown key "pth" in sources.two.',
      '11:3 "3x" cannot be the id of a source.',
      '13:12 mappings[0].group is not a regular expression: unterminated group.',
      '14:14 mappings[0].queues[0] must be text, but is a block.',
      '15:11 mappings[0].from names no source ("crop").',
      '17:12 mappings[1].group must be text, but is 12.',
      '18:13 mappings[1].queues must not be empty.',
      '19:13 mappings[1].assign must be "member-groups", "direct-members", "ring-groups" or "scim-extension", but is "member-group".',
      '20:1 Unknown section "limit".',
      '23:11 people.match[0] must be "email", "userName", "externalId" or "id", but is "mail".',
    ]);
  });

  it.each([
    ['genesys', configText({ genesys: 'regoin: eu-west-1' }), 'Did you mean "region"?'],
    [
      'a source',
      configText({ sources: 'corp: { kind: list, path: a, pagesize: 3 }' }),
      'Did you mean "pageSize"?',
    ],
    ['the kind of a source', configText({ sources: 'corp: { kind: valt }' }), 'Did you mean "vault"?'],
    ['a mapping', configText({ mappings: '- { grp: a, queues: b }' }), 'Did you mean "group"?'],
    ['nested limits', configText({ rest: 'limits: { removals: { percnt: 3 } }' }), 'Did you mean "percent"?'],
    ['a section', configText({ rest: 'poeple: { missing: fail }' }), 'Did you mean "people"?'],
    ['a choice', configText({ rest: 'people: { missing: raport }' }), 'Did you mean "report"?'],
    ['a group block', configText({ mappings: '- { group: { nme: a }, queues: b }' }), 'Did you mean "name"?'],
  ])('suggest the nearest word in %s', async (_, text, remedy) => {
    expect((await errorsIn(text)).map(error => error.remedy)).toContain(remedy);
  });

  it('of a misspelt key are not told a second time as a missing key', async () => {
    expect(await told(configText({ mappings: '- { grup: a, queues: b }' }))).toEqual([
      '8:7 Unknown key "grup" in mappings[0].',
    ]);
    expect(await told(configText().replace('mappings:', 'mapping:'))).toEqual([
      '7:1 Unknown section "mapping".',
    ]);
  });

  it('point at the block in which something is missing', async () => {
    expect(
      await told('genesys:\n  region: eu-west-1\nsources: { a: { kind: list } }\nmappings: []\n'),
    ).toEqual([
      '1:1 genesys.clientId is missing.',
      '1:1 genesys.clientSecret is missing.',
      '3:12 sources.a.path is missing.',
    ]);
  });

  it('name every section that is not there', async () => {
    const happened = (await errorsIn('people: {}')).map(error => error.happened);
    expect(happened).toEqual(['genesys is missing.', 'sources is missing.', 'mappings is missing.']);
  });

  it.each([
    ['007', 'externalId: 007', 'Put quotes around it: "007".'],
    ['true', 'displayName: true', 'Put quotes around it: "true".'],
    ['{queue} without quotes', 'queues: [{queue}]', 'Put quotes around it: "{queue}".'],
  ])('of YAML taking %s for something else than text say how to quote it', async (_, line, remedy) => {
    const [key] = line.split(':');
    const lines = ['group: /^a-(?<queue>.+)$/', 'queues: ["{queue}"]'].filter(each => !each.startsWith(key!));
    const text = configText({ mappings: `- ${[...lines, line].join('\n  ')}` });
    expect((await errorsIn(text)).map(error => error.remedy)).toEqual([remedy]);
  });

  it('that a kind of source finds are told with their place, words and key', async () => {
    const sources = 'corp:\n  kind: vault\n  url: http://x\n  password: p';
    expect(await told(configText({ sources }))).toEqual(['8:10 sources.corp.url must begin with vault://.']);
    const none = 'corp:\n  kind: vault\n  url: vault://x';
    expect(await told(configText({ sources: none }))).toEqual([
      '6:3 sources.corp.password is missing; give it or auth.',
    ]);
  });

  it('of an empty file or one of another shape say how to begin', async () => {
    expect(await told('')).toEqual(['1:1 The config file is empty.']);
    expect(await told('# nothing\n')).toEqual(['1:1 The config file is empty.']);
    expect(await told('- a\n- b\n')).toEqual(['1:1 The config file is no block of keys.']);
  });

  it('hold an empty list of mappings apart from a list that somebody commented out', async () => {
    const text = configText({ mappings: '# - group: support' });
    expect(await told(text)).toEqual(['7:10 mappings is empty.']);
    const none = await parse(configText().replace(/mappings:[\s\S]*$/u, 'mappings: []\n'));
    expect(warned(none)).toEqual([
      '7:11 No group is mapped: everything that is ours would be taken away, within the limits.',
    ]);
  });
});

describe('YAML that cannot be read', () => {
  it.each([
    ['a tab as indentation', 'genesys:\n\tregion: eu-west-1\n', '2:1 A tab indents this line.'],
    ['a key twice', 'genesys: {}\ngenesys: {}\n', '2:1 This key is written twice in one block.'],
    [
      'a missing quote',
      'genesys:\n  region: "eu-west-1\n',
      '3:1 A closing quote, bracket or colon is missing.',
    ],
    ['two documents', 'a: 1\n---\nb: 2\n', '2:1 The file holds more than one YAML document.'],
    ['a text with a colon', 'a: b: c\n', '1:4 A second colon in one line.'],
    ['a block as a key', '? [a]\n: b\n', '1:3 This key is no text.'],
    [
      'an alias of nothing',
      'a: *b\n',
      '1:4 A text that begins with "*" is an alias to YAML, and its anchor is nowhere above.',
    ],
    ['an alias inside itself', 'a: &x [*x]\n', '1:8 An alias inside its own anchor.'],
    ['a tag', 'a: !b c\n', '1:4 A text that begins with "!" is a tag to YAML and means nothing here.'],
  ])('(%s) is told with its place', async (_, text, expected) => {
    expect(await told(text)).toEqual([expected]);
  });

  it('tells one mistake a line, and those of every line', async () => {
    const places = (await told('a: "x" y z\nb: 1\nc: "x" y z\n')).map(each => each.split(' ')[0]);
    expect(places.map(place => place!.split(':')[0])).toEqual(['1', '3']);
  });

  it('may repeat one part in every mapping', async () => {
    const entries = Array.from(
      { length: 500 },
      (_, at) => `- { group: g${at}, queues: ${at ? '*q' : '&q [a, b]'} }`,
    );
    const { config } = await parse(configText({ mappings: entries.join('\n') }));
    expect(config.mappings.at(-1)).toMatchObject({ queues: ['a', 'b'] });
  });

  it('whose aliases unfold beyond all bounds is refused', async () => {
    const level = (at: number) =>
      `l${at}: &l${at} [${Array.from({ length: 9 }, () => `*l${at - 1}`).join(', ')}]`;
    const text = ['l0: &l0 [x]', ...Array.from({ length: 9 }, (_, at) => level(at + 1))].join('\n');
    expect(await told(text)).toEqual(['1:1 The aliases of the file unfold to more than 10000 parts.']);
  });
});

describe('a config file', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'muster-config-'));
  });
  afterAll(() => rm(dir, { recursive: true }));

  it('is read from disk, with its secret files beside it', async () => {
    const path = join(dir, 'muster.yaml');
    await writeFile(path, configText().replace('${SECRET}', '${file:client.secret}'));
    await writeFile(join(dir, 'client.secret'), 'from the file\n');
    const loaded = await loadConfig(path, { env: { ID: 'client-1' }, kinds });
    expect(loaded.config.genesys.clientSecret).toBe('from the file');
    expect(loaded).toMatchObject({ path, baseDir: dir, warnings: [], secrets: ['from the file'] });
  });

  it('that is not there is answered with `muster init`', async () => {
    const path = join(dir, 'none.yaml');
    await expect(loadConfig(path, { env: {}, kinds })).rejects.toMatchObject({
      code: 'config.not-found',
      subject: path,
      remedy: expect.stringContaining('`muster init`'),
    });
  });

  it('that is a directory is told as one that cannot be read', async () => {
    await expect(loadConfig(dir, { env: {}, kinds })).rejects.toMatchObject({
      code: 'config.not-found',
      happened: 'The config file cannot be read (EISDIR).',
    });
  });

  it('does not draw an endless secret file into memory', async () => {
    const path = join(dir, 'endless.yaml');
    await writeFile(path, configText().replace('${SECRET}', '${file:/dev/zero}'));
    await expect(loadConfig(path, { env: { ID: 'a' }, kinds })).rejects.toMatchObject({
      code: 'config.secret-missing',
      happened: 'The secret file /dev/zero cannot be read (it is larger than 64 KiB).',
    });
  });
});
