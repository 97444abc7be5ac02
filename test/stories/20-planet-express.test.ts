import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import { loadConfig, type Muster, openMuster } from '../../src/index.ts';
import { plainOptions } from '../support/ldap-rig.ts';
import { recordAnswers } from '../support/openapi.ts';
import { noSlapd, type Slapd, startSlapd } from '../support/slapd.ts';

const ldif = new URL('../../../shared/data/planet-express.ldif', import.meta.url);
const schema = new URL('../../../shared/data/planet-express.schema', import.meta.url);
const missing =
  noSlapd ??
  (existsSync(ldif) && existsSync(schema) ? undefined : '../shared/data/planet-express.ldif is not here');
const base = 'dc=planetexpress,dc=com';

/** The crew as the contact centre knows it: the professor by his second address, the robot not at all. */
const users = [
  ['Philip Fry', 'fry@planetexpress.com'],
  ['Turanga Leela', 'Leela@PlanetExpress.com'],
  ['Hubert Farnsworth', 'hubert@planetexpress.com'],
  ['Hermes Conrad', 'hermes@planetexpress.com'],
].map(([name, email]) => ({ name: name!, email: email! }));

describe.each(['platform', 'scim-extension'] as const)(
  'from a real directory to staffed queues, %s contract',
  contract => {
    describe.skipIf(missing)(`Planet Express${missing ? ` (skipped: ${missing})` : ''}`, () => {
      let slapd: Slapd;
      let emulator: Emulator;
      let muster: Muster;
      let dir: string;
      let violations: () => readonly string[];

      beforeAll(async () => {
        slapd = await startSlapd({ suffix: base, schema: readFileSync(schema, 'utf8').trim().split('\n') });
        await slapd.add(readFileSync(ldif, 'utf8'));
        emulator = await emulate({
          contract,
          seed: {
            organization: { name: 'Planet Express' },
            clients: [{ id: 'muster', secret: 'good-news', permissions: ['*'] }],
            users,
            queues: [{ name: 'Deliveries' }, { name: 'Office' }],
          },
        });
        violations = recordAnswers(emulator).violations;
        dir = await mkdtemp(join(tmpdir(), 'muster-planet-'));
        const { url, ...source } = { ...plainOptions(slapd.url, base), bindDn: `cn=reader,${base}` };
        const config = {
          genesys: { baseUrl: emulator.url, clientId: 'muster', clientSecret: 'good-news' },
          sources: { crew: { kind: 'ldap', url, ...source } },
          mappings: [
            { group: 'ship_crew', queues: ['Deliveries'] },
            { group: 'admin_staff', queues: ['Office'], displayName: 'Office staff' },
          ],
        };
        await writeFile(join(dir, 'muster.yaml'), JSON.stringify(config));
        muster = await openMuster(await loadConfig(join(dir, 'muster.yaml'), { env: {} }), { env: {} });
      });
      afterAll(async () => {
        await muster?.close();
        await emulator?.close();
        await slapd?.stop();
        if (dir) await rm(dir, { recursive: true, force: true });
      });

      const on = async (name: string) => {
        const queue = [...emulator.db.queues.values()].find(each => each.name === name)!;
        const [roster] = await muster.roster([{ queue: queue.id, name }]);
        return roster!.members.map(member => member.name).sort();
      };

      it('puts whoever has a user on the queues, whichever of their addresses it bears, and tells who has none', async () => {
        const planned = await muster.plan();
        expect(planned.refusals).toEqual([]);
        expect(planned.plan.choice).toMatchObject({ contract, by: 'detected' });
        expect(
          planned.plan.notes.filter(note => note.level === 'warning').map(note => [note.code, note.subject]),
        ).toEqual([['person.unlinked', 'bender@planetexpress.com']]);
        const outcome = await muster.apply(planned);
        expect(outcome.state).toBe('done');
        expect(await on('Deliveries')).toEqual(['Philip Fry', 'Turanga Leela']);
        expect(await on('Office')).toEqual(['Hermes Conrad', 'Hubert Farnsworth']);
      });

      it('finds nothing to do when it runs again, and writes nothing', async () => {
        emulator.requests.reset();
        const planned = await muster.plan();
        expect(planned.plan.changes).toEqual([]);
        expect((await muster.apply(planned)).state).toBe('nothing-to-do');
        expect(emulator.requests.writes()).toEqual([]);
      });

      it('follows the directory when somebody changes desks', async () => {
        await slapd.add(
          [
            `dn: cn=admin_staff,ou=people,${base}`,
            'changetype: modify',
            'add: member',
            `member: cn=Philip J. Fry,ou=people,${base}`,
            '',
            `dn: cn=ship_crew,ou=people,${base}`,
            'changetype: modify',
            'delete: member',
            `member: cn=Philip J. Fry,ou=people,${base}`,
            '',
          ].join('\n'),
        );
        const planned = await muster.plan();
        expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.add', 'member.remove']);
        expect(planned.refusals).toEqual([]);
        expect((await muster.apply(planned)).state).toBe('done');
        expect(await on('Deliveries')).toEqual(['Turanga Leela']);
        expect(await on('Office')).toEqual(['Hermes Conrad', 'Hubert Farnsworth', 'Philip Fry']);
      });

      it('answered as the public API definition says', () => {
        expect(violations()).toEqual([]);
      });
    });
  },
);
