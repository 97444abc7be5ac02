import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { emulate, type Knobs, type SeedInput } from '../../src/emulator/emulate.ts';
import { connect } from '../../src/genesys/connect.ts';
import { linkableUsers } from '../../src/genesys/linkable-users.ts';
import type { LinkKey } from '../../src/model/mapping.ts';
import type { LinkWish } from '../../src/model/tenant-scope.ts';
import { callsByRoute } from '../support/world.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}`);
const wish = (name: string): LinkWish => ({ emails: [`${name}@example.com`] });

/** Looks for these people in a tenant; returns who was found and what it took. */
async function find(
  people: readonly LinkWish[],
  match: readonly LinkKey[],
  users: SeedInput['users'],
  knobs: Partial<Knobs> = {},
) {
  const emulator = await emulate({ seed: { clients: [{ id: 'muster', secret: 's' }], users }, knobs });
  const api = connect(
    {
      baseUrl: emulator.url,
      clientId: 'muster',
      clientSecret: 's',
      contract: 'platform',
      timeoutSeconds: 20,
      attempts: 3,
      deadlineSeconds: 60,
      concurrency: 4,
    },
    { clock: systemClock, env: {} },
  );
  onTestFinished(async () => {
    await api.close();
    await emulator.close();
  });
  const found = await linkableUsers(api, people, match, new AbortController().signal);
  return {
    found: found.map(user => user.email?.replace('@example.com', '')).sort(),
    all: found,
    calls: callsByRoute(emulator),
  };
}

const usersOf = (count: number, more: object = {}) =>
  names(count).map(name => ({ name, email: `${name}@example.com`, ...more }));
const search = 'POST /api/v2/users/search';
const listing = 'GET /api/v2/users';

describe('finding the users of people', () => {
  it('takes one search for fifty', async () => {
    const { found, calls } = await find(names(120).map(wish), ['email'], usersOf(500));
    expect(found).toEqual(names(120));
    expect(calls).toEqual({ [search]: 3 });
  });

  it('takes pages of five hundred where that is fewer', async () => {
    const { found, calls } = await find(names(600).map(wish), ['email'], usersOf(1_000));
    expect(found).toEqual(expect.arrayContaining(names(600)));
    expect(calls).toEqual({ [listing]: 3 });
  });

  it('stays with searches where everybody would be more pages', async () => {
    const { found, calls } = await find(names(260).map(wish), ['email'], usersOf(4_000));
    expect(found).toEqual(names(260));
    expect(calls).toEqual({ [listing]: 1, [search]: 6 });
  });

  it.each([30, 7, 2])('halves its searches where the server takes only %i values', async searchMaxValues => {
    const { found } = await find(names(60).map(wish), ['email'], usersOf(100), { searchMaxValues });
    expect(found).toEqual(names(60));
  });

  it.each(['empty', 'not-found'] as const)('takes "%s" for nobody', async searchNoMatch => {
    const { found } = await find([wish('stranger')], ['email'], usersOf(3), { searchNoMatch });
    expect(found).toEqual([]);
  });

  it('finds inactive users too, so that they can be told from strangers', async () => {
    const { all } = await find([wish('p00000')], ['email'], usersOf(1, { state: 'inactive' }));
    expect(all).toMatchObject([{ state: 'inactive' }]);
    const many = await find(names(600).map(wish), ['email'], usersOf(700, { state: 'inactive' }));
    expect(many.found).toEqual(names(600));
  });

  it('asks by login name, id and external id only for whom the address did not find', async () => {
    const users = [
      ...usersOf(3),
      { name: 'By id', email: 'by.id@example.com', id: 'aaaaaaaa-0000-4000-8000-000000000001' },
      { name: 'By anchor', email: 'by.anchor@example.com', externalId: 'E-7' },
    ];
    const people: LinkWish[] = [
      { ...wish('p00000'), userName: 'p00000@example.com', externalId: 'E-1' },
      { emails: [], userName: 'P00001@Example.com' },
      { emails: [], userId: 'aaaaaaaa-0000-4000-8000-000000000001' },
      { emails: [], externalId: 'E-7' },
    ];
    const { found, all, calls } = await find(people, ['email', 'userName', 'id', 'externalId'], users);
    expect(found).toEqual(['by.anchor', 'by.id', 'p00000', 'p00001']);
    expect(all.find(user => user.email === 'by.anchor@example.com')?.externalIds).toEqual(['E-7']);
    expect(calls['GET /api/v2/scim/v2/users']).toBe(1);
  });

  it('asks nothing where there is nobody to find', async () => {
    expect((await find([], ['email', 'userName', 'externalId', 'id'], usersOf(2))).calls).toEqual({});
  });
});
