import {
  AuthenticationHandler,
  Client,
  type Middleware,
  PageIterator,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';
import { describe, expect, it } from 'vitest';
import { bench, readGroups } from '../support/entra-reading.ts';
import { type EntraServer, graphResource } from '../support/entra-server.ts';

/**
 * The vendor's client with its own handlers for tokens and repeats. It talks to Graph's own address, and to nothing
 * without TLS; the last handler is the way from there to the loopback and back.
 */
async function vendorClient(server: EntraServer): Promise<Client> {
  const { tenant, app } = server.login;
  const answer = await fetch(`${server.url}/${tenant}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: app.clientId,
      client_secret: app.secret,
      scope: `${graphResource}/.default`,
    }),
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  const wire: Middleware = {
    async execute(context) {
      const url = String(context.request).replace(graphResource, server.url);
      const response = await fetch(url, context.options as RequestInit);
      const text = (await response.text()).replaceAll(server.url, graphResource);
      const { status, headers } = response;
      context.response = new Response(text, {
        status,
        headers: { 'content-type': headers.get('content-type')! },
      });
    },
  };
  const middleware = [
    new AuthenticationHandler({ getAccessToken: async () => token }),
    new RetryHandler(new RetryHandlerOptions()),
    wire,
  ];
  return Client.initWithMiddleware({ middleware, baseUrl: `${graphResource}/`, defaultVersion: 'v1.0' });
}

interface VendorRecord {
  readonly id: string;
  readonly displayName: string;
  readonly '@odata.type'?: string;
}

async function everything(client: Client, path: string, advanced = false): Promise<VendorRecord[]> {
  const request = client.api(path).select('id,displayName').top(3);
  const page = await (advanced ? request.count(true).header('ConsistencyLevel', 'eventual') : request).get();
  const found: VendorRecord[] = [];
  const options = advanced ? { headers: { ConsistencyLevel: 'eventual' } } : {};
  const iterator = new PageIterator(client, page, (record: VendorRecord) => found.push(record) > 0, options);
  await iterator.iterate();
  return found;
}

/** Groups in groups, people in several, things that are neither. */
async function company() {
  const made = await bench();
  const { tenant } = made.server;
  const people = Array.from({ length: 17 }, (_, at) => tenant.addUser(`person ${at}`));
  const groups = Array.from({ length: 11 }, (_, at) => tenant.addGroup(`Group ${at}`));
  for (const [at, group] of groups.entries()) {
    tenant.addMember(group, ...people.filter((_, which) => which % (at + 1) === 0));
    if (at > 0) tenant.addMember(group, groups[at - 1]!);
    if (at % 3 === 0) tenant.addMember(group, tenant.addObject('device', `PC ${at}`));
  }
  return made;
}

describe('the vendor’s own client reads the same', () => {
  it('groups and their direct members', async () => {
    const { server, source } = await company();
    const client = await vendorClient(server);
    const directory = await readGroups(source({ pageSize: 4 }), '*');
    const theirs = await everything(client, '/groups');
    expect(directory.groups.map(({ id, name }) => [id, name]).sort()).toEqual(
      theirs.map(({ id, displayName }) => [id, displayName]).sort(),
    );
    for (const group of directory.groups) {
      const members = await everything(client, `/groups/${group.id}/members`);
      const ids = (type: string) =>
        members.filter(each => each['@odata.type'] === `#microsoft.graph.${type}`).map(({ id }) => id);
      const ours = (kind: string) => group.members.filter(each => each.kind === kind).map(({ id }) => id);
      expect(ours('person').sort()).toEqual(ids('user').sort());
      expect(ours('group').sort()).toEqual(ids('group').sort());
      expect(group.skipped.reduce((sum, { count }) => sum + count, 0)).toBe(ids('device').length);
    }
  });

  it('the flat list of all levels', async () => {
    const { server, source } = await company();
    const client = await vendorClient(server);
    const directory = await readGroups(source({ nested: 'transitive', pageSize: 4 }), '*');
    for (const { id, members } of directory.groups) {
      const theirs = await everything(client, `/groups/${id}/transitiveMembers/microsoft.graph.user`, true);
      expect(members.map(member => member.id).sort()).toEqual(theirs.map(each => each.id).sort());
    }
  });

  it('a batch', async () => {
    const { server, source } = await company();
    const client = await vendorClient(server);
    const directory = await readGroups(source(), '*');
    const requests = directory.groups.map(({ id }) => ({
      id,
      method: 'GET',
      url: `/groups/${id}/members?$select=id&$top=999`,
    }));
    const { responses } = (await client.api('/$batch').post({ requests })) as {
      responses: { id: string; body: { value: VendorRecord[] } }[];
    };
    for (const { id, members, skipped } of directory.groups) {
      const { body } = responses.find(each => each.id === id)!;
      const left = skipped.reduce((sum, { count }) => sum + count, 0);
      expect(members).toHaveLength(body.value.length - left);
    }
  });
});
