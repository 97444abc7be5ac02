import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { graphError, reply } from '../support/entra-directory.ts';
import { asked, groupNamed, namesOf, peopleIn } from '../support/entra-reading.ts';
import { facts, type Remembering, remembering } from '../support/entra-remembering.ts';
import type { EntraServer } from '../support/entra-server.ts';

async function forTest(): Promise<Remembering> {
  const made = await remembering();
  onTestFinished(() => made.close());
  return made;
}

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
});

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
