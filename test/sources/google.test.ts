import { describe, expect, it } from 'vitest';
import { googleFrom, googleOptionsFor } from '../support/google-rig.ts';
import { type GoogleServer, googleError } from '../support/google-server.ts';
import { crowd, one, read, workspace } from '../support/google-talk.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';

const never = new AbortController().signal;

describe('people of Google Workspace', () => {
  it('come with name, addresses, employee id and custom fields', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 0);
    const ana = server.directory.addUser('Ana.Souza@example.org', {
      name: { fullName: 'Ana Souza' },
      aliases: ['ana@example.org', 'ana.souza@example.org'],
      externalIds: [
        { type: 'custom', customType: 'badge', value: '42' },
        { type: 'organization', value: '007' },
      ],
      customSchemas: { Genesys: { id: 'b5ad9f6c-5b0a-4c57-a4ab-6f8e3b5a3c33', skills: [{ value: 'en' }] } },
    });
    server.directory.join(group, ana);
    const attributes = {
      userId: 'customSchemas.Genesys.id',
      extra: ['customSchemas.Genesys.skills', 'externalIds.badge', 'customSchemas.None.none'],
    };
    expect((await read(server, 'Support', { attributes })).people).toEqual([
      {
        key: `workspace:${ana.id}`,
        id: ana.id,
        name: 'Ana Souza',
        userName: 'Ana.Souza@example.org',
        emails: ['Ana.Souza@example.org', 'ana@example.org'],
        externalId: '007',
        userId: 'b5ad9f6c-5b0a-4c57-a4ab-6f8e3b5a3c33',
        status: 'active',
        attributes: { 'customSchemas.Genesys.skills': ['en'], 'externalIds.badge': ['42'] },
      },
    ]);
  });

  it('who are suspended or archived are so', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 0);
    const states = [{}, { suspended: true }, { archived: true }];
    for (const [index, state] of states.entries())
      server.directory.join(group, server.directory.addUser(`p${index}@example.org`, state));
    const statuses = async (more: Readonly<Record<string, unknown>>) =>
      (await read(server, 'Support', more)).people.map(({ status }) => status);
    expect(await statuses({})).toEqual(['active', 'suspended', 'suspended']);
    // A member of a group says "suspended", and says nothing of the archive.
    expect(await statuses({ readUsers: false })).toEqual(['active', 'suspended', 'active']);
  });

  it('from outside are left out and counted, taken in, or a reason to remove nobody', async () => {
    const server = await workspace();
    const group = crowd(server, 'Support', 2);
    const id = server.directory.joinOutsider(group, 'guest@other.example');
    const skipped = await read(server, 'Support');
    expect(one(skipped, 'Support')).toMatchObject({
      skipped: [{ type: 'external', count: 1 }],
      evidence: { complete: true },
    });
    expect(skipped.people).toHaveLength(2);

    const included = await read(server, 'Support', { external: 'include' });
    expect(one(included, 'Support').members).toHaveLength(3);
    expect(included.people.find(person => person.id === id)).toMatchObject({
      emails: ['guest@other.example'],
      status: 'unknown',
    });

    const doubted = one(await read(server, 'Support', { external: 'incomplete' }), 'Support');
    expect(doubted.evidence).toMatchObject({
      complete: false,
      reasons: ['1 member is from outside the account'],
    });
  });

  it('cost one request for a page of the list, and one each where the list would cost more', async () => {
    const server = await workspace();
    for (let index = 0; index < 30; index++) server.directory.addUser(`other-${index}@example.org`);
    crowd(server, 'Support', 3);
    server.largestPage = 5;
    expect((await read(server, 'Support')).people).toHaveLength(3);
    const users = server.requests.filter(({ url }) => url.pathname.includes('/users'));
    expect(users.map(({ url }) => url.pathname.split('/users')[1] !== '')).toEqual([
      false,
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it('who cannot be looked up are nobody lost: their address in the group remains', async () => {
    const server = await workspace();
    crowd(server, 'Support', 3);
    server.fault = ({ url }) =>
      url.pathname.includes('/users') ? googleError(403, 'forbidden', 'Not Authorized') : undefined;
    const directory = await read(server, 'Support');
    expect(directory.people.map(({ emails }) => emails)).toEqual([
      ['support-0@example.org'],
      ['support-1@example.org'],
      ['support-2@example.org'],
    ]);
    expect(one(directory, 'Support').evidence.complete).toBe(true);
    expect(directory.notes).toMatchObject([{ code: 'source.note', level: 'warning' }]);
  });

  it('whose status nobody tells make the group incomplete', async () => {
    const server = await workspace();
    server.directory.joinOutsider(crowd(server, 'Support', 3), 'guest@other.example');
    server.fault = ({ url }) =>
      url.pathname.includes('/users') ? googleError(403, 'forbidden', 'Not Authorized') : undefined;
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(4);
    expect(evidence).toMatchObject({
      complete: false,
      reasons: ['the status of 1 member could not be seen'],
    });
  });

  it('whose list breaks off are looked up one by one', async () => {
    const server = await workspace();
    crowd(server, 'Support', 20);
    server.largestPage = 6;
    server.fault = ({ url }, nth) => (url.pathname.endsWith('/users') && nth > 1 ? 'cut' : undefined);
    const directory = await read(server, 'Support', { attempts: 1, pageSize: 200 });
    expect(directory.people).toHaveLength(20);
    expect(directory.people.every(({ status }) => status === 'active')).toBe(true);
    expect(one(directory, 'Support').skipped).toEqual([]);
  });
});

describe('checking a Google source', () => {
  const check = (server: GoogleServer, more: Readonly<Record<string, unknown>> = {}, clock?: EagerClock) =>
    googleFrom({ ...googleOptionsFor(server), ...more }, clock).check(never);

  it('says whose groups are read, by whom, and how many there are', async () => {
    const server = await workspace();
    crowd(server, 'Support', 1);
    expect(await check(server)).toEqual({
      server: `Google Workspace (customer my_customer) at ${new URL(server.url).host} as ${server.oauth.email} for admin@example.org`,
      groups: 1,
      warnings: [],
    });
  });

  it('warns of rights that are missing and of a clock that is off', async () => {
    const server = await workspace(eagerClock(Date.UTC(2026, 0, 5, 9, 4)));
    crowd(server, 'Support', 1);
    server.fault = ({ url }) =>
      /\/(?:members|users)$/u.test(url.pathname) ? googleError(403, 'forbidden', 'no') : undefined;
    const warnings = (await check(server)).warnings.join('\n');
    expect(warnings).toContain('Members cannot be read');
    expect(warnings).toContain('Users cannot be read');
    expect(warnings).toContain('240 seconds apart');
  });

  it('warns where there is no group', async () => {
    const server = await workspace();
    const { warnings, groups } = await check(server, { query: 'name=Nobody' });
    expect(warnings).toEqual(['Google shows no group of customer my_customer for "query".']);
    expect(groups).toBe(0);
  });
});

describe('the options of a Google source', () => {
  const mistakes = (options: Readonly<Record<string, unknown>>) => {
    try {
      googleFrom(options);
      return '';
    } catch (error) {
      return String(error);
    }
  };

  it.each([
    ['no key', {}, 'keyFile'],
    ['two keys', { key: 'x', keyFile: 'y' }, 'either key or keyFile'],
    ['account and domain', { key: 'x', customer: 'C01', domain: 'a.b' }, 'either customer or domain'],
    ['a query for one person', { key: 'x', query: 'memberKey=a@b.c' }, 'memberKey'],
    ['plain http', { key: 'x', apiUrl: 'http://admin.example.org' }, 'begins with https'],
    ['a place that is none', { key: 'x', attributes: { userName: 'a b' } }, 'name of a field'],
    ['an unknown key', { key: 'x', subjct: 'y' }, 'subjct'],
  ])('%s is a mistake', (_, options, text) => {
    expect(mistakes(options)).toContain(text);
  });
});
