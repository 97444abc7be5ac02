// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import { describe, expect, it } from 'vitest';
import { configText, errorsIn, parse, told, warned } from './reading.ts';

const genesys = (text: string) => configText({ genesys: text });

describe('the region', () => {
  it.each(['eu-west-1', 'mypurecloud.ie', 'https://login.mypurecloud.ie/', 'usw2.pure.cloud'])(
    'may be %s',
    async region => {
      const loaded = await parse(genesys(`region: ${region}`));
      expect(loaded.config.genesys.region).toBe(region);
      expect(loaded.warnings).toEqual([]);
    },
  );

  it('that is none comes with the nearest ones', async () => {
    const [error] = await errorsIn(genesys('region: eu-wst-1'));
    expect(error!.remedy).toMatch(/^Did you mean "eu-west-1"/u);
  });

  it('that is an unknown domain is a warning with the nearest one, because the secret is sent there', async () => {
    const loaded = await parse(genesys('region: mypurecloud.co'));
    expect(warned(loaded)).toEqual(['4:11 genesys.region is a domain that muster does not know.']);
    expect(loaded.warnings[0]!.remedy).toMatch(/^Did you mean "mypurecloud/u);
  });

  it('may be left out beside a baseUrl, and not otherwise', async () => {
    const { config } = await parse(genesys('baseUrl: http://127.0.0.1:8080/'));
    expect(config.genesys.baseUrl).toBe('http://127.0.0.1:8080');
    expect(await told(genesys('attempts: 3'))).toEqual(['1:1 genesys needs a region or a baseUrl.']);
  });
});

describe('a base or login URL', () => {
  it.each([
    'http://127.0.0.1:1',
    'http://127.9.9.9',
    'http://localhost:8080',
    'http://[::1]:80',
    'https://example.com/a',
  ])('may be %s', async url => {
    expect(await told(genesys(`baseUrl: ${url}\nloginUrl: ${url}`))).toEqual([]);
  });

  it.each([
    'http://example.com',
    'http://10.0.0.1',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
  ])('of %s is refused without allowInsecure and accepted with it', async url => {
    const happened = 'is http:// to another machine: the client secret would travel in the clear.';
    expect(await told(genesys(`baseUrl: ${url}\nloginUrl: ${url}`))).toEqual([
      `4:12 genesys.baseUrl ${happened}`,
      `5:13 genesys.loginUrl ${happened}`,
    ]);
    expect(await told(genesys(`baseUrl: ${url}\nallowInsecure: true`))).toEqual([]);
  });

  it('holds no credentials, no query and no fragment', async () => {
    expect(await told(genesys('baseUrl: https://a:b@example.com/?x=1'))).toEqual([
      '4:12 genesys.baseUrl holds a user name or password.',
      '4:12 genesys.baseUrl holds a query or fragment.',
    ]);
  });

  it.each(['example.com', 'ftp://example.com', '/api'])('%s is none', async url => {
    expect(await told(genesys(`baseUrl: ${url}`))).toEqual([
      '4:12 genesys.baseUrl must be a URL that begins with https:// (or http://).',
    ]);
  });
});

it.each([
  ['timeoutSeconds: 0', 'must be more than 0, but is 0'],
  ['timeoutSeconds: 601', 'must be at most 600, but is 601'],
  ['attempts: 2.5', 'must be a whole number, but is 2.5'],
  ['concurrency: 33', 'must be at most 32, but is 33'],
  ['queueMemberBatch: 101', 'must be at most 100, but is 101'],
  ['memberBatch: -1', 'must be at least 1, but is -1'],
  ['settleSeconds: soon', 'must be a number, but is "soon"'],
  ['allowInsecure: yes', 'must be true or false, but is "yes"'],
])('"%s" is out of bounds.', async (line, expected) => {
  const key = line.split(':')[0]!;
  const [happened, ...more] = await told(genesys(`region: eu-west-1\n${line}`));
  expect(happened).toBe(`5:${key.length + 5} genesys.${key} ${expected}.`);
  expect(more).toEqual([]);
});
