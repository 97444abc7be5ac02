import { generateKeyPairSync } from 'node:crypto';
import okta from '@okta/okta-sdk-nodejs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { apiToken, oktaFrom } from '../support/okta-rig.ts';
import { type OktaServer, startOktaServer } from '../support/okta-server.ts';

/**
 * Okta's own client, unchanged, pointed at the same loopback org. It knows nothing of our server and nothing of our
 * reader: what all three agree on is the protocol.
 */
let server: OktaServer;

beforeEach(async () => {
  // The vendor's client asks the environment of this process for a proxy, and would ask it for 127.0.0.1 as well.
  for (const name of ['https_proxy', 'HTTPS_PROXY']) vi.stubEnv(name, '');
  // It also stamps its proofs by the clock of the machine.
  server = await startOktaServer({ ...eagerClock(), now: () => Date.now() });
  const { directory } = server;
  const users = Array.from({ length: 23 }, (_, index) =>
    directory.addUser(
      {
        login: `p${index}@example.org`,
        email: `p${index}@example.org`,
        firstName: 'P',
        lastName: `${index}`,
      },
      index % 5 === 0 ? 'SUSPENDED' : 'ACTIVE',
    ),
  );
  directory.addGroup('Support', users);
  directory.addGroup('Sales', users.slice(3, 9));
  directory.addGroup('Nobody');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

interface Told {
  readonly id: string;
  readonly name: string;
  readonly members: readonly { id: string; status: string; login: string }[];
}

/** Everything that the vendor's client finds, following its own paging. */
async function byVendor(client: okta.Client): Promise<Told[]> {
  const groups: Told[] = [];
  const listed = await client.groupApi.listGroups({ limit: 2 });
  await listed.each(async group => {
    const members: Told['members'][number][] = [];
    const users = await client.groupApi.listGroupUsers({ groupId: group!.id!, limit: 4 });
    await users.each(user => {
      members.push({ id: user!.id!, status: String(user!.status), login: user!.profile!.login! });
    });
    groups.push({ id: group!.id!, name: String(group!.profile!.name), members });
  });
  return groups;
}

/** The same of our reader. */
function byMuster(directory: Directory): Told[] {
  const people = new Map(directory.people.map(person => [person.id, person]));
  return directory.groups.map(group => ({
    id: group.id,
    name: group.name,
    members: group.members.map(({ id }) => {
      const { status, userName } = people.get(id)!;
      return { id, status: status === 'active' ? 'ACTIVE' : 'SUSPENDED', login: userName! };
    }),
  }));
}

const sorted = (groups: readonly Told[]) =>
  groups
    .map(group => ({ ...group, members: [...group.members].sort((a, b) => (a.id < b.id ? -1 : 1)) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

const everything = { groups: [{ kind: 'glob', text: '*' } as const] };

describe("Okta's own client reads the same org as we do", () => {
  it('with an API token', async () => {
    const client = new okta.Client({ orgUrl: server.url, token: apiToken });
    server.apiTokens.add(apiToken);
    const source = oktaFrom({ url: server.url, token: apiToken, pageSize: 3 });
    const directory = await source.read(everything, new AbortController().signal);
    expect(directory.groups.every(group => group.evidence.complete)).toBe(true);
    const vendor = sorted(await byVendor(client));
    expect(vendor.find(({ name }) => name === 'Support')?.members).toHaveLength(23);
    expect(sorted(byMuster(directory))).toEqual(vendor);
  });

  it('as a service app in an org that demands DPoP', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;
    const scopes = ['okta.groups.read', 'okta.users.read'];
    server.oauth.apps.set('0oaApp', {
      clientId: '0oaApp',
      keys: { k1: publicKey },
      grantedScopes: scopes,
      requiresDpop: true,
    });
    const client = new okta.Client({
      orgUrl: server.url,
      authorizationMode: 'PrivateKey',
      clientId: '0oaApp',
      scopes,
      privateKey: pem,
      keyId: 'k1',
    });
    const ours = { url: server.url, clientId: '0oaApp', privateKey: pem, keyId: 'k1' };
    const clock = { ...eagerClock(), now: () => Date.now() };
    const directory = await oktaFrom(ours, clock).read(everything, new AbortController().signal);
    expect(sorted(byMuster(directory))).toEqual(sorted(await byVendor(client)));
    const bound = [...server.oauth.tokens.values()].map(({ jkt }) => jkt);
    expect(new Set(bound).size).toBe(2);
  });
});
