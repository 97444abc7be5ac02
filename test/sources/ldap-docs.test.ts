import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { ldapOptions } from '../../src/sources/ldap/options.ts';
import { partsOf, readPage } from '../support/doc-pages.ts';
import { ldapFrom, plainOptions } from '../support/ldap-rig.ts';
import { ldifEntry, noSlapd, reader, startSlapd, suffix } from '../support/slapd.ts';

const parts = partsOf(readPage('docs/sources/ldap.md')).filter(part => part.kind === 'fence');

describe('docs/sources/ldap.md', () => {
  it('shows options that hold', () => {
    const shown = parts.flatMap(({ info, body }) => {
      const parsed = info === 'yaml' ? (parseYaml(body) as { sources?: { corp: { kind: string } } }) : {};
      return parsed.sources ? [parsed.sources.corp] : [];
    });
    expect(shown).toHaveLength(4);
    for (const { kind, ...options } of shown) {
      expect(kind).toBe('ldap');
      expect(ldapOptions().safeParse(options).error?.issues).toBeUndefined();
    }
  });

  it.skipIf(noSlapd)(
    `the rules of the page for OpenLDAP are enough${noSlapd ? ` (skipped: ${noSlapd})` : ''}`,
    async () => {
      const [rules] = parts.filter(({ info }) => info === 'conf');
      const lines = rules!.body
        .replaceAll('cn=muster,ou=services,dc=example,dc=com', reader.dn)
        .replaceAll('dc=example,dc=com', suffix)
        .split('\n');
      const overlays = ['overlay ppolicy', 'overlay memberof'];
      const globals = ['moduleload memberof', 'sizelimit 2'];
      const slapd = await startSlapd({ globals, database: overlays });
      try {
        const person = (uid: string) =>
          ldifEntry(`uid=${uid},ou=people,${suffix}`, {
            objectClass: 'inetOrgPerson',
            cn: uid,
            sn: uid,
            uid,
            mail: `${uid}@example.org`,
            telephoneNumber: '1',
          });
        const names = ['ana', 'bo', 'cy'];
        const groups = ['one', 'two', 'three', 'four'].map(cn =>
          ldifEntry(`cn=${cn},ou=groups,${suffix}`, {
            objectClass: 'groupOfNames',
            cn,
            member: names.map(uid => `uid=${uid},ou=people,${suffix}`),
          }),
        );
        const units = ['people', 'groups'].map(ou =>
          ldifEntry(`ou=${ou},${suffix}`, { objectClass: 'organizationalUnit' }),
        );
        await slapd.add([...units, ...names.map(person), ...groups].join(''));
        // The last rule closes everything that those of the page do not open.
        await slapd.restart({ database: [...overlays, ...lines, 'access to * by * none'] });
        const source = ldapFrom({
          ...plainOptions(slapd.url),
          groupBaseDn: `ou=groups,${suffix}`,
          pageSize: 2,
          attributes: { extra: ['telephoneNumber'] },
        });
        const scope = { groups: [{ kind: 'glob', text: '*' } as const] };
        const directory = await source.read(scope, new AbortController().signal);
        expect(directory.evidence).toMatchObject({ complete: true, reasons: [] });
        expect(directory.notes).toEqual([]);
        expect(directory.groups).toHaveLength(4);
        for (const { members, evidence } of directory.groups) {
          expect(members).toHaveLength(3);
          expect(evidence).toMatchObject({ complete: true, reasons: [] });
        }
        expect(directory.people.map(({ userName, emails }) => [userName, ...emails])).toEqual(
          expect.arrayContaining(names.map(name => [name, `${name}@example.org`])),
        );
        // What is not on the page stays closed.
        expect(directory.people.every(({ attributes }) => attributes === undefined)).toBe(true);
      } finally {
        await slapd.stop();
      }
    },
  );
});
