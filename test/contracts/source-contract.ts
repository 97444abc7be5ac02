import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import type { Directory, DirectoryGroup, Person } from '../../src/model/directory.ts';
import { keyOf } from '../../src/model/keys.ts';
import type { Selector } from '../../src/model/mapping.ts';
import type { Source } from '../../src/sources/source.ts';

/** A small company, in words that every kind of directory can say. */
export interface World {
  readonly people: readonly WorldPerson[];
  readonly groups: readonly WorldGroup[];
}

export interface WorldPerson {
  readonly name: string;
  readonly userName: string;
  readonly email: string;
  readonly disabled?: boolean;
}

export interface WorldGroup {
  readonly name: string;
  /** Direct members by `userName`. */
  readonly people: readonly string[];
  /** Directly nested groups by name. */
  readonly groups: readonly string[];
}

/** A real backend of one kind, and sources that read it. Sources must stamp with a clock that stands still. */
export interface SourceRig {
  /** Puts a world where no other world is, and gives a source that reads it. */
  put(world: World): Promise<Source>;
  /** The same, over a backend that loses something in the middle of every read. */
  losing(world: World): Promise<Source>;
  /** A source with a secret that the backend refuses. */
  withWrongSecret(): Promise<Source>;
  /** A source whose backend is not there. */
  unreachable(): Promise<Source>;
  close(): Promise<void>;
}

/** The cases that some kind of source cannot be put into; a reason is asked for each that is left out. */
export type SourceCase =
  | 'nested groups'
  | 'cycles'
  | 'empty groups'
  | 'disabled people'
  | 'lost pages'
  | 'wrong secrets';

export interface SuiteOptions {
  readonly skip?: Partial<Readonly<Record<SourceCase, string>>>;
  /** Why the whole suite cannot run here, e.g. a server that is not installed. */
  readonly unless?: string | undefined;
}

/** What every kind of source must do, whatever it reads from. `src/sources/source.ts` has the words. */
export function describeSource(
  name: string,
  makeRig: () => Promise<SourceRig>,
  { skip = {}, unless }: SuiteOptions = {},
): void {
  describe.skipIf(unless)(`the source contract: ${name}${unless ? ` (skipped: ${unless})` : ''}`, () => {
    let rig: SourceRig;
    beforeAll(async () => {
      rig = await makeRig();
    });
    afterAll(async () => rig?.close());

    const when = (needs: SourceCase, title: string, test: () => Promise<void>) => {
      const reason = skip[needs];
      if (reason === undefined) it(title, test);
      else it.skip(`${title} (skipped: ${reason})`, test);
    };

    it('a selected group comes with everybody in it', async () => {
      const directory = await read(await rig.put(office), exact('Support'));
      expect(userNames(directory, 'Support')).toEqual(['ana', 'bo']);
      expect(groupOf(directory, 'Support').evidence).toMatchObject({ complete: true, reasons: [] });
      expect(directory.evidence).toMatchObject({ complete: true, reasons: [] });
    });

    it('a person comes with name, mail address and login name', async () => {
      const directory = await read(await rig.put(office), exact('Support'));
      const ana = personOf(directory, 'ana');
      expect(ana).toMatchObject({ name: 'Ana Souza', emails: ['ana@example.org'], status: 'active' });
      expect(ana.key).toBe(keyOf(directory.source, ana.id));
    });

    it('a group is selected by its id and by any of its aliases', async () => {
      const source = await rig.put(office);
      const group = groupOf(await read(source, exact('Support')), 'Support');
      for (const text of [group.id, ...group.aliases]) {
        const again = await read(source, exact(text));
        expect(userNames(again, 'Support'), text).toEqual(['ana', 'bo']);
      }
    });

    it('a glob and a regular expression select by name', async () => {
      const source = await rig.put(office);
      const glob = await read(source, { kind: 'glob', text: 'S*t' });
      expect(userNames(glob, 'Support')).toEqual(['ana', 'bo']);
      const regex = await read(source, { kind: 'regex', source: '^(?:Sales|Support)$', flags: '' });
      expect(userNames(regex, 'Sales')).toEqual(['bo', 'cy']);
      expect(userNames(regex, 'Support')).toEqual(['ana', 'bo']);
    });

    it('a person in two groups is there once', async () => {
      const directory = await read(await rig.put(office), exact('Support'), exact('Sales'));
      expect(directory.people.filter(({ userName }) => userName === 'bo')).toHaveLength(1);
      expect(new Set(directory.people.map(({ key }) => key)).size).toBe(directory.people.length);
    });

    it('a group that nobody has is absent from a complete list', async () => {
      const directory = await read(await rig.put(office), exact('Support'), exact('No Such Group'));
      expect(directory.groups.map(({ name: group }) => group)).not.toContain('No Such Group');
      expect(directory.evidence.complete).toBe(true);
    });

    when('nested groups', 'nested groups come along, with the people in them', async () => {
      const directory = await read(await rig.put(layered), exact('Top'));
      expect(nestedNames(directory, 'Top')).toEqual(['Middle']);
      expect(nestedNames(directory, 'Middle')).toEqual(['Bottom']);
      expect(userNames(directory, 'Bottom')).toEqual(['cy']);
      expect(groupOf(directory, 'Top').evidence.complete).toBe(true);
    });

    when('cycles', 'a cycle of groups ends', async () => {
      const directory = await read(await rig.put(circular), exact('Hen'));
      expect(nestedNames(directory, 'Hen')).toEqual(['Egg']);
      expect(nestedNames(directory, 'Egg')).toEqual(['Hen']);
      expect(userNames(directory, 'Egg')).toEqual(['ana']);
    });

    when('empty groups', 'an empty group is complete and empty', async () => {
      const group = groupOf(await read(await rig.put(office), exact('Nobody')), 'Nobody');
      expect(group.members).toEqual([]);
      expect(group.evidence).toMatchObject({ complete: true, reasons: [] });
    });

    when('disabled people', 'a person who may not log in is there and not active', async () => {
      const directory = await read(await rig.put(office), exact('Leavers'));
      expect(personOf(directory, 'dee').status).toBe('suspended');
    });

    it('names keep their letters and their special characters', async () => {
      const directory = await read(await rig.put(odd), ...odd.groups.map(group => exact(group.name)));
      for (const { name: group, people } of odd.groups)
        expect(userNames(directory, group), group).toEqual(people);
      expect(directory.people.map(person => person.name).sort()).toEqual(
        odd.people.map(person => person.name).sort(),
      );
    });

    it('a group of 2,500 people is whole', async () => {
      const directory = await read(await rig.put(crowded), exact('Crowd'));
      expect(userNames(directory, 'Crowd')).toEqual(crowded.people.map(({ userName }) => userName).sort());
      expect(directory.people).toHaveLength(2500);
      expect(groupOf(directory, 'Crowd').evidence.complete).toBe(true);
    });

    it('every member is in the directory', async () => {
      const source = await rig.put(office);
      const directory = await read(source, { kind: 'glob', text: '*' });
      const known = new Set([
        ...directory.people.map(({ id }) => `person ${id}`),
        ...directory.groups.map(({ id }) => `group ${id}`),
      ]);
      const named = directory.groups.flatMap(({ members }) => members.map(({ kind, id }) => `${kind} ${id}`));
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter(member => !known.has(member))).toEqual([]);
    });

    it('reading twice gives equal directories', async () => {
      const source = await rig.put(office);
      const all: Selector = { kind: 'glob', text: '*' };
      expect(await read(source, all)).toEqual(await read(source, all));
    });

    it('groups, members and people are sorted', async () => {
      const directory = await read(await rig.put(office), { kind: 'glob', text: '*' });
      expectSorted(directory.groups.map(group => `${group.name}\u0000${group.id}`));
      expectSorted(directory.people.map(person => person.key));
      for (const group of directory.groups)
        expectSorted(group.members.map(member => `${member.kind} ${member.id}`));
    });

    it('progress never runs ahead of what is read', async () => {
      const source = await rig.put(office);
      const seen: { groups: number; people: number }[] = [];
      const scope = { groups: [exact('Support')] };
      const directory = await source.read(scope, new AbortController().signal, step => seen.push(step));
      for (const step of seen) {
        expect(step.groups).toBeLessThanOrEqual(directory.groups.length);
        expect(step.people).toBeLessThanOrEqual(directory.people.length);
      }
    });

    it('a check names the server', async () => {
      const source = await rig.put(office);
      const { server, groups } = await source.check(new AbortController().signal);
      expect(server).not.toBe('');
      if (groups !== undefined) expect(groups).toBeGreaterThan(0);
    });

    when('lost pages', 'a lost page is incomplete or an error, never a shorter list', async () => {
      const source = await rig.losing(crowded);
      const outcome = await read(source, exact('Crowd')).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(isMusterError(outcome), outcome.message).toBe(true);
        return;
      }
      const directory = outcome as Directory;
      const crowd = directory.groups.find(group => group.name === 'Crowd');
      const doubts = [...directory.evidence.reasons, ...(crowd?.evidence.reasons ?? [])];
      expect(directory.evidence.complete && crowd?.evidence.complete === true).toBe(false);
      expect(doubts).not.toEqual([]);
    });

    when('wrong secrets', 'a wrong password is source.auth-failed', async () => {
      const source = await rig.withWrongSecret();
      const error = await read(source, exact('Support')).catch((reason: unknown) => reason);
      expect(isMusterError(error, 'source.auth-failed'), String(error)).toBe(true);
    });

    it('an unreachable backend is source.unreachable and never an empty directory', async () => {
      const source = await rig.unreachable();
      const error = await read(source, exact('Support')).catch((reason: unknown) => reason);
      expect(isMusterError(error, 'source.unreachable'), String(error)).toBe(true);
    });

    it('an aborted read stops, before it begins and in its middle', async () => {
      const source = await rig.put(crowded);
      const reason = new Error('enough');
      const scope = { groups: [exact('Crowd')] };
      await expect(source.read(scope, AbortSignal.abort(reason))).rejects.toBe(reason);
      const controller = new AbortController();
      const reading = source.read(scope, controller.signal);
      controller.abort(reason);
      await expect(reading).rejects.toBe(reason);
    });
  });
}

const exact = (text: string): Selector => ({ kind: 'exact', text });

const read = (source: Source, ...groups: Selector[]): Promise<Directory> =>
  source.read({ groups }, new AbortController().signal);

function groupOf(directory: Directory, name: string): DirectoryGroup {
  const found = directory.groups.filter(group => group.name === name);
  expect(found, `groups called ${name}`).toHaveLength(1);
  return found[0]!;
}

function personOf(directory: Directory, userName: string): Person {
  const found = directory.people.filter(person => person.userName === userName);
  expect(found, `people called ${userName}`).toHaveLength(1);
  return found[0]!;
}

/** Login names of the people directly in a group, sorted. */
function userNames(directory: Directory, group: string): (string | undefined)[] {
  const byId = new Map(directory.people.map(person => [person.id, person.userName]));
  const people = groupOf(directory, group).members.filter(({ kind }) => kind === 'person');
  return people.map(({ id }) => byId.get(id)).sort();
}

function nestedNames(directory: Directory, group: string): (string | undefined)[] {
  const byId = new Map(directory.groups.map(({ id, name }) => [id, name]));
  const nested = groupOf(directory, group).members.filter(({ kind }) => kind === 'group');
  return nested.map(({ id }) => byId.get(id)).sort();
}

const expectSorted = (texts: readonly string[]) => expect(texts).toEqual([...texts].sort());

const person = (userName: string, name: string, more: Partial<WorldPerson> = {}): WorldPerson => ({
  userName,
  name,
  email: `${userName}@example.org`,
  ...more,
});

const office: World = {
  people: [
    person('ana', 'Ana Souza'),
    person('bo', 'Bo Li'),
    person('cy', 'Cy Young'),
    person('dee', 'Dee Gone', { disabled: true }),
  ],
  groups: [
    { name: 'Support', people: ['ana', 'bo'], groups: [] },
    { name: 'Sales', people: ['bo', 'cy'], groups: [] },
    { name: 'Leavers', people: ['dee'], groups: [] },
    { name: 'Nobody', people: [], groups: [] },
  ],
};

const layered: World = {
  people: [person('ana', 'Ana Souza'), person('cy', 'Cy Young')],
  groups: [
    { name: 'Top', people: ['ana'], groups: ['Middle'] },
    { name: 'Middle', people: ['ana'], groups: ['Bottom'] },
    { name: 'Bottom', people: ['cy'], groups: [] },
  ],
};

const circular: World = {
  people: [person('ana', 'Ana Souza')],
  groups: [
    { name: 'Hen', people: ['ana'], groups: ['Egg'] },
    { name: 'Egg', people: ['ana'], groups: ['Hen'] },
  ],
};

const odd: World = {
  people: [
    person('jurgen', 'Müller, Jürgen "JJ" <Süd>; #1 + 2 = 3'),
    person('zhang', '张伟'),
    person('back', 'Back\\slash (and) *stars*'),
  ],
  groups: [
    { name: 'Süd, "Team" + Co; #1 <x>', people: ['jurgen'], groups: [] },
    { name: '客服部', people: ['zhang'], groups: [] },
    { name: 'a=b\\c (EN) *', people: ['back', 'jurgen'], groups: [] },
  ],
};

/** For rigs that take long to fill their backend, and do it beforehand. */
export const crowded: World = {
  people: Array.from({ length: 2500 }, (_, index) => person(`p${index}`, `Person ${index}`)),
  groups: [{ name: 'Crowd', people: Array.from({ length: 2500 }, (_, index) => `p${index}`), groups: [] }],
};
