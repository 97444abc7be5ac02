import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/load.ts';
import type { Directory } from '../../src/model/directory.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';
import { apiToken, oktaFrom } from '../support/okta-rig.ts';
import type { OktaServer } from '../support/okta-server.ts';
import { crowd, org, read } from '../support/okta-talk.ts';

const never = new AbortController().signal;

describe('users of Okta as people', () => {
  it('the status says who may be placed', async () => {
    const server = await org();
    const statuses = [
      'STAGED',
      'PROVISIONED',
      'ACTIVE',
      'RECOVERY',
      'PASSWORD_EXPIRED',
      'LOCKED_OUT',
      'SUSPENDED',
      'DEPROVISIONED',
      'SOMETHING_NEW',
    ];
    server.directory.addGroup(
      'All',
      statuses.map(status => server.directory.addUser({ login: status }, status)),
    );
    const told = (directory: Directory) =>
      Object.fromEntries(directory.people.map(({ userName, status }) => [userName, status]));
    expect(told(await read(server, 'All'))).toEqual({
      STAGED: 'suspended',
      PROVISIONED: 'suspended',
      ACTIVE: 'active',
      RECOVERY: 'active',
      PASSWORD_EXPIRED: 'active',
      LOCKED_OUT: 'active',
      SUSPENDED: 'suspended',
      DEPROVISIONED: 'deprovisioned',
      SOMETHING_NEW: 'unknown',
    });
    const strict = told(await read(server, 'All', { activeStatuses: ['ACTIVE'] }));
    expect(strict).toMatchObject({ ACTIVE: 'active', LOCKED_OUT: 'suspended', RECOVERY: 'suspended' });
  });

  it('the primary address comes first, each address once, and numbers are texts', async () => {
    const server = await org();
    const ana = server.directory.addUser({
      login: 'ana@example.org',
      email: 'Ana.Souza@example.org',
      secondEmail: 'ana@example.net',
      thirdEmail: 'ana.souza@EXAMPLE.org',
      firstName: 'Ana',
      lastName: 'Souza',
      employeeNumber: 7,
      genesysId: 'b5ad9f6c-5b0a-4c57-a4ab-6f8e3b5a3c33',
      skills: ['en', 'pt'],
      title: null,
    });
    server.directory.addGroup('Support', [ana]);
    const email = ['email', 'secondEmail', 'thirdEmail'];
    const attributes = { email, userId: 'genesysId', extra: ['skills', 'title'] };
    const directory = await read(server, 'Support', { attributes });
    expect(directory.people).toEqual([
      {
        key: `okta:${ana.id}`,
        id: ana.id,
        name: 'Ana Souza',
        userName: 'ana@example.org',
        emails: ['Ana.Souza@example.org', 'ana@example.net'],
        externalId: '7',
        userId: 'b5ad9f6c-5b0a-4c57-a4ab-6f8e3b5a3c33',
        status: 'active',
        attributes: { skills: ['en', 'pt'] },
      },
    ]);
  });
});

describe('checking an Okta source', () => {
  const check = (server: OktaServer, clock?: EagerClock) =>
    oktaFrom({ url: server.url, token: apiToken, pageSize: 10 }, clock).check(never);

  it('says who we are, how many groups there are, and what is wrong with API tokens', async () => {
    const server = await org();
    crowd(server, 'Support', 1);
    const { server: told, groups, warnings } = await check(server);
    expect(told).toBe(`Okta at ${server.url} as API token`);
    expect(groups).toBe(1);
    expect(warnings).toEqual([expect.stringContaining('30 days')]);
  });

  it('warns of a clock that is off, of an org without groups, and of members that cannot be read', async () => {
    const empty = await org(eagerClock(Date.UTC(2026, 0, 5, 9, 10)));
    const { warnings } = await check(empty);
    expect(warnings.join('\n')).toContain('600 seconds apart');
    expect(warnings.join('\n')).toContain('shows no group');
    const blind = await org();
    crowd(blind, 'Support', 1);
    blind.seesMembers = false;
    expect((await check(blind)).warnings.join('\n')).toContain('Members cannot be read');
  });

  it('counts no groups where the first page is not all', async () => {
    const server = await org();
    for (let index = 0; index < 12; index++) crowd(server, `team-${index}`, 0);
    expect(await check(server)).not.toHaveProperty('groups');
  });
});

describe('the options of an Okta source', () => {
  const mistakes = (options: Readonly<Record<string, unknown>>) => {
    try {
      oktaFrom(options);
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ['the admin console', { url: 'https://acme-admin.okta.com', token: 'x' }, 'take \\"-admin\\" out'],
    [
      'an authorization server',
      { url: 'https://acme.okta.com/oauth2/default', token: 'x' },
      'without a path',
    ],
    ['plain http', { url: 'http://acme.okta.com', token: 'x' }, 'begins with https'],
    ['two ways to log in', { url: 'https://a.okta.com', token: 'x', clientId: 'y' }, 'either a token'],
    ['no way to log in', { url: 'https://a.okta.com' }, 'clientId and privateKey'],
    ['half a service app', { url: 'https://a.okta.com', clientId: 'y' }, 'privateKey'],
    ['an unknown key', { url: 'https://a.okta.com', token: 'x', tokn: 'y' }, 'tokn'],
  ])('%s is a mistake', (_, options, text) => {
    expect(mistakes(options)).toContain(text);
  });
});

describe('an Okta source in a config', () => {
  const parse = (privateKey: string) =>
    parseConfig(
      `genesys: { region: eu-west-1, clientId: \${ID}, clientSecret: \${SECRET} }
sources:
  okta: { kind: okta, url: https://acme.okta.com, clientId: 0oa1, privateKey: ${privateKey} }
mappings: [{ group: a, queues: [b] }]
`,
      {
        path: 'muster.yaml',
        env: { ID: 'i', SECRET: 's', KEY: 'the-key-itself' },
        readFile: () => Promise.reject(new Error('no file')),
      },
    );

  it('has its key among the secrets, and a key in plain is a warning', async () => {
    const good = await parse('"${KEY}"');
    expect(good.warnings).toEqual([]);
    expect(good.secrets).toContain('the-key-itself');
    const plain = await parse('{ kty: EC, crv: P-256, d: the-secret-part }');
    expect(plain.secrets).toContain('the-secret-part');
    expect(plain.warnings.map(({ text }) => text)).toEqual([
      'sources.okta.privateKey: secret written in plain.',
    ]);
  });
});
