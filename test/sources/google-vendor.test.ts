import { admin, type admin_directory_v1, auth } from '@googleapis/admin';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Directory } from '../../src/model/directory.ts';
import { googleFrom, googleOptionsFor } from '../support/google-rig.ts';
import { type GoogleServer, startGoogleServer } from '../support/google-server.ts';
import { eagerClock } from '../support/manual-clock.ts';

/**
 * Google's own client, unchanged, pointed at the same loopback server by its `rootUrl`. Its sign-in for service
 * accounts has the address of Google's token endpoint built in, so it is handed a token that our server has given.
 */
let server: GoogleServer;
let vendor: admin_directory_v1.Admin;

beforeEach(async () => {
  const clock = eagerClock();
  server = await startGoogleServer(clock);
  const { directory, oauth } = server;
  const top = directory.addGroup('Top', 'top@example.org');
  const inner = directory.addGroup('Inner', 'inner@example.org');
  directory.addGroup('Nobody', 'nobody@example.org');
  for (let index = 0; index < 23; index++) {
    const user = directory.addUser(`p${index}@example.org`, { suspended: index % 5 === 0 });
    directory.join(index % 2 === 0 ? top : inner, user);
  }
  directory.join(top, inner);
  const token = 'ya29.for-the-vendor';
  oauth.tokens.set(token, {
    scopes: oauth.delegated,
    subject: 'admin@example.org',
    expiresMs: clock.now() + 60_000,
  });
  const credentials = new auth.OAuth2();
  // Its own clock says whether the token is still good.
  credentials.setCredentials({ access_token: token, expiry_date: Date.now() + 3_600_000 });
  vendor = admin({ version: 'directory_v1', auth: credentials, rootUrl: `${server.url}/` });
});

afterEach(() => server.close());

type Told = Readonly<Record<string, readonly string[]>>;

/** Members of every group by address, as the vendor's client pages through them. */
async function byVendor(includeDerivedMembership: boolean): Promise<Told> {
  const told: Record<string, string[]> = {};
  let pageToken: string | undefined;
  do {
    const page = await vendor.groups.list({ customer: 'my_customer', maxResults: 2, pageToken });
    for (const group of page.data.groups ?? [])
      told[group.name!] = await vendorMembers(group.id!, includeDerivedMembership);
    pageToken = page.data.nextPageToken ?? undefined;
  } while (pageToken);
  return told;
}

async function vendorMembers(groupKey: string, includeDerivedMembership: boolean): Promise<string[]> {
  const members = new Set<string>();
  let pageToken: string | undefined;
  do {
    const { data } = await vendor.members.list({
      groupKey,
      maxResults: 4,
      includeDerivedMembership,
      pageToken,
    });
    for (const { type, email, status } of data.members ?? [])
      if (!includeDerivedMembership || type !== 'GROUP') members.add(`${type} ${email} ${status}`);
    pageToken = data.nextPageToken ?? undefined;
  } while (pageToken);
  return [...members].sort();
}

/** The same of our reader. */
function byMuster(directory: Directory): Told {
  const people = new Map(directory.people.map(person => [person.id, person]));
  const groups = new Map(directory.groups.map(group => [group.id, group]));
  return Object.fromEntries(
    directory.groups.map(group => [
      group.name,
      group.members
        .map(({ kind, id }) =>
          kind === 'group'
            ? `GROUP ${groups.get(id)!.aliases[0]} ACTIVE`
            : `USER ${people.get(id)!.emails[0]} ${people.get(id)!.status.toUpperCase()}`,
        )
        .sort(),
    ]),
  );
}

describe("Google's own client reads the same account as we do", () => {
  it.each([false, true])('with nested groups flattened by Google: %s', async includeDerivedMembership => {
    const source = googleFrom({ ...googleOptionsFor(server), pageSize: 3, includeDerivedMembership });
    const everything = { groups: [{ kind: 'glob', text: '*' } as const] };
    const directory = await source.read(everything, new AbortController().signal);
    expect(directory.groups.every(group => group.evidence.complete)).toBe(true);
    const told = await byVendor(includeDerivedMembership);
    expect(told.Top).toHaveLength(includeDerivedMembership ? 23 : 13);
    expect(byMuster(directory)).toEqual(told);
  });
});
