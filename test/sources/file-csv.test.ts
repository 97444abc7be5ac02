import { describe, expect, it } from 'vitest';
import type { MusterError } from '../../src/errors.ts';
import { fileDesk, members, mistakes, reasons } from '../support/file-desk.ts';

const desk = fileDesk();

describe('a CSV file', () => {
  const csv = (text: string, options: Readonly<Record<string, unknown>> = {}) =>
    desk.reading('staff.csv', text, { csv: options });

  it('has one row for each group and member, and puts rows of one person together', async () => {
    const found = await csv(
      'group,id,email,name\ntier1,p1,ana@x.org,Ana\ntier1,,bo@x.org,Bo\ntier2,p1,,\ntier2,,ANA@x.org,\nempty,,,\n',
    );
    expect(members(found, 'tier1')).toEqual(['person bo@x.org', 'person p1']);
    expect(members(found, 'tier2')).toEqual(['person p1']);
    expect(members(found, 'empty')).toEqual([]);
    expect(found.people.map(({ id, name, emails }) => [id, name, emails])).toEqual([
      ['bo@x.org', 'Bo', ['bo@x.org']],
      ['p1', 'Ana', ['ana@x.org']],
    ]);
  });

  it('or has the members in one field, and nested groups in another', async () => {
    const text = 'Team|Who|Below\ntier1|ana@x.org; bo|evening\nevening|cy@x.org|\n';
    const columns = { group: 'team', members: 'Who', groups: 'Below' };
    const found = await csv(text, { delimiter: '|', columns });
    expect(members(found, 'tier1')).toEqual(['group evening', 'person ana@x.org', 'person bo']);
    expect(found.people.find(({ id }) => id === 'bo')).toMatchObject({ userName: 'bo', emails: [] });
  });

  it('may begin with a byte order mark, and quote delimiters, quotes and line breaks', async () => {
    const found = await csv('\uFEFFgroup,email,name\r\n"a, ""b""\nc",x@x.org,"X, Y"\r\n');
    expect(found.groups.map(({ name }) => name)).toEqual(['a, "b"\nc']);
    expect(found.people[0]!.name).toBe('X, Y');
  });

  it('whoever is who does not depend on the order of the rows', async () => {
    const rows = ['g,p1,ana@x.org,ana', 'h,,ana@x.org,', 'i,,,ana'];
    for (const order of [rows, [...rows].reverse()]) {
      const found = await csv(`group,id,email,userName\n${order.join('\n')}\n`);
      expect(found.people.map(({ id }) => id)).toEqual(['p1']);
    }
  });

  it('tells rows with the wrong number of columns, with their lines', async () => {
    const text = 'group,email\n"two\nlines",a@x.org\ng\n\ng,b@x.org,c\n';
    expect(await mistakes(csv(text))).toEqual([
      'staff.csv:4 The row has 1 columns and the header 2.',
      'staff.csv:6 The row has 3 columns and the header 2.',
    ]);
  });

  it('tells rows without a group, unknown states and people who contradict themselves', async () => {
    const text =
      'group,email,name,status\n,,,\ng,a@x.org,Ana,away\ng,b@x.org,Bo,active\nh,b@x.org,Bob,active\ng,,Cy,\n';
    expect(await mistakes(csv(text))).toEqual([
      'staff.csv:2 The row names no group.',
      'staff.csv:3 The status "away" is unknown.',
      'staff.csv:6 The row describes somebody without id, email or userName.',
      'staff.csv:5 The name of "b@x.org" is "Bob" here and "Bo" at staff.csv:4.',
    ]);
  });

  it('with another delimiter than the config says is told by what its header looks like', async () => {
    const [told] = await mistakes(csv('group;email\ng;a@x.org\n'));
    expect(told).toBe('staff.csv:1 The header has no column for the group.');
    const error = await csv('group;email\ng;a@x.org\n').catch((reason: unknown) => reason);
    expect((error as MusterError).remedy).toContain('"group;email"');
  });

  it('without a column that the config names, or with one twice, is told', async () => {
    expect(await mistakes(csv('group,email\ng,a@x.org\n', { columns: { email: 'Mail' } }))).toEqual([
      'staff.csv:1 The header has no column "Mail".',
    ]);
    expect(await mistakes(csv('group,Email,email\ng,a@x.org,b@x.org\n'))).toEqual([
      'staff.csv:1 The header has "email" 2 times.',
    ]);
    expect(await mistakes(csv('group,color\ng,red\n'))).toHaveLength(1);
  });

  it('that ends within a line is incomplete, and the half row is not believed', async () => {
    const found = await csv('group,email\nadmin,a@x.org\nadmin_staff,b@x.or');
    expect(found.groups.map(({ name }) => name)).toEqual(['admin']);
    expect(found.evidence.complete).toBe(false);
    expect(reasons(found, 'admin')![0]).toContain('line 3 may be half a row');
  });

  it('that ends within quotes is incomplete', async () => {
    const found = await csv('group,email,name\ng,a@x.org,Ana\ng,b@x.org,"Bo\n');
    expect(members(found, 'g')).toEqual(['person a@x.org']);
    expect(reasons(found, 'g')![0]).toContain('ends within the quotes that open on line 3');
  });

  it('with a quote in the wrong place is told with its line', async () => {
    expect(await mistakes(csv('group,email,name\ng,a@x.org,Ana "A" S\ng,c@x.org,="007"\n'))).toEqual([
      'staff.csv:2 A quote stands in the wrong place in column 3.',
      'staff.csv:3 A quote stands in the wrong place in column 3.',
    ]);
  });

  it('tells the first hundred mistakes and how many more there are', async () => {
    const told = await mistakes(csv(`group,email\n${'g\n'.repeat(130)}`));
    expect(told).toHaveLength(101);
    expect(told[100]).toContain('There are 30 more mistakes.');
  });

  describe('as real programs write it', () => {
    const excel = { delimiter: ';' };
    const ana = ['person a@x.org'];

    it('comes from Excel in UTF-16, with semicolons and a byte order mark', async () => {
      const text = '\uFEFFgroup;email;name\r\nSüd;a@x.org;"Souza;\r\nAna"\r\n';
      const found = await desk.reading('staff.csv', Buffer.from(text, 'utf16le'), { csv: excel });
      expect(members(found, 'Süd')).toEqual(ana);
      expect(found.people[0]!.name).toBe('Souza;\r\nAna');
    });

    it('may say in its first line how it is separated, and the config wins', async () => {
      expect(members(await csv('sep=;\r\ngroup;email\r\ng;a@x.org\r\n'), 'g')).toEqual(ana);
      expect(members(await csv('sep=;\r\ngroup|email\r\ng|a@x.org\r\n', { delimiter: '|' }), 'g')).toEqual(
        ana,
      );
      expect(await mistakes(csv('sep=;\r\ngroup;email\r\ng\r\n'))).toEqual([
        'staff.csv:3 The row has 1 columns and the header 2.',
      ]);
    });

    it('has tabs if it is called .tsv', async () => {
      const found = await desk.reading('staff.tsv', 'group\temail\ng\ta@x.org\n');
      expect(members(found, 'g')).toEqual(ana);
    });

    it('hints at the character between the columns', async () => {
      for (const other of [';', '\t', '|']) {
        const error = await csv(`group${other}email\ng${other}a@x.org\n`).catch((reason: unknown) => reason);
        expect((error as MusterError).remedy).toContain(
          `Perhaps the character between them is ${JSON.stringify(other)}`,
        );
      }
    });

    it('may end with empty rows, but have none in the middle', async () => {
      expect(members(await csv('group;email\r\ng;a@x.org\r\n;\r\n ; \r\n\r\n  \r\n', excel), 'g')).toEqual(
        ana,
      );
      expect(await mistakes(csv('group;email\r\n;\r\ng;a@x.org\r\n', excel))).toEqual([
        'staff.csv:2 The row names no group.',
      ]);
      const cut = await csv('group;email\r\ng;a@x.org\r\n;', excel);
      expect(members(cut, 'g')).toEqual(ana);
      expect(cut.evidence.complete).toBe(false);
    });

    it('may have several kinds of line ends', async () => {
      const found = await csv('group,email\r\ng,a@x.org\ng,b@x.org\rg,c@x.org\r\n');
      expect(members(found, 'g')).toHaveLength(3);
    });

    it('may have a title above the header, and columns of one name that are not asked for', async () => {
      const text = 'Agents by team, 3 March\n\nteam,email,note,note\ng,a@x.org,1,2\ng,b\n';
      const options = { skipLines: 2, columns: { group: 'Team' } };
      expect(await mistakes(csv(text, options))).toEqual([
        'staff.csv:5 The row has 2 columns and the header 4.',
      ]);
      expect(members(await csv(text.replace('g,b\n', ''), options), 'g')).toEqual(ana);
    });

    it('never makes one person of all who have no address', async () => {
      for (const word of ['n/a', '-', 'a@x.org;b@x.org', 'Ana <a@x.org>', 'a@x.org b@x.org'])
        expect(await mistakes(csv(`group,id,email\ng,1,"${word}"\n`)), word).toEqual([
          `staff.csv:2 "${word}" is no mail address.`,
        ]);
      expect(await mistakes(csv('group,members\ng,a@x.org;Bo <b@x.org>\n'))).toEqual([
        'staff.csv:2 "Bo <b@x.org>" is no mail address.',
      ]);
    });

    it('has words of its own for who is still there', async () => {
      const text = 'group,email,status\ng,a@x.org,In Service\ng,b@x.org,LEFT\ng,c@x.org,Suspended\n';
      const statuses = { 'in service': 'active', Left: 'deprovisioned' };
      const found = await csv(text, { statuses });
      expect(found.people.map(({ status }) => status)).toEqual(['active', 'deprovisioned', 'suspended']);
      expect(await mistakes(csv(text))).toEqual([
        'staff.csv:2 The status "In Service" is unknown.',
        'staff.csv:3 The status "LEFT" is unknown.',
      ]);
    });

    it('may have one row for each person, with all their groups in it', async () => {
      const text = 'email,group\na@x.org,tier1 | night\nb@x.org,night\nc@x.org,\n';
      const found = await csv(text, { groupSeparator: '|' });
      expect(members(found, 'tier1')).toEqual(ana);
      expect(members(found, 'night')).toEqual(['person a@x.org', 'person b@x.org']);
      expect((await csv(text)).groups.map(({ name }) => name)).toEqual(['night', 'tier1 | night']);
      expect(await mistakes(csv('email,group,groupId\na@x.org,g|h,1\n', { groupSeparator: '|' }))).toContain(
        'staff.csv:2 The row has several groups and one id.',
      );
    });

    it('is in another encoding if the config names it', async () => {
      const bytes = Buffer.from('group,email\nS\xfcd,a@x.org\n', 'latin1');
      const found = await desk.reading('staff.csv', bytes, { encoding: 'windows-1252' });
      expect(members(found, 'Süd')).toEqual(ana);
      const marked = Buffer.from('\uFEFFgroup,email\nSüd,a@x.org\n');
      expect(members(await desk.reading('staff.csv', marked, { encoding: 'windows-1252' }), 'Süd')).toEqual(
        ana,
      );
      const bare = Buffer.from('group,email\nSüd,a@x.org\n', 'utf16le');
      expect((await mistakes(desk.reading('staff.csv', bare)))[0]).toContain(
        'UTF-16 without a byte order mark',
      );
      expect(members(await desk.reading('staff.csv', bare, { encoding: 'utf-16le' }), 'Süd')).toEqual(ana);
    });

    it('that never ends with a line break is whole if the config says so', async () => {
      const text = 'group,email\nh,b@x.org\ng,a@x.org';
      expect((await desk.reading('staff.csv', text)).evidence.complete).toBe(false);
      const found = await desk.reading('staff.csv', text, { endsWithNewline: false });
      expect(found.evidence.complete).toBe(true);
      expect(members(found, 'g')).toEqual(ana);
    });
  });
});
