import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Directory, Evidence } from '../../src/model/directory.ts';
import { graphError, reply } from '../support/entra-directory.ts';
import { asked, groupNamed, namesOf, peopleIn, readGroups } from '../support/entra-reading.ts';
import { entraFrom, entraOptions } from '../support/entra-rig.ts';
import { type EntraServer, startEntra } from '../support/entra-server.ts';
import { eagerClock } from '../support/manual-clock.ts';

interface Remembering {
  readonly server: EntraServer;
  readonly dir: string;
  readonly file: string;
  /** Reads with what is remembered. */
  delta(...texts: readonly string[]): Promise<Directory>;
  /** Reads everything anew. */
  full(...texts: readonly string[]): Promise<Directory>;
  close(): Promise<void>;
}

async function remembering(): Promise<Remembering> {
  const clock = eagerClock();
  const server = await startEntra(clock);
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-entra-delta-'));
  const source = (more: Readonly<Record<string, unknown>> = {}) =>
    entraFrom({ ...entraOptions(server), ...more }, { clock, baseDir: dir });
  const all = (texts: readonly string[]) => (texts.length > 0 ? texts : ['*']);
  return {
    server,
    dir,
    file: path.join(dir, 'state', 'corp.json'),
    delta: (...texts) => readGroups(source({ delta: true, deltaDir: 'state' }), ...all(texts)),
    full: (...texts) => readGroups(source(), ...all(texts)),
    async close() {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function forTest(): Promise<Remembering> {
  const made = await remembering();
  onTestFinished(() => made.close());
  return made;
}

/** A directory without what the two ways of reading may differ in: how many requests it took, and when. */
const facts = ({ groups, people, evidence: list }: Directory) => {
  const proof = ({ complete, reasons }: Evidence) => ({ complete, reasons });
  return {
    groups: groups.map(({ evidence, ...group }) => ({ ...group, ...proof(evidence) })),
    people,
    list: proof(list),
  };
};

const properties = 'id,displayName,mail,mailNickname,onPremisesSamAccountName,visibility,members';

/** A small office: Support holds ana, and Night with bo. */
function office(server: EntraServer) {
  const { tenant } = server;
  const [support, night, sales] = ['Support', 'Night', 'Sales'].map(name => tenant.addGroup(name)) as [
    string,
    string,
    string,
  ];
  const [ana, bo, cy] = ['ana', 'bo', 'cy'].map(name => tenant.addUser(name)) as [string, string, string];
  tenant.addMember(support, ana, night);
  tenant.addMember(night, bo);
  tenant.addMember(sales, cy);
  return { tenant, support, night, sales, ana, bo, cy };
}

describe('delta: only what has changed', () => {
  it('the first read remembers, and the second asks for changes and people alone', async () => {
    const made = await forTest();
    const { support, cy } = office(made.server);
    expect(facts(await made.delta('Support'))).toEqual(facts(await made.full('Support')));
    made.server.tenant.addMember(support, cy);
    const before = made.server.seen.length;
    const directory = await made.delta('Support');
    expect(peopleIn(directory, 'Support')).toEqual(['ana', 'cy']);
    const calls = made.server.seen.slice(before).map(({ path: at, query }) => [at, query.has('$deltatoken')]);
    expect(calls).toEqual([
      ['/groups/delta', true],
      ['/users', false],
    ]);
  });

  it('chooses its properties in the first request and never again', async () => {
    const made = await forTest();
    office(made.server);
    await made.delta();
    await made.delta();
    const [first, second] = asked(made.server.seen.filter(call => call.path === '/groups/delta'));
    expect(first).toBe(`GET /groups/delta?$select=${properties}`);
    expect(second).not.toContain('$select');
  });

  it('somebody who is locked out is seen, although no group has changed', async () => {
    const made = await forTest();
    const { ana } = office(made.server);
    await made.delta('Support');
    made.server.tenant.update(ana, { accountEnabled: false });
    const { people } = await made.delta('Support');
    expect(people.find(person => person.id === ana)?.status).toBe('suspended');
  });

  it('a group that was renamed, deleted or restored is followed', async () => {
    const made = await forTest();
    const { tenant, night, support } = office(made.server);
    await made.delta();
    tenant.update(night, { displayName: 'Late' });
    tenant.delete(support);
    expect(namesOf(await made.delta())).toEqual(['Late', 'Sales']);
    tenant.restore(support);
    const directory = await made.delta();
    expect(namesOf(directory)).toEqual(['Late', 'Sales', 'Support']);
    expect(facts(directory)).toEqual(facts(await made.full()));
  });

  it('a group that comes back is taken for a member of no group before that was read', async () => {
    const made = await forTest();
    const { tenant, night } = office(made.server);
    await made.delta();
    tenant.delete(night);
    // The changes tell that the group is gone, and never that it is no member any more.
    const untold = tenant.events.findIndex(({ member }) => member?.id === night && member.op === 'remove');
    tenant.events.splice(untold, 1);
    await made.delta('Sales');
    tenant.restore(night);
    expect(facts(await made.delta('Support'))).toEqual(facts(await made.full('Support')));
  });

  it('an old entry that comes after the deletion of its group does not bring it back', async () => {
    const made = await forTest();
    const { tenant, sales } = office(made.server);
    await made.delta();
    made.server.delta.knobs.stragglers = true;
    tenant.delete(sales, 'deleted');
    expect(namesOf(await made.delta())).toEqual(['Night', 'Support']);
    expect(namesOf(await made.delta())).toEqual(['Night', 'Support']);
  });

  it('a member of whom the changes do not tell that they were deleted is found out by a direct read', async () => {
    const made = await forTest();
    const { tenant, ana, support } = office(made.server);
    await made.delta('Support');
    tenant.deletionsAreTold = false;
    tenant.delete(ana);
    const before = made.server.seen.length;
    const directory = await made.delta('Support');
    expect(facts(directory)).toEqual(facts(await made.full('Support')));
    expect(made.server.seen.slice(before).map(call => call.path)).toContain(`/groups/${support}/members`);
    const after = made.server.seen.length;
    await made.delta('Support');
    expect(made.server.seen.slice(after).map(call => call.path)).not.toContain(`/groups/${support}/members`);
  });

  it('a right to hidden members that is granted later takes effect', async () => {
    const made = await forTest();
    const { tenant, ana } = office(made.server);
    tenant.addMember(tenant.addGroup('Secret', { visibility: 'HiddenMembership' }), ana);
    made.server.login.app.roles.delete('Member.Read.Hidden');
    expect(groupNamed(await made.delta('Secret'), 'Secret').evidence.complete).toBe(false);
    made.server.login.app.roles.add('Member.Read.Hidden');
    expect(peopleIn(await made.delta('Secret'), 'Secret')).toEqual(['ana']);
  });

  it('without the right to read people it says the same as a full read', async () => {
    const made = await forTest();
    office(made.server);
    made.server.login.app.roles.delete('User.Read.All');
    expect(facts(await made.delta())).toEqual(facts(await made.full()));
    expect((await made.delta()).notes[0]?.remedy).toContain('User.Read.All');
  });

  it('people who cannot be looked up leave their groups incomplete', async () => {
    const made = await forTest();
    office(made.server);
    await made.delta('Support');
    made.server.fault = ({ path: at }) =>
      at === '/users' ? graphError(500, 'UnknownError', 'Something went wrong.') : undefined;
    const { evidence } = groupNamed(await made.delta('Support'), 'Support');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('people in it could not be read');
  });

  it('is equal to a full read after any changes, in any order and told more than once', async () => {
    const made = await forTest();
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ steps, knobs }) => {
        worlds += 1;
        const one = await remembering();
        try {
          const { tenant, delta } = one.server;
          let seed = knobs.seed;
          Object.assign(delta.knobs, knobs, {
            random: () => {
              seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
              return seed / 2 ** 31;
            },
          });
          Object.assign(tenant, knobs);
          const things = { groups: [] as string[], people: [] as string[] };
          for (const name of ['A', 'B', 'C']) things.groups.push(tenant.addGroup(name));
          for (const name of ['p', 'q', 'r', 's']) things.people.push(tenant.addUser(name));
          for (const [at, step] of steps.entries()) {
            take(one.server, things, step);
            if (at % 4 < 3) continue;
            expect(facts(await one.delta())).toEqual(facts(await one.full()));
          }
          expect(facts(await one.delta())).toEqual(facts(await one.full()));
        } finally {
          await one.close();
        }
      }),
      { numRuns: 40 },
    );
    expect(worlds).toBeGreaterThanOrEqual(40);
    expect(made.server.seen).toEqual([]);
  });
});

const story = fc.record({
  steps: fc.array(
    fc.record({
      what: fc.constantFrom(
        'join',
        'join',
        'join',
        'leave',
        'nest',
        'rename',
        'bin',
        'destroy',
        'restore',
        'disable',
        'dismiss',
        'hire',
        'found',
        'expire',
      ),
      group: fc.nat(20),
      other: fc.nat(20),
    }),
    { minLength: 4, maxLength: 24 },
  ),
  knobs: fc.record({
    pageSize: fc.integer({ min: 1, max: 4 }),
    chunk: fc.integer({ min: 1, max: 3 }),
    replay: fc.nat(6),
    stragglers: fc.boolean(),
    seed: fc.nat(1_000_000),
    restoreTellsMembers: fc.boolean(),
    deletionsAreTold: fc.boolean(),
  }),
});

/** One thing that an administrator does; nothing where there is nothing to do it to. */
function take(
  { tenant, delta }: EntraServer,
  things: { groups: string[]; people: string[] },
  { what, group: g, other: o }: { what: string; group: number; other: number },
): void {
  const living = things.groups.filter(id => tenant.objects.has(id));
  const binned = things.groups.filter(id => tenant.bin.has(id));
  const people = things.people.filter(id => tenant.objects.has(id));
  const pick = (ids: readonly string[], at: number) => ids[at % Math.max(1, ids.length)];
  const [group, nested, person, bin] = [pick(living, g), pick(living, o), pick(people, o), pick(binned, g)];
  if (what === 'found') things.groups.push(tenant.addGroup(`G${things.groups.length}`));
  if (what === 'hire') things.people.push(tenant.addUser(`u${things.people.length}`));
  if (what === 'expire') delta.expire();
  if (what === 'restore' && bin) tenant.restore(bin);
  if (what === 'dismiss' && person) tenant.delete(person);
  if (what === 'disable' && person) tenant.update(person, { accountEnabled: o % 2 === 0 });
  if (!group) return;
  if (what === 'join' && person) tenant.addMember(group, person);
  if (what === 'leave' && person) tenant.removeMember(group, person);
  if (what === 'nest' && nested && nested !== group) tenant.addMember(group, nested);
  if (what === 'rename')
    tenant.update(group, { displayName: `N${o}`, mail: o % 3 === 0 ? null : `n${o}@contoso.test` });
  if (what === 'bin') tenant.delete(group);
  if (what === 'destroy') tenant.delete(group, 'deleted');
}

describe('delta: when what was remembered is of no use', () => {
  it.each(['gone', 'syncStateNotFound'] as const)(
    'a token that ran out (%s) means all groups anew',
    async refusal => {
      const made = await forTest();
      const { sales, ana } = office(made.server);
      await made.delta();
      made.server.delta.refusal = refusal;
      made.server.delta.expire();
      made.server.tenant.addMember(sales, ana);
      const before = made.server.seen.length;
      const directory = await made.delta();
      expect(facts(directory)).toEqual(facts(await made.full()));
      expect(directory.notes).toEqual([]);
      const [stale, anew] = made.server.seen
        .slice(before)
        .map(({ status, query }) => [status, query.has('$select')]);
      expect([stale, anew]).toEqual([
        [refusal === 'gone' ? 410 : 400, false],
        [200, true],
      ]);
    },
  );

  it('a state that is damaged, of another tenant or for another server is not used', async () => {
    const made = await forTest();
    office(made.server);
    await made.delta();
    const good = readFileSync(made.file, 'utf8');
    const changed = (change: (state: Record<string, unknown>) => void) => {
      const state = JSON.parse(good) as Record<string, unknown>;
      change(state);
      return JSON.stringify(state);
    };
    const bad = [
      good.slice(0, good.length / 2),
      '{}',
      changed(state => Object.assign(state, { identity: 'client-secret fabrikam.test x' })),
      changed(state => Object.assign(state, { properties: 'displayName' })),
      changed(state =>
        Object.assign(state, { deltaLink: 'https://elsewhere.test/v1.0/groups/delta?$deltatoken=1' }),
      ),
    ];
    for (const text of bad) {
      writeFileSync(made.file, text);
      const before = made.server.seen.length;
      expect(facts(await made.delta())).toEqual(facts(await made.full()));
      expect(made.server.seen[before]?.query.has('$select')).toBe(true);
    }
    expect(JSON.parse(readFileSync(made.file, 'utf8'))).toMatchObject({ version: 1 });
  });

  it('changes that break off are read as groups instead, and the old state stays', async () => {
    const made = await forTest();
    const { support, cy } = office(made.server);
    await made.delta();
    const good = readFileSync(made.file, 'utf8');
    made.server.tenant.addMember(support, cy);
    made.server.fault = ({ path: at }) =>
      at === '/groups/delta' ? graphError(500, 'UnknownError', 'Something went wrong.') : undefined;
    const directory = await made.delta();
    expect(facts(directory)).toEqual(facts(await made.full()));
    expect(directory.notes[0]?.text).toMatch(/everything was read anew\.$/u);
    expect(readFileSync(made.file, 'utf8')).toBe(good);
    made.server.fault = undefined;
    expect(peopleIn(await made.delta('Support'), 'Support')).toEqual(['ana', 'cy']);
  });

  it('changes that end without a link for the next time are not trusted', async () => {
    const made = await forTest();
    office(made.server);
    made.server.fault = call => (call.path === '/groups/delta' ? reply(200, { value: [] }) : undefined);
    const directory = await made.delta();
    expect(facts(directory)).toEqual(facts(await made.full()));
    expect(directory.notes[0]?.text).toContain('names no link for the next time');
    expect(readdirSync(made.dir)).toEqual([]);
  });

  it('two pages with the same changes are a replay, and a link that leads back is the end of trust', async () => {
    const made = await forTest();
    office(made.server);
    const link = (mark: string) => `${made.server.url}/v1.0/groups/delta?$skiptoken=${mark}`;
    const pages: string[] = [];
    made.server.fault = call => {
      if (call.path !== '/groups/delta') return undefined;
      const mark = call.query.get('$skiptoken') ?? '';
      pages.push(mark);
      const whole = made.server.delta.answer({
        ...call,
        query: new URLSearchParams(`$select=${properties}`),
      });
      return mark === 'b'
        ? whole
        : reply(200, {
            value: (whole.body as { value: unknown }).value,
            '@odata.nextLink': link(mark === '' ? 'a' : 'b'),
          });
    };
    const directory = await made.delta();
    expect(pages).toEqual(['', 'a', 'b']);
    expect(directory.notes).toEqual([]);
    expect(facts(directory)).toEqual(facts(await made.full()));

    rmSync(made.file);
    made.server.fault = call =>
      call.path === '/groups/delta'
        ? reply(200, { value: [], '@odata.nextLink': link('a'), '@odata.deltaLink': link('z') })
        : undefined;
    expect((await made.delta()).notes[0]?.text).toContain('a page that had been read before');
  });

  it('the state is for its owner’s eyes, and no draft of it is left', async () => {
    const made = await forTest();
    office(made.server);
    await made.delta();
    await made.delta();
    expect(readdirSync(path.dirname(made.file))).toEqual(['corp.json']);
    expect(statSync(made.file).mode & 0o777).toBe(0o600);
    expect(readFileSync(made.file, 'utf8')).not.toContain(made.server.login.app.secret);
  });

  it('a directory that cannot be written to is told, and the read goes on', async () => {
    const made = await forTest();
    office(made.server);
    writeFileSync(path.join(made.dir, 'state'), 'a file is in the way');
    const directory = await made.delta();
    expect(facts(directory)).toEqual(facts(await made.full()));
    expect(directory.notes[0]?.text).toMatch(/could not be remembered.*ENOTDIR|EEXIST/u);
  });
});
