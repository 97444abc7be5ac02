import { createHash } from 'node:crypto';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { fileSource } from '../../src/sources/file/file.ts';
import { readSnapshot } from '../../src/sources/file/read-file.ts';
import { everything, fileDesk, members, mistakes, never, reasons } from '../support/file-desk.ts';
import { fileFrom } from '../support/file-rig.ts';

const desk = fileDesk();

describe('a YAML file', () => {
  const staff = `people:
  - { id: p1, name: Ana, email: Ana@example.com, userName: ana, externalId: "007" }
  - { name: Bo, emails: [bo@example.com, bo.li@example.com], status: suspended }
groups:
  - id: g1
    name: tier1
    aliases: [first line]
    members: [p1, BO.LI@example.com, new@example.com]
    groups: [evening]
  - name: evening
    members: [ana]
`;

  it('states people by id, login name or mail address, and a mail address is enough to be somebody', async () => {
    const found = await desk.reading('staff.yaml', staff);
    expect(members(found, 'tier1')).toEqual([
      'group evening',
      'person bo@example.com',
      'person new@example.com',
      'person p1',
    ]);
    expect(members(found, 'evening')).toEqual(['person p1']);
    expect(found.people).toEqual([
      {
        key: 'staff:bo@example.com',
        id: 'bo@example.com',
        name: 'Bo',
        emails: ['bo@example.com', 'bo.li@example.com'],
        status: 'suspended',
      },
      {
        key: 'staff:new@example.com',
        id: 'new@example.com',
        name: 'new@example.com',
        emails: ['new@example.com'],
        status: 'active',
      },
      {
        key: 'staff:p1',
        id: 'p1',
        name: 'Ana',
        userName: 'ana',
        emails: ['Ana@example.com'],
        externalId: '007',
        status: 'active',
      },
    ]);
    expect(found.groups.map(({ id, name, aliases }) => ({ id, name, aliases }))).toEqual([
      { id: 'evening', name: 'evening', aliases: [] },
      { id: 'g1', name: 'tier1', aliases: ['first line'] },
    ]);
  });

  it('is told by size, time and SHA-256 in a note', async () => {
    const found = await desk.reading('staff.yaml', staff);
    const sha256 = createHash('sha256').update(staff).digest('hex');
    expect(found.notes).toHaveLength(1);
    expect(found.notes[0]).toMatchObject({ code: 'source.note', subject: 'staff.yaml' });
    expect(found.notes[0]!.text).toContain(`${staff.length} bytes`);
    expect(found.notes[0]!.text).toContain(sha256);
  });

  it('tells all mistakes at once, each with file, line and column', async () => {
    const text = `people:
  - { name: Ana }
  - { id: 7, email: nobody }
  - { email: a@example.com, emails: [b@example.com] }
  - { id: p, statuss: active }
groups:
  - members: [p]
`;
    expect(await mistakes(desk.reading('bad.yaml', text))).toEqual([
      'bad.yaml:2:5 people[0]: has neither "id" nor "email" nor "userName".',
      'bad.yaml:3:11 people[1].id: is a number; write it in quotes to make it a text.',
      'bad.yaml:3:21 people[1].email: is no mail address.',
      'bad.yaml:4:5 people[2]: has both "email" and "emails"; write all addresses in "emails".',
      'bad.yaml:5:5 people[3]: Unrecognized key: "statuss".',
      'bad.yaml:7:5 groups[0].name: is missing.',
    ]);
  });

  it('tells what is no YAML with line and column', async () => {
    const [told] = await mistakes(desk.reading('bad.yaml', 'groups:\n  - name: "tier1\n'));
    expect(told).toMatch(/^bad\.yaml:\d+:\d+ Missing closing "quote/u);
  });

  it('tells two people of one id and two groups of one name', async () => {
    const text =
      'people:\n  - id: p\n  - id: p\ngroups:\n  - name: g\n    members: [p]\n  - name: g\n    members: [p]\n';
    expect(await mistakes(desk.reading('twice.yaml', text))).toEqual([
      'twice.yaml:3:5 The person "p" is there twice; first at twice.yaml:2:5.',
      'twice.yaml:7:5 The group "g" is there twice; first at twice.yaml:5:5.',
    ]);
  });

  it('tells a key that is written twice, in JSON as well', async () => {
    const yaml = 'groups:\n  - name: g\n    members: [a@x.org]\n    members: [b@x.org]\n';
    expect(await mistakes(desk.reading('key.yaml', yaml))).toEqual(['key.yaml:4:5 Map keys must be unique.']);
    const json = '{ "groups": [\n\t{ "name": "g", "members": ["a@x.org"], "members": [] } ] }';
    expect(await mistakes(desk.reading('key.json', json))).toEqual([
      'key.json:2:41 Map keys must be unique.',
    ]);
  });

  it('a member or nested group that nobody states makes its group incomplete, with the place', async () => {
    const text = 'groups:\n  - name: g\n    members: [a@x.org, ghost]\n    groups: [phantom]\n';
    const found = await desk.reading('ghost.yaml', text);
    expect(members(found, 'g')).toEqual(['person a@x.org']);
    expect(reasons(found, 'g')).toEqual([
      '"ghost" (ghost.yaml:3:24) is no person in these files',
      '"phantom" (ghost.yaml:4:14) is no group in these files',
    ]);
    expect(found.evidence.complete).toBe(true);
  });

  it('a mail address of two people makes the group that names it incomplete', async () => {
    const text =
      'people:\n  - { id: a, email: desk@x.org }\n  - { id: b, email: Desk@x.org }\ngroups:\n  - { name: g, members: [desk@x.org] }\n';
    const found = await desk.reading('desk.yaml', text);
    expect(members(found, 'g')).toEqual([]);
    expect(reasons(found, 'g')).toEqual(['"desk@x.org" (desk.yaml:5:26) could be any of 2 persons']);
  });

  it('without a line break at its end is incomplete', async () => {
    const found = await desk.reading('cut.yaml', 'groups:\n  - name: g\n    members: [a@x.org]');
    expect(found.evidence.complete).toBe(false);
    expect(reasons(found, 'g')![0]).toContain('cut.yaml has no line break at its end');
  });

  it('a selected group brings what is nested in it, and nobody else', async () => {
    await desk.save('staff.yaml', `${staff}  - { name: other, members: [other@example.com] }\n`);
    const source = fileFrom(desk.directory, { path: 'staff.yaml' });
    const found = await source.read({ groups: [{ kind: 'exact', text: 'first line' }] }, never);
    expect(found.groups.map(({ name }) => name)).toEqual(['evening', 'tier1']);
    expect(found.people.map(({ id }) => id)).not.toContain('other@example.com');
  });
});

describe('a JSON file', () => {
  it('that was cut is told as no JSON, with the place', async () => {
    const [told] = await mistakes(desk.reading('cut.json', '{ "groups": [\n  { "name": "g"'));
    expect(told).toMatch(/^cut\.json:2:\d+ The file is no JSON: /u);
  });

  it('may be a list of people and groups', async () => {
    const entries = [{ person: { id: 'p', email: 'p@x.org' } }, { group: { name: 'g', members: ['p'] } }];
    const found = await desk.reading('list.json', JSON.stringify(entries));
    expect(members(found, 'g')).toEqual(['person p']);
  });

  it('may use a word as key and as value and in every object, and not twice in one', async () => {
    const group = (more: string) => `{ "name": "name", "aliases": ["name", "members"]${more} }`;
    const text = (more: string) => `{ "groups": [${group('')},\n ${group(more)}] }`;
    const fine = text(', "members": ["a@x.org", "members@x.org"], "id": "2"');
    expect((await desk.reading('words.json', fine)).groups).toHaveLength(2);
    expect(await mistakes(desk.reading('words.json', text(', "\\u006eame": "other"')))).toEqual([
      'words.json:2:52 Map keys must be unique.',
    ]);
  });

  it('tells the place of what it does not know', async () => {
    const text = '{ "groups": [\n  { "name": "g",\n    "members": ["a@x.org", "ghost"] } ] }';
    expect(reasons(await desk.reading('ghost.json', text), 'g')).toEqual([
      '"ghost" (ghost.json:3:28) is no person in these files',
    ]);
    const line = '{"group":{"name":"a"}}\n{"group":{"name":"g","members":["ghost"]}}\n';
    expect(reasons(await desk.reading('ghost.jsonl', line), 'g')).toEqual([
      '"ghost" (ghost.jsonl:2:33) is no person in these files',
    ]);
  });

  it('is not taken for YAML', async () => {
    expect(await mistakes(desk.reading('loose.json', '{ groups: [] }'))).toHaveLength(1);
  });
});

describe('a JSON Lines file', () => {
  it('that ends in the middle of a line is incomplete, without that line', async () => {
    const text = '{"group":{"name":"g","members":["a@x.org"]}}\n{"group":{"name":"h","mem';
    const found = await desk.reading('cut.jsonl', text);
    expect(found.groups.map(({ name }) => name)).toEqual(['g']);
    expect(found.evidence.reasons).toEqual([
      'cut.jsonl ends in the middle of line 2; that line was left out',
    ]);
    expect(reasons(found, 'g')).toEqual(found.evidence.reasons);
  });

  it('tells mistakes of every line', async () => {
    const text =
      '{"group":{"name":"g"}}\n{"people":[]}\n\nnot json\n{"person":{"id":"p"},"group":{"name":"h"}}\n';
    expect((await mistakes(desk.reading('bad.jsonl', text))).map(told => told.split(' ')[0])).toEqual([
      'bad.jsonl:2:1',
      'bad.jsonl:2:1',
      'bad.jsonl:4:8',
      'bad.jsonl:5:1',
    ]);
  });
});

describe('any file', () => {
  it('that is empty is an error, unless the config says that this is meant', async () => {
    for (const [name, text] of [
      ['empty.yaml', ''],
      ['empty.yaml', 'people: []\ngroups:\n'],
      ['empty.json', ''],
      ['empty.json', '{}'],
      ['empty.jsonl', '\n'],
      ['empty.csv', ''],
      ['empty.csv', 'group,email\n'],
    ] as const) {
      expect(await mistakes(desk.reading(name, text)), JSON.stringify(text)).toEqual([
        `${name} The file holds no people and no groups.`,
      ]);
      const found = await desk.reading(name, text, { allowEmpty: true });
      expect(found.groups).toEqual([]);
      expect(found.evidence.complete, JSON.stringify(text)).toBe(true);
    }
  });

  it('that changes while it is read is refused', async () => {
    const file = path.join(desk.directory, 'growing.yaml');
    await writeFile(file, 'groups: []\n');
    const rules = { encoding: 'auto', maxMegabytes: 1 };
    const reading = readSnapshot(file, rules, never, async handle => {
      const bytes = await handle.readFile();
      await appendFile(file, '# more\n');
      return bytes;
    });
    const error = await reading.catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
  });

  it('in UTF-16 is known by its byte order mark, either way round', async () => {
    const text = '\uFEFFgroup,email\nSüd,a@x.org\n';
    const little = Buffer.from(text, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect(members(await desk.reading('excel.csv', bytes), 'Süd')).toEqual(['person a@x.org']);
    }
  });

  it('is found by a pattern, and a pattern that finds nothing is source.unreachable', async () => {
    await desk.reading('part-1.csv', 'group,email\ng,a@x.org\n');
    await desk.reading('part-2.csv', 'group,email\ng,b@x.org\n');
    const found = await fileFrom(desk.directory, { path: 'part-*.csv' }).read(everything, never);
    expect(members(found, 'g')).toEqual(['person a@x.org', 'person b@x.org']);
    const error = await fileFrom(desk.directory, { path: ['part-1.csv', 'late-*.csv'] })
      .read(everything, never)
      .catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.unreachable'), String(error)).toBe(true);
  });

  it('that is in no encoding that it could be is told', async () => {
    expect(
      (await mistakes(desk.reading('latin.csv', Buffer.from('group,email\nS\xfcd,a@x.org\n', 'latin1'))))[0],
    ).toContain('bytes that UTF-8 does not know');
    const halved = Buffer.concat([Buffer.from('\uFEFFgroup,email\n', 'utf16le'), Buffer.from([0x41])]);
    expect((await mistakes(desk.reading('excel.csv', halved)))[0]).toContain('UTF-16');
  });

  it('whose name does not tell its format needs one in the config', async () => {
    expect(await mistakes(desk.reading('staff.txt', 'groups:\n'))).toHaveLength(1);
    const found = await desk.reading('staff.txt', 'group,email\ng,a@x.org\n', { format: 'csv' });
    expect(members(found, 'g')).toEqual(['person a@x.org']);
  });

  it('that is a directory is source.read-failed', async () => {
    const error = await fileFrom(desk.directory, { path: '.', format: 'yaml' })
      .read(everything, never)
      .catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.read-failed'), String(error)).toBe(true);
  });

  it('and several of them are one directory', async () => {
    await desk.save('people.yaml', 'people:\n  - { id: p1, email: ana@x.org }\n');
    await desk.save('a.csv', 'group,email\ntier1,ana@x.org\n');
    await desk.save('b.csv', 'group,email\ntier1,bo@x.org\n');
    const source = fileFrom(desk.directory, { path: ['people.yaml', 'a.csv', 'b.csv'] });
    const found = await source.read(everything, never);
    expect(members(found, 'tier1')).toEqual(['person bo@x.org', 'person p1']);
    expect(found.evidence.pages).toBe(3);
    const check = await source.check(never);
    expect(check).toEqual({ server: 'Files people.yaml, a.csv, b.csv', groups: 1, warnings: [] });
  });

  it('tells in a check what makes it incomplete', async () => {
    await desk.save('ghost.yaml', 'groups:\n  - { name: g, members: [ghost] }\n');
    const { warnings } = await fileFrom(desk.directory, { path: 'ghost.yaml' }).check(never);
    expect(warnings).toEqual(['g: "ghost" (ghost.yaml:2:26) is no person in these files.']);
  });

  it('refuses options that it does not know', () => {
    expect(fileSource.options.safeParse({ path: 'a.yaml', delimiter: ';' }).success).toBe(false);
    expect(fileSource.options.safeParse({ path: [] }).success).toBe(false);
  });
});
