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
    const [told] = await mistakes(csv('group,email\ng,a"b@x.org\ng,c@x.org\n'));
    expect(told).toMatch(/^staff\.csv:2 Invalid Opening Quote/u);
  });

  it('tells the first hundred mistakes and how many more there are', async () => {
    const told = await mistakes(csv(`group,email\n${'g\n'.repeat(130)}`));
    expect(told).toHaveLength(101);
    expect(told[100]).toContain('There are 30 more mistakes.');
  });
});
