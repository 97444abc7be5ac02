import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import { ldapFrom, plainOptions } from '../support/ldap-rig.ts';
import { noSlapd, type Slapd, startSlapd } from '../support/slapd.ts';

const ldif = new URL('../../../shared/data/planet-express.ldif', import.meta.url);
const schema = new URL('../../../shared/data/planet-express.schema', import.meta.url);
const missing =
  noSlapd ??
  (existsSync(ldif) && existsSync(schema) ? undefined : '../shared/data/planet-express.ldif is not here');
const base = 'dc=planetexpress,dc=com';
const never = new AbortController().signal;

describe.skipIf(missing)(`the Planet Express directory${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let slapd: Slapd;
  let directory: Directory;
  beforeAll(async () => {
    slapd = await startSlapd({ suffix: base, schema: readFileSync(schema, 'utf8').trim().split('\n') });
    await slapd.add(readFileSync(ldif, 'utf8'));
    const options = { ...plainOptions(slapd.url, base), bindDn: `cn=reader,${base}` };
    directory = await ldapFrom(options).read(
      { groups: [{ kind: 'regex', source: '^.*_', flags: '' }] },
      never,
    );
  });
  afterAll(() => slapd?.stop());

  const namesIn = (group: string) =>
    directory.groups
      .find(({ name }) => name === group)!
      .members.map(({ id }) => directory.people.find(person => person.id === id)!.name);

  it('has its two groups of the class that Active Directory uses, whole', () => {
    expect(directory.groups.map(({ name }) => name)).toEqual(['admin_staff', 'ship_crew']);
    expect(namesIn('admin_staff').sort()).toEqual(['Hermes Conrad', 'Professor Farnsworth']);
    expect(namesIn('ship_crew').sort()).toEqual(['Bender', 'Fry', 'Turanga Leela']);
    for (const { evidence } of [directory, ...directory.groups])
      expect(evidence).toMatchObject({ complete: true, reasons: [] });
  });

  it('keeps both mail addresses of the professor, the primary one first', () => {
    const professor = directory.people.find(({ userName }) => userName === 'professor');
    expect(professor!.emails).toEqual(['professor@planetexpress.com', 'hubert@planetexpress.com']);
  });

  it('finds somebody named by two attributes, in whichever order a group writes them', async () => {
    const intern = `cn=interns,ou=people,${base}`;
    await slapd.add(
      `dn: ${intern}\nobjectClass: Group\ngroupType: 2\ncn: interns\nmember: SN=Kroker + cn=amy wong,ou=People,${base}\n`,
    );
    const options = { ...plainOptions(slapd.url, base), bindDn: `cn=reader,${base}` };
    const read = await ldapFrom(options).read({ groups: [{ kind: 'exact', text: intern }] }, never);
    expect(read.people).toMatchObject([
      { name: 'Amy Wong', emails: ['amy@planetexpress.com'], userName: 'amy' },
    ]);
    expect(read.groups[0]!.evidence.complete).toBe(true);
  });

  it('reads whoever the filter of the config calls a group', async () => {
    const options = {
      ...plainOptions(slapd.url, base),
      bindDn: `cn=reader,${base}`,
      groupFilter: '(cn=ship_crew)',
    };
    const check = await ldapFrom(options).check(never);
    expect(check).toMatchObject({ groups: 1 });
    expect(check.server).toContain('OpenLDAP');
  });
});
