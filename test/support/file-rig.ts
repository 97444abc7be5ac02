import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { silentLog } from '../../src/log.ts';
import { fileSource } from '../../src/sources/file/file.ts';
import type { Source } from '../../src/sources/source.ts';
import type { SourceRig, World, WorldPerson } from '../contracts/source-contract.ts';
import { startApiServer } from './api-server.ts';
import { eagerClock } from './manual-clock.ts';
import { dnValue, ldifEntry } from './slapd.ts';

/** A source over files of a directory, from options as the config would have them. */
export function fileFrom(baseDir: string, options: Readonly<Record<string, unknown>>, id = 'staff'): Source {
  const parsed = fileSource.options.parse(options);
  return fileSource.create(id, parsed, { clock: eagerClock(), log: silentLog, baseDir, env: {} });
}

/** How one format says a world. */
export interface FileStyle {
  readonly extension: string;
  readonly write: (world: World) => string;
  readonly options?: Readonly<Record<string, unknown>>;
}

export async function makeFileRig(style: FileStyle): Promise<SourceRig> {
  const directory = await mkdtemp(path.join(tmpdir(), 'muster-file-'));
  let worlds = 0;
  const put = async (text: string): Promise<Source> => {
    const name = `world${++worlds}${style.extension}`;
    await writeFile(path.join(directory, name), text);
    return fileFrom(directory, { path: name, ...style.options });
  };
  return {
    put: world => put(style.write(world)),
    // What an export leaves behind that was stopped: the first two thirds.
    losing(world) {
      const text = style.write(world);
      return put(text.slice(0, Math.floor((text.length * 2) / 3)));
    },
    withWrongSecret: () => Promise.reject(new Error('a file has no secret')),
    unreachable: async () => fileFrom(directory, { path: `no-such-file${style.extension}` }),
    close: () => rm(directory, { recursive: true, force: true }),
  };
}

/** The same files behind URLs, for whoever has the token. */
export async function makeUrlRig(style: FileStyle): Promise<SourceRig> {
  const files = new Map<string, string>();
  const server = await startApiServer(eagerClock(), ({ url, headers }) => {
    if (headers.authorization !== 'Bearer the-token') return { status: 401, body: 'Who are you?' };
    const body = files.get(url.pathname);
    // The type is that of many a script; the end of the name tells what it is.
    return body === undefined ? { status: 404, body: 'Not here.' } : { status: 200, body };
  });
  const sourceOf = (base: string, path: string, token = 'the-token'): Source =>
    fileFrom('/nowhere', { url: `${base}${path}`, token, ...style.options });
  const put = (world: World, name: string): Source => {
    const path = `/exports/${name}${files.size}${style.extension}`;
    files.set(path, style.write(world));
    return sourceOf(server.url, path);
  };
  server.fault = ({ url }) => (url.pathname.startsWith('/exports/cut') ? 'cut in the middle' : undefined);
  return {
    put: async world => put(world, 'world'),
    losing: async world => put(world, 'cut'),
    withWrongSecret: async () => sourceOf(server.url, '/exports/any.csv', 'wrong'),
    unreachable: async () => sourceOf('http://127.0.0.1:1', `/any${style.extension}`),
    close: () => server.close(),
  };
}

const statusOf = (disabled: boolean | undefined) => (disabled ? 'suspended' : 'active');

const peopleOf = (world: World) =>
  world.people.map(({ disabled, ...person }) => ({ ...person, status: statusOf(disabled) }));

const groupsOf = (world: World) =>
  world.groups.map(({ name, people, groups }) => ({ name, members: people, groups }));

export const yamlStyle: FileStyle = {
  extension: '.yaml',
  write: world => stringify({ people: peopleOf(world), groups: groupsOf(world) }),
};

export const jsonStyle: FileStyle = {
  extension: '.json',
  write: world => JSON.stringify({ people: peopleOf(world), groups: groupsOf(world) }, null, 2),
};

export const linesStyle: FileStyle = {
  extension: '.jsonl',
  write: world =>
    [...peopleOf(world).map(person => ({ person })), ...groupsOf(world).map(group => ({ group }))]
      .map(entry => `${JSON.stringify(entry)}\n`)
      .join(''),
};

const csvField = (text: string) => (/[",;\r\n]/u.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csvRow = (fields: readonly string[]) => `${fields.map(csvField).join(',')}\r\n`;

/** One row for each (group, member); a nested group has a row of its own. */
export const rowsStyle: FileStyle = {
  extension: '.csv',
  options: { csv: { columns: { group: 'Team', userName: 'Login' }, memberSeparator: '|' } },
  write(world) {
    const rows = [['Team', 'Login', 'name', 'email', 'status', 'groups']];
    for (const group of world.groups) {
      if (group.people.length === 0 || group.groups.length > 0)
        rows.push([group.name, '', '', '', '', group.groups.join('|')]);
      for (const userName of group.people) {
        const person = world.people.find(each => each.userName === userName)!;
        rows.push([group.name, userName, person.name, person.email, statusOf(person.disabled), '']);
      }
    }
    return rows.map(csvRow).join('');
  },
};

const people = 'ou=people,dc=example,dc=org';
const groups = 'ou=groups,dc=example,dc=org';
const personDn = (userName: string) => `uid=${dnValue(userName)},${people}`;
const groupDn = (name: string) => `cn=${dnValue(name)},${groups}`;

/** The ways in which two kinds of server would write a world. */
const ldifOf = (
  world: World,
  personAttributes: (person: WorldPerson, nth: number) => Parameters<typeof ldifEntry>[1],
  groupAttributes: (nth: number) => Parameters<typeof ldifEntry>[1],
): string =>
  [
    'version: 1\n\n',
    ...[people, groups].map(dn => ldifEntry(dn, { objectClass: 'organizationalUnit' })),
    ...world.people.map((person, nth) => ldifEntry(personDn(person.userName), personAttributes(person, nth))),
    ...world.groups.map((group, nth) =>
      ldifEntry(groupDn(group.name), {
        ...groupAttributes(nth),
        cn: group.name,
        member: [...group.people.map(personDn), ...group.groups.map(groupDn)],
      }),
    ),
  ].join('');

const uuid = (kind: number, nth: number) => `00000000-0000-000${kind}-0000-${String(nth).padStart(12, '0')}`;

/** As OpenLDAP's tools write it, with the password policy that disables somebody. */
export const ldifStyle: FileStyle = {
  extension: '.ldif',
  write: world =>
    ldifOf(
      world,
      ({ name, userName, email, disabled }, nth) => ({
        objectClass: ['inetOrgPerson', 'organizationalPerson'],
        cn: name,
        sn: name,
        uid: userName,
        mail: email,
        entryUUID: uuid(1, nth),
        pwdAccountLockedTime: disabled ? '000001010000Z' : undefined,
      }),
      nth => ({ objectClass: 'groupOfMembers', entryUUID: uuid(2, nth) }),
    ),
};

const guid = (kind: number, nth: number) => {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(kind, 0);
  bytes.writeUInt32BE(nth, 12);
  return bytes;
};

/** As ldifde exports Active Directory: lines end with CR LF, and every entry says that it is an addition. */
export const ldifdeStyle: FileStyle = {
  extension: '.ldf',
  options: { ldif: { ldifde: true } },
  write: world =>
    ldifOf(
      world,
      ({ name, userName, email, disabled }, nth) => ({
        changetype: 'add',
        objectClass: ['top', 'person', 'organizationalPerson', 'user'],
        displayName: name,
        userPrincipalName: userName,
        mail: email,
        objectGUID: guid(1, nth),
        userAccountControl: disabled ? '514' : '512',
      }),
      nth => ({ changetype: 'add', objectClass: ['top', 'group'], objectGUID: guid(2, nth) }),
    ).replaceAll('\n', '\r\n'),
};
