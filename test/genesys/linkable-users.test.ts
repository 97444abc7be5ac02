import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type Emulator, emulate, type Knobs, type SeedInput } from '../../src/emulator/emulate.ts';
import { connect } from '../../src/genesys/connect.ts';
import { linkableUsers } from '../../src/genesys/linkable-users.ts';
import type { LinkKey } from '../../src/model/mapping.ts';
import type { TenantReads } from '../../src/model/reads.ts';
import type { TenantUser } from '../../src/model/tenant.ts';
import type { LinkWish } from '../../src/model/tenant-scope.ts';
import { callsByRoute } from '../support/world.ts';

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => `p${String(index).padStart(5, '0')}`);
const wish = (name: string): LinkWish => ({ person: `corp:${name}`, emails: [`${name}@example.com`] });

/** Looks for these people in a tenant; returns who was found and what it took. */
async function find(
  people: readonly LinkWish[],
  match: readonly LinkKey[],
  users: SeedInput['users'],
  knobs: Partial<Knobs> = {},
  known?: TenantReads,
  prepare: (emulator: Emulator) => void = () => {},
) {
  const emulator = await emulate({ seed: { clients: [{ id: 'muster', secret: 's' }], users }, knobs });
  prepare(emulator);
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
  const reading = {
    api,
    known,
    nowMs: systemClock.now(),
    signal: new AbortController().signal,
    say: () => {},
  };
  const linkable = await linkableUsers(reading, people, match);
  const found = [...linkable.users.values()];
  const named = (list: readonly TenantUser[]) =>
    list.map(user => user.email?.replace('@example.com', '')).sort();
  return {
    found: named(found),
    linked: named(found.filter(user => linkable.linked.has(user.id))),
    all: found,
    absent: [...linkable.absent.keys()],
    calls: callsByRoute(emulator),
  };
}

/** What an earlier run remembers. */
const reads = (told: Partial<TenantReads>): TenantReads => ({
  owner: 'me',
  contract: 'platform',
  groups: new Map(),
  users: new Map(),
  absent: new Map(),
  totals: {},
  ...told,
});

const remembering = (...users: readonly TenantUser[]) =>
  reads({ users: new Map(users.map(user => [user.id, { ...user, readAt: 1, remembered: true }])) });

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

  it('takes pages of five hundred where that is fewer, the first of which tells how many there are', async () => {
    const { found, calls } = await find(names(600).map(wish), ['email'], usersOf(1_000));
    expect(found).toEqual(expect.arrayContaining(names(600)));
    expect(calls).toEqual({ [listing]: 2 });
  });

  it('goes over to searches where everybody would be more pages, for those whom the first page did not have', async () => {
    const last = names(4_000).slice(-260);
    const { found, linked, calls } = await find(last.map(wish), ['email'], usersOf(4_000));
    expect(found).toEqual(expect.arrayContaining(last));
    expect(linked).toEqual(last);
    expect(calls).toEqual({ [listing]: 1, [search]: 6 });
  });

  it('knows before the first page that searches are fewer where an earlier run counted', async () => {
    const known = reads({ totals: { users: 4_000 } });
    const { calls } = await find(names(260).map(wish), ['email'], usersOf(4_000), {}, known);
    expect(calls).toEqual({ [search]: 6 });
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
      { person: 'corp:name', emails: [], userName: 'P00001@Example.com' },
      { person: 'corp:id', emails: [], userId: 'aaaaaaaa-0000-4000-8000-000000000001' },
      { person: 'corp:anchor', emails: [], externalId: 'E-7' },
    ];
    const { found, all, calls } = await find(people, ['email', 'userName', 'id', 'externalId'], users);
    expect(found).toEqual(['by.anchor', 'by.id', 'p00000', 'p00001']);
    expect(all.find(user => user.email === 'by.anchor@example.com')?.externalIds).toEqual(['E-7']);
    expect(calls['GET /api/v2/scim/v2/users']).toBe(1);
  });

  it('begins anew where a later page is too large: who is gone by then was never there', async () => {
    const { found, calls } = await find(
      names(600).map(wish),
      ['email'],
      usersOf(1_100),
      {},
      undefined,
      at => {
        at.faults.add({
          route: listing,
          kind: 'status',
          status: 413,
          code: 'response.entity.too.large',
          nth: 2,
        });
        at.on('answer', ({ status }) => {
          if (status !== 413) return;
          const [gone] = at.db.users.by('email', 'p00000@example.com');
          at.db.users.put({ ...gone!, state: 'deleted' });
        });
      },
    );
    expect(found).not.toContain('p00000');
    expect(found).toEqual(expect.arrayContaining(names(600).slice(1)));
    expect(calls).toMatchObject({ [search]: 1 });
  });

  it('asks nothing where there is nobody to find', async () => {
    expect((await find([], ['email', 'userName', 'externalId', 'id'], usersOf(2))).calls).toEqual({});
  });
});

describe('users whom an earlier run found', () => {
  const ana: TenantUser = { id: 'U-ana', name: 'Ana', email: 'Ana@example.com', state: 'active' };

  it('are not asked for again, while the others are', async () => {
    const { all, calls } = await find(
      [wish('ana'), wish('p00000')],
      ['email'],
      usersOf(1),
      {},
      remembering(ana),
    );
    expect(all.map(user => [user.id, user.remembered === true])).toEqual([
      ['U-ana', true],
      [expect.any(String), false],
    ]);
    expect(calls).toEqual({ [search]: 1 });
  });

  it('are looked up by another address as soon as the source says another one', async () => {
    const { linked, calls } = await find([wish('p00000')], ['email'], usersOf(1), {}, remembering(ana));
    expect(linked).toEqual(['p00000']);
    expect(calls).toEqual({ [search]: 1 });
  });

  it('are asked for again while they are inactive: somebody waits for them', async () => {
    const away = remembering({ ...ana, email: 'p00000@example.com', state: 'inactive' });
    const { all, calls } = await find([wish('p00000')], ['email'], usersOf(1), {}, away);
    expect(calls).toEqual({ [search]: 1 });
    expect(all.find(user => user.id !== 'U-ana')?.state).toBe('active');
  });

  it('are known by one address although nobody has the other one, once that was asked', async () => {
    const two: LinkWish = { person: 'corp:ana', emails: ['ana@example.com', 'ana@old.example'] };
    const first = await find([two], ['email', 'userName'], [{ name: 'Ana', email: 'ana@example.com' }]);
    expect(first.absent).toEqual(['email ana@old.example']);
    expect(first.calls).toEqual({ [search]: 1 });
    const known = { ...remembering(ana), absent: new Map([['email ana@old.example', 1]]) };
    expect((await find([two], ['email', 'userName'], [], {}, known)).calls).toEqual({});
    expect((await find([two], ['email', 'userName'], [], {}, remembering(ana))).calls).toEqual({
      [search]: 1,
    });
  });

  it('are asked for by external id again where everybody is listed: no list tells one', async () => {
    const anchored = { name: 'By anchor', email: 'by.anchor@example.com', externalId: 'E-7' };
    const id = 'aaaaaaaa-0000-4000-8000-000000000007';
    const known = remembering({ id, name: 'By anchor', externalIds: ['E-7'], state: 'active' });
    const people = [...names(600).map(wish), { person: 'corp:anchor', emails: [], externalId: 'E-7' }];
    const users = [...usersOf(1_000), { ...anchored, id }];
    const { linked, calls } = await find(people, ['email', 'externalId'], users, {}, known);
    expect(linked).toContain('by.anchor');
    expect(calls['GET /api/v2/scim/v2/users']).toBe(1);
  });

  it('no longer stand for anybody by an address that a later look-up tells otherwise', async () => {
    const moved = { id: 'aaaaaaaa-0000-4000-8000-000000000008', name: 'Moved', state: 'active' } as const;
    const known = remembering({ ...moved, email: 'old@example.com', userName: 'old@example.com' });
    const people: LinkWish[] = [
      { person: 'corp:one', emails: ['old@example.com', 'older@example.com'], externalId: 'E-1' },
      { person: 'corp:two', emails: [], userName: 'new@example.com' },
    ];
    const users = [
      { id: moved.id, name: 'Moved', email: 'new@example.com' },
      { name: 'By anchor', email: 'by.anchor@example.com', externalId: 'E-1' },
    ];
    const { linked } = await find(people, ['email', 'userName', 'externalId'], users, {}, known);
    expect(linked).toEqual(['by.anchor', 'new']);
  });

  it('give way to whoever has the address now, where everybody is listed', async () => {
    const old = { ...ana, email: 'p00000@example.com' };
    const { all } = await find(names(600).map(wish), ['email'], usersOf(1_000), {}, remembering(old));
    expect(all.filter(user => user.email === 'p00000@example.com')).toHaveLength(1);
    expect(all.find(user => user.id === 'U-ana')).toBeUndefined();
  });
});
