import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { ldifEntry } from '../support/slapd.ts';

const reader = fileURLToPath(new URL('../support/read-files.ts', import.meta.url));
const people = 20_000;
const groups = 500;
const membersOfGroup = 400;

const everyone = Array.from({ length: people }, (_, index) => `p${index}`);
const members = (group: number) =>
  Array.from({ length: membersOfGroup }, (_, index) => everyone[(group * 397 + index * 101) % people]!);
const every = <Item>(count: number, item: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => item(index));
const person = (name: string) => ({ userName: name, name: `Person ${name}`, email: `${name}@example.com` });
const group = (index: number) => ({ name: `team-${index}`, members: members(index) });
const dn = (name: string) => `uid=${name},ou=people,dc=example,dc=com`;

const forms: Readonly<Record<string, () => string>> = {
  csv: () =>
    `group,userName,name,email\n${every(groups, index =>
      members(index)
        .map(name => `team-${index},${name},Person ${name},${name}@example.com\n`)
        .join(''),
    ).join('')}`,
  json: () => JSON.stringify({ people: everyone.map(person), groups: every(groups, group) }),
  jsonl: () =>
    [
      ...everyone.map(name => ({ person: person(name) })),
      ...every(groups, index => ({ group: group(index) })),
    ]
      .map(entry => `${JSON.stringify(entry)}\n`)
      .join(''),
  ldif: () =>
    [
      ...everyone.map(name =>
        ldifEntry(dn(name), {
          objectClass: 'inetOrgPerson',
          uid: name,
          cn: name,
          mail: `${name}@example.com`,
          entryUUID: name,
        }),
      ),
      ...every(groups, index =>
        ldifEntry(`cn=team-${index},dc=example,dc=com`, {
          objectClass: 'groupOfNames',
          cn: `team-${index}`,
          entryUUID: `g${index}`,
          member: members(index).map(dn),
        }),
      ),
    ].join(''),
};

it.each(Object.keys(forms))(
  '500 groups with 200,000 memberships in %s are read in less than 300 MB by a process with a heap of 100 MB',
  { timeout: 120_000 },
  async form => {
    const directory = await mkdtemp(path.join(tmpdir(), 'muster-large-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const file = path.join(directory, `staff.${form}`);
    await writeFile(file, forms[form]!());
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--max-old-space-size=100',
      // What V8 has not cleared yet is no need of ours: its young generation is kept small.
      '--max-semi-space-size=4',
      reader,
      file,
    ]);
    const told = JSON.parse(stdout) as { peakMb: number };
    expect(told).toMatchObject({ groups, people, memberships: groups * membersOfGroup, complete: true });
    expect(told.peakMb).toBeLessThan(300);
  },
);
