import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { MusterError } from '../../src/errors.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Scope } from '../../src/sources/source.ts';
import { describeSource } from '../contracts/source-contract.ts';
import { company } from '../support/keycloak-company.ts';
import {
  type KeycloakVersion,
  type RealKeycloak,
  startKeycloak,
  whyNoKeycloak,
} from '../support/keycloak-real.ts';
import { clients, makeRealRig, realmOf } from '../support/keycloak-real-rig.ts';
import { fillRealm, keycloakFrom, reader } from '../support/keycloak-rig.ts';
import { startKeycloakServer } from '../support/keycloak-server.ts';
import { membersByPath, readByVendor } from '../support/keycloak-vendor.ts';
import { eagerClock } from '../support/manual-clock.ts';

// The first start on a machine unpacks and builds; on a busy one that takes minutes.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });

const signal = new AbortController().signal;
const everything = { groups: [{ kind: 'glob', text: '*' } as const] };
const exact = (...texts: string[]) => ({ groups: texts.map(text => ({ kind: 'exact', text }) as const) });

await describeVersion('26.7.4', 26);
// The last one that embeds sub-groups. Making 2,500 people takes it minutes, so it is spared the whole suite.
await describeVersion('22.0.5', 22);

async function describeVersion(version: KeycloakVersion, generation: 22 | 26): Promise<void> {
  const unless = await whyNoKeycloak(version);
  let running: Promise<RealKeycloak> | undefined;
  const start = () => {
    running ??= startKeycloak(version);
    return running;
  };

  describe(`Keycloak ${version}`, () => {
    afterAll(async () => {
      await (await running?.catch(() => undefined))?.stop();
    });

    if (generation === 26) {
      describeSource(`keycloak ${version}, for real`, async () => makeRealRig(await start()), {
        unless,
        skip: { cycles: 'a group of Keycloak is in one other group at most, so that there is no cycle' },
      });
    }

    describe.skipIf(unless)(`a realm of 40 nested groups${unless ? ` (skipped: ${unless})` : ''}`, () => {
      const realm = 'acme';
      let keycloak: RealKeycloak;
      beforeAll(async () => {
        keycloak = await start();
        await keycloak.admin('POST', '/realms', realmOf(company, realm, ['/Sales']));
      });
      const read = (options: object = {}, scope: Scope = everything): Promise<Directory> =>
        keycloakFrom({ url: keycloak.base, ...options }).read(scope, signal);

      it('is read as it is: every group at its path, everybody in it', async () => {
        const directory = await read();
        expect(directory.evidence).toMatchObject({ complete: true, reasons: [] });
        expect(directory.groups).toHaveLength(40);
        expect(directory.groups.every(({ evidence }) => evidence.complete)).toBe(true);
        expect(shapeOf(directory)).toEqual(
          Object.fromEntries(
            company.groups.map(({ name, people, groups }) => [name, [...people, ...groups].sort()]),
          ),
        );
        const inactive = directory.people.filter(({ status }) => status !== 'active');
        const disabled = company.people.filter(({ userName }) =>
          company.groups.some(({ people }) => people.includes(userName)),
        );
        expect(inactive.map(({ userName }) => userName).sort()).toEqual(
          disabled.flatMap(({ userName, disabled: off }) => (off ? [userName] : [])),
        );
      });

      it('is read equally by the vendor’s own client', async () => {
        const theirs = await readByVendor(keycloak.base, realm);
        expect(Object.keys(theirs)).toHaveLength(40);
        // The service account of the reader is in one group, and no person.
        const people = Object.entries(theirs).map(([path, { id, members }]) => [
          path,
          { id, members: members.filter(name => !name.startsWith('service-account-')) },
        ]);
        expect(membersByPath(await read())).toEqual(Object.fromEntries(people));
      });

      it('shows a service account as skipped', async () => {
        const { groups } = await read({}, exact('/Sales'));
        const sales = groups.find(({ name }) => name === 'Sales');
        expect(sales?.skipped).toEqual([{ type: 'service account', count: 1 }]);
      });

      it('gives one path with what is below it, and nothing else', async () => {
        const { groups, evidence } = await read({}, exact('/Contact Centre/Team 03'));
        expect(groups.map(({ name }) => name)).toEqual(['Team 03', 'Team 03 Night']);
        expect(evidence.complete).toBe(true);
      });

      it('shows nothing to an account with query-groups alone, and that is an error', async () => {
        for (const scope of [everything, exact('No Such Group')]) {
          const error = await read({ clientId: 'sees-nothing' }, scope).catch(
            (reason: MusterError) => reason,
          );
          expect(error).toMatchObject({
            code: 'source.auth-failed',
            happened: expect.stringMatching(/^Keycloak counts \d+ groups in the realm acme, and shows none/u),
            remedy: expect.stringContaining('"view-users"'),
          });
        }
      });

      it('refuses an account without a role, and the role is named', async () => {
        const error = await read({ clientId: 'may-nothing' }).catch((reason: MusterError) => reason);
        expect(error).toMatchObject({
          code: 'source.auth-failed',
          status: 403,
          remedy: expect.stringContaining('"view-users" of the client "realm-management"'),
        });
      });

      it('tells a realm that is not there from a server that is not there', async () => {
        const error = await read({ realm: 'nope' }).catch((reason: MusterError) => reason);
        expect(error).toMatchObject({
          code: 'source.read-failed',
          happened: 'Keycloak has no realm "nope".',
        });
      });

      it('is checked: server, realm, client and number of groups', async () => {
        const check = await keycloakFrom({ url: keycloak.base }).check(signal);
        expect(check).toMatchObject({ groups: 40, warnings: [] });
        expect(check.server).toMatch(/^Keycloak .*, realm acme, as client muster$/u);
      });

      it('answers as our small server does', async () => {
        const small = await startKeycloakServer(eagerClock(Date.now()), {
          version: generation,
          basePath: generation === 22 ? '/auth' : '',
        });
        try {
          fillRealm(small.realm, company);
          for (const [clientId, roles] of Object.entries(clients))
            small.realm.addClient(clientId, reader.clientSecret, roles);
          const account = small.realm.addUser('service-account-muster');
          small.realm.at('/Sales')!.members.add(account);
          for (const clientId of Object.keys(clients)) {
            const [theirs, ours] = [
              await answersOf(keycloak.base, clientId),
              await answersOf(small.base, clientId),
            ];
            expect(Object.keys(theirs).length).toBeGreaterThan(20);
            expect(ours).toEqual(theirs);
          }
        } finally {
          await small.close();
        }
      });
    });
  });
}

/** Names of everybody and everything directly in each group; names are unique in this company. */
function shapeOf({ groups, people }: Directory): Record<string, (string | undefined)[]> {
  const names = new Map([
    ...people.map(({ id, userName }) => [id, userName] as const),
    ...groups.map(({ id, name }) => [id, name] as const),
  ]);
  return Object.fromEntries(
    groups.map(({ name, members }) => [name, members.map(({ id }) => names.get(id)).sort()]),
  );
}

/** Questions of all kinds and what a server says to them, ids written as what they are the ids of. */
async function answersOf(base: string, clientId: string): Promise<Record<string, unknown>> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: reader.clientSecret };
  const tokenUrl = `${base}/realms/acme/protocol/openid-connect/token`;
  const tokenOf = (more: object) =>
    fetch(tokenUrl, { method: 'POST', body: new URLSearchParams({ ...form, ...more }) });
  const { access_token } = (await (await tokenOf({})).json()) as { access_token: string };
  const get = async (path: string, token = access_token) => {
    const answer = await fetch(`${base}${path}`, { headers: { authorization: `Bearer ${token}` } });
    return { status: answer.status, body: (await answer.json()) as unknown };
  };
  const groups = '/admin/realms/acme/groups';
  // Whoever may not look asks for the same groups: their ids come from the reader.
  const readers = (await (await tokenOf({ client_id: reader.clientId })).json()) as { access_token: string };
  const idOf = async (path: string) =>
    ((await get(`/admin/realms/acme/group-by-path${path}`, readers.access_token)).body as { id: string }).id;
  const [centre, sales] = [await idOf('/Contact%20Centre'), await idOf('/Sales')];
  const questions = [
    groups,
    `${groups}?first=1&max=2`,
    `${groups}?first=0&max=0`,
    `${groups}?first=100&max=5`,
    `${groups}?first=0&max=50&briefRepresentation=true`,
    `${groups}?first=0&max=50&briefRepresentation=false`,
    `${groups}?search=Inbound&first=0&max=50`,
    `${groups}?search=North%20Inbound&exact=true&first=0&max=50`,
    `${groups}?search=North%20Inbound&exact=true&populateHierarchy=false&first=0&max=50`,
    `${groups}?search=%20Law%20&exact=true&populateHierarchy=false`,
    `${groups}?search=law&exact=true&populateHierarchy=false`,
    `${groups}/count`,
    `${groups}/count?top=true`,
    `${groups}/${centre}`,
    `${groups}/${centre}/children`,
    `${groups}/${centre}/children?first=0&max=100&briefRepresentation=true`,
    `${groups}/${centre}/children?first=10&max=10&briefRepresentation=true`,
    `${groups}/${sales}/members`,
    `${groups}/${sales}/members?first=0&max=2&briefRepresentation=true`,
    `${groups}/${sales}/members?first=2&max=2&briefRepresentation=true`,
    `${groups}/${sales}/members?first=100&max=2`,
    `${groups}/nothing`,
    `${groups}/nothing/members`,
    '/admin/realms/acme/group-by-path/Contact%20Centre/Team%2003',
    '/admin/realms/acme/group-by-path/Contact%20Centre/Team%2099',
    '/admin/realms/nope/groups',
    '/realms/nope/.well-known/openid-configuration',
  ];
  const answers: Record<string, unknown> = {};
  for (const question of questions) {
    const name = question.replace(centre, '{centre}').replace(sales, '{sales}');
    answers[name] = tame(await get(question));
  }
  answers['without a token'] = await get(groups, 'x');
  const refused = [{ client_secret: 'x' }, { client_id: 'x' }, { grant_type: 'x' }];
  for (const more of refused) {
    const answer = await tokenOf(more);
    const { error } = (await answer.json()) as { error: string };
    answers[`token with ${Object.keys(more)[0]}`] = [answer.status, error];
  }
  return answers;
}

/** Without what differs from server to server, and what no reader of groups looks at. */
function tame(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tame);
  if (typeof value !== 'object' || value === null) return value;
  const ids = ['id', 'parentId'];
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'createdTimestamp')
      .map(([key, each]) => [key, ids.includes(key) ? typeof each : tame(each)]),
  );
}
