// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configText, errorsIn, parse, warned } from './reading.ts';

describe('a secret written in plain', () => {
  it('is a warning with line and column, and what to do', async () => {
    const loaded = await parse(configText().replace('${SECRET}', 'hunter2'));
    expect(loaded.warnings).toEqual([
      {
        code: 'secret-in-plain',
        subject: '/etc/muster/muster.yaml:3:17',
        line: 3,
        column: 17,
        text: 'genesys.clientSecret: secret written in plain.',
        remedy:
          'Write ${NAME} for an environment variable or ${file:path} for a file, and change the secret.',
      },
    ]);
  });

  it('is found in the options that a kind of source names, at any depth', async () => {
    const sources = `one: { kind: vault, url: vault://a, password: hunter2 }
two:
  kind: vault
  url: vault://b
  auth:
    token: hunter3`;
    const mappings = '- { group: a, queues: b, from: one }\n- { group: a, queues: b, from: two }';
    expect(warned(await parse(configText({ sources, mappings })))).toEqual([
      '6:49 sources.one.password: secret written in plain.',
      '11:14 sources.two.auth.token: secret written in plain.',
    ]);
  });

  it('is found in the default of a reference and in the URL of a proxy', async () => {
    const genesys = 'region: eu-west-1\nproxy: http://me:hunter2@proxy.example.com:3128';
    const loaded = await parse(configText({ genesys }).replace('${SECRET}', '${NONE:-hunter3}'));
    expect(warned(loaded)).toEqual([
      '3:17 genesys.clientSecret: secret written in plain.',
      '5:10 A password inside a URL: secret written in plain.',
    ]);
  });

  it('is not complained of where it comes from the environment or a file', async () => {
    const text = configText().replace('${SECRET}', '${file:/run/secret}');
    const loaded = await parse(text, { env: { ID: 'x' }, files: { '/run/secret': 'hush\n' } });
    expect(loaded.warnings).toEqual([]);
  });
});

it('A secret with white space around it is a warning, unless it is a key of several lines.', async () => {
  const around = (secret: string) => parse(configText(), { env: { ID: 'x', SECRET: secret } });
  expect(warned(await around('hush '))).toEqual([
    '3:17 genesys.clientSecret begins or ends with white space.',
  ]);
  expect(warned(await around('-----BEGIN\nkey\n-----END\n'))).toEqual([]);
});

describe('the values to redact', () => {
  it('are those in the place of a secret, their parts, those of files, and passwords in URLs; longest first', async () => {
    const genesys = 'region: eu-west-1\nproxy: http://me:p%40ss@proxy.example.com\ncaFile: ${file:ca}';
    const sources = 'corp: { kind: vault, url: vault://a, password: "pre-${PART}" }';
    const { secrets } = await parse(configText({ genesys, sources }), {
      env: { ID: 'client-1', SECRET: 'client secret', PART: 'inner part' },
      files: { '/etc/muster/ca': 'name-from-file' },
    });
    expect(secrets).toEqual([
      'name-from-file',
      'pre-inner part',
      'client secret',
      'inner part',
      'p%40ss',
      'p@ss',
    ]);
  });

  it('hold no ordinary values of the environment', async () => {
    const text = configText({ genesys: 'region: ${REGION}' });
    const { secrets } = await parse(text, { env: { ID: 'client-1', SECRET: 'hush', REGION: 'eu-west-1' } });
    expect(secrets).toEqual(['hush']);
  });
});

// The slips that people make around a secret: wrong type, wrong place, broken YAML, unknown key.
const slips: readonly ((secret: string) => string)[] = [
  secret => `clientSecret: ${secret}`,
  secret => `clientSecret: [${secret}]`,
  secret => `clientSecret: { ${secret}: 1 }`,
  secret => `clientSecret: "${secret}`,
  secret => `clientSecret: "a" ${secret}`,
  secret => `clientSecret: *${secret}`,
  secret => `clientSecret: !${secret}`,
  secret => `clientSecret: &${secret}`,
  secret => `clientSecret: @${secret}`,
  secret => `clientSecret: a: ${secret}`,
  secret => `clientSecret:\n\t${secret}`,
  secret => `clientSecret: {a ${secret}`,
  secret => `contract: \${SECRET} # ${secret}`,
  secret => `attempts: \${SECRET} # ${secret}`,
  secret => `region: \${SECRET} # ${secret}`,
  secret => `baseUrl: \${SECRET} # ${secret}`,
  secret => `proxy: ftp://me:${secret}@example.com`,
  secret => `baseUrl: http://me:${secret}@example.com`,
];

it('No error and no warning holds a secret, whatever the slip.', async () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9]{12,20}$/u);
  await fc.assert(
    fc.asyncProperty(secret, fc.nat(slips.length - 1), async (value, at) => {
      const line = slips[at]!(value);
      const lines = ['clientId: x', 'clientSecret: ${SECRET}', 'region: eu-west-1'];
      const others = lines.filter(each => each.split(':')[0] !== line.split(':')[0]);
      const text = `genesys:\n  ${[...others, line].join('\n  ')}\nsources: { a: { kind: list, path: b } }\nmappings: [{ group: a, queues: b }]\n`;
      const around = { env: { SECRET: value } };
      const errors = await errorsIn(text, around);
      const said = errors.map(error => `${JSON.stringify(error)} ${error.message} ${error.stack}`);
      if (errors.length === 0) said.push(JSON.stringify((await parse(text, around)).warnings));
      expect(said.join('\n')).not.toContain(value);
    }),
    { numRuns: 400 },
  );
});
