// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import { describe, expect, it } from 'vitest';
import { configText, errorsIn, parse, told } from './reading.ts';

const env = { ID: 'client-1', SECRET: 'hush', SITE: 'Berlin', EMPTY: '', ATTEMPTS: '7', INSECURE: 'true' };
const files = {
  '/etc/muster/keys/secret': 'from a file\n',
  '/run/secrets/two': 'a\nb\n\n',
  '/etc/muster/void': '\n',
};

const filled = async (text: string): Promise<unknown> => {
  const { config } = await parse(configText({ sources: `corp:\n  kind: list\n  path: ${text}` }), {
    env,
    files,
  });
  return (config.sources.corp!.options as { path: string }).path;
};

describe('a reference', () => {
  it.each([
    ['a variable', '${SITE}', 'Berlin'],
    ['a variable inside a text', 'Sales_${SITE}_1', 'Sales_Berlin_1'],
    ['several variables', '${SITE}-${SITE}', 'Berlin-Berlin'],
    ['a variable that is set, with a default', '${SITE:-Bonn}', 'Berlin'],
    ['a variable that is not set, with a default', '${TOWN:-Bonn}', 'Bonn'],
    ['a variable that is empty, with a default', '${EMPTY:-Bonn}', 'Bonn'],
    ['a default with a dash and a colon', '${TOWN:-a:-b}', 'a:-b'],
    ['a file beside the config', '${file:keys/secret}', 'from a file'],
    ['a file anywhere, only its last newline taken off', '${file:/run/secrets/two}', 'a\nb\n'],
    ['an escaped one', '$${SITE}', '${SITE}'],
    ['an escaped one beside a real one', '$${SITE}=${SITE}', '${SITE}=Berlin'],
    ['a dollar that is none', 'a$b$', 'a$b$'],
    ['quotes', '"${SITE}"', 'Berlin'],
    ['single quotes', "'${SITE}'", 'Berlin'],
  ])('is filled from %s', async (_, text, expected) => {
    expect(await filled(text)).toBe(expected);
  });

  it('needs no quotes inside brackets', async () => {
    const mappings = '- { group: a, queues: [${SITE}, b] }';
    expect((await parse(configText({ mappings }), { env })).config.mappings[0]!.queues).toEqual([
      'Berlin',
      'b',
    ]);
    const sources = 'corp: {kind: vault, url: vault://a, password: ${SECRET}}';
    const { config } = await parse(configText({ sources }), { env });
    expect(config.sources.corp!.options).toEqual({ url: 'vault://a', password: 'hush' });
  });

  it('leaves the positions of what follows it in the line as they are', async () => {
    const sources = 'corp: { kind: vault, password: ${SECRET}, url: x }';
    expect(await told(configText({ sources }), { env })).toEqual([
      '6:50 sources.corp.url must begin with vault://.',
    ]);
  });

  it('stands for a number or a truth value where one is asked for', async () => {
    const genesys = 'baseUrl: http://example.com\nattempts: ${ATTEMPTS}\nallowInsecure: ${INSECURE}';
    const { config } = await parse(configText({ genesys }), { env });
    expect(config.genesys).toMatchObject({ attempts: 7, allowInsecure: true });
  });

  it('stays text where text is asked for, digits or not', async () => {
    const { config } = await parse(configText(), { env: { ID: '12', SECRET: '0123' } });
    expect(config.genesys).toMatchObject({ clientId: '12', clientSecret: '0123' });
  });

  it('that comes out empty counts as left out', async () => {
    const genesys = 'region: eu-west-1\nproxy: ${HTTPS_PROXY:-}';
    expect((await parse(configText({ genesys }), { env })).config.genesys).not.toHaveProperty('proxy');
    expect(await told(configText().replace('${ID}', '${EMPTY:-}'), { env })).toEqual([
      '2:3 genesys.clientId is missing.',
    ]);
  });

  it('is not looked for in keys', async () => {
    expect(await told(configText({ sources: '"${SITE}": { kind: list, path: a }' }), { env })).toEqual([
      '6:3 "${SITE}" cannot be the id of a source.',
    ]);
  });

  it('to something that is an own property of every object is not found there', async () => {
    expect(await told(configText().replace('${ID}', '${constructor}'))).toEqual([
      '2:13 The environment variable constructor is not set.',
    ]);
  });
});

describe('what cannot be filled', () => {
  it('is told all at once, together with the other mistakes', async () => {
    const genesys = 'region: ${REGION}\ncaFile: ${file:none.pem}\nproxy: ${EMPTY}\nattempts: 0';
    const text = configText({ genesys, sources: 'corp: { kind: list, path: "${file:void}" }' });
    const errors = await errorsIn(text, { env, files });
    expect(errors.map(error => [error.code, error.subject, error.happened])).toEqual([
      [
        'config.secret-missing',
        '/etc/muster/muster.yaml:4:11',
        'The environment variable REGION is not set.',
      ],
      [
        'config.secret-missing',
        '/etc/muster/muster.yaml:5:11',
        'The secret file /etc/muster/none.pem cannot be read (there is no such file).',
      ],
      ['config.secret-missing', '/etc/muster/muster.yaml:6:10', 'The environment variable EMPTY is empty.'],
      ['config.invalid', '/etc/muster/muster.yaml:7:13', 'genesys.attempts must be at least 1, but is 0.'],
      ['config.secret-missing', '/etc/muster/muster.yaml:9:29', 'The secret file /etc/muster/void is empty.'],
    ]);
  });

  it('names every variable of one text', async () => {
    expect(await told(configText().replace('${ID}', '${A}-${B}'))).toEqual([
      '2:13 The environment variable A is not set.',
      '2:13 The environment variable B is not set.',
    ]);
  });

  it('suggests a variable of nearly that name', async () => {
    const [error] = await errorsIn(configText().replace('${ID}', '${GENESYS_CLIENTID}'), {
      env: { ...env, GENESYS_CLIENT_ID: 'x' },
    });
    expect(error!.remedy).toBe('Set GENESYS_CLIENTID; GENESYS_CLIENT_ID is set, is that the one?');
  });

  it('is not told again as a value that does not fit', async () => {
    const text = configText({ sources: 'corp: { kind: vault, url: "${URL}", password: p }' });
    expect(await told(text)).toEqual(['6:29 The environment variable URL is not set.']);
  });

  it.each(['${', '${}', '${A', '${A B}', '${1A}', '${A-b}', '${file:}'])(
    'includes %s, which is no reference',
    async text => {
      expect(await told(configText().replace('${ID}', `'${text}'`))).toEqual([
        '2:13 A "${" that is no reference.',
      ]);
    },
  );
});
