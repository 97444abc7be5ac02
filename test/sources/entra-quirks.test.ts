import { describe, expect, it } from 'vitest';
import { graphThrottle } from '../../src/sources/entra/graph.ts';
import { serve } from '../http/loopback.ts';
import { graphError, reply } from '../support/entra-directory.ts';
import { bench, failureOf, groupNamed, peopleIn, readGroups } from '../support/entra-reading.ts';

/** A group of `size` people, two to a page. */
async function crowd(size: number) {
  const made = await bench();
  const { tenant } = made.server;
  const group = tenant.addGroup('Crowd');
  const names = Array.from({ length: size }, (_, at) => `p${at}`);
  tenant.addMember(group, ...names.map(name => tenant.addUser(name)));
  made.server.directory.knobs.maxPage = 2;
  const read = (more: Readonly<Record<string, unknown>> = {}) =>
    readGroups(made.source({ attributes: { groupAliases: [] }, ...more }), 'Crowd');
  return { ...made, group, names, read, path: `/groups/${group}/members` };
}

describe('what Microsoft Graph does to a reader', () => {
  it('pages that are shorter than asked for, or empty, are followed to the end', async () => {
    const { server, names, read } = await crowd(7);
    expect(peopleIn(await read(), 'Crowd')).toEqual(names);
    server.directory.knobs.emptyPages = true;
    const directory = await read();
    expect(peopleIn(directory, 'Crowd')).toEqual(names);
    expect(groupNamed(directory, 'Crowd').evidence).toMatchObject({ complete: true, pages: 8 });
  });

  it('a next link that leads back ends the walk as incomplete', async () => {
    const { server, path, read } = await crowd(7);
    let link: string | undefined;
    server.fault = call => {
      if (call.path !== path) return undefined;
      const page = server.directory.answer(call);
      const body = page.body as Record<string, unknown>;
      link ??= body['@odata.nextLink'] as string;
      return reply(200, { ...body, '@odata.nextLink': link });
    };
    const { evidence } = groupNamed(await read(), 'Crowd');
    expect(evidence).toMatchObject({ complete: false, pages: 2 });
    expect(evidence.reasons[0]).toContain('a page that had been read before');
  });

  it('a next link to another server is refused, and no token goes there', async () => {
    const { server, path, read } = await crowd(7);
    const elsewhere = await serve((_, response) => response.end('{}'));
    server.fault = call =>
      call.path === path
        ? reply(200, {
            ...(server.directory.answer(call).body as object),
            '@odata.nextLink': `${elsewhere.url}/v1.0/next`,
          })
        : undefined;
    expect(await failureOf(read())).toMatchObject({
      code: 'http.unexpected',
      happened: 'The server named a next page on another origin, where our token must not go.',
    });
    expect(elsewhere.heard).toEqual([]);
  });

  it('a page that is lost for good makes the group incomplete', async () => {
    const { server, read } = await crowd(7);
    server.fault = ({ query }) =>
      query.has('$skiptoken') ? graphError(500, 'UnknownError', 'Something went wrong.') : undefined;
    const { evidence, members } = groupNamed(await read(), 'Crowd');
    expect(members).toHaveLength(2);
    expect(evidence.complete).toBe(false);
  });

  it('a server that is gone in the middle ends the read, and is no group of nobody', async () => {
    const { server, path, read } = await crowd(1);
    server.fault = call => {
      if (call.path === path) void server.close();
      return undefined;
    };
    expect(await failureOf(read())).toMatchObject({ code: 'source.unreachable' });
  });

  it('a token that runs out on the way is made anew, once', async () => {
    const { server, names, read } = await crowd(7);
    server.fault = ({ query }) => {
      if (query.has('$skiptoken') && server.login.minted === 1) server.login.revokeTokens();
      return undefined;
    };
    const directory = await read();
    expect(peopleIn(directory, 'Crowd')).toEqual(names);
    expect(groupNamed(directory, 'Crowd').evidence.complete).toBe(true);
    expect(server.login.minted).toBe(2);
  });

  it.each([429, 503, 504])('%i with a Retry-After is waited out', async status => {
    const { server, names, read, clock } = await crowd(3);
    let refusals = 2;
    server.fault = ({ query }) =>
      query.has('$skiptoken') && refusals-- > 0
        ? graphError(status, 'TooManyRequests', 'Wait.', { 'retry-after': '30' })
        : undefined;
    expect(peopleIn(await read(), 'Crowd')).toEqual(names);
    expect(clock.sleeps.filter(ms => ms === 30_000).length).toBeGreaterThanOrEqual(2);
  });

  it('a server that asks for a wait asks it of everybody, with 503 as with 429', () => {
    const answer = (status: number, headers = {}) => ({
      status,
      headers,
      body: undefined,
      text: '',
      attempts: 1,
    });
    expect(graphThrottle(answer(503, { 'retry-after': '5' }), 0)).toEqual({ retryAfterMs: 5_000 });
    expect(graphThrottle(answer(429), 0)).toEqual({});
    expect(graphThrottle(answer(503), 0)).toBeUndefined();
  });

  it('slows down when four fifths of the allowance are spent', async () => {
    const { server, read, clock } = await crowd(3);
    server.fault = call =>
      call.path === '/groups'
        ? { ...server.directory.answer(call), headers: { 'x-ms-throttle-limit-percentage': '0.9' } }
        : undefined;
    await read();
    expect(clock.sleeps).toEqual([1_500]);
  });

  it('asks to be turned away before others', async () => {
    const { server, read } = await crowd(3);
    await read();
    expect(server.seen.every(({ headers }) => headers['x-ms-throttle-priority'] === 'low')).toBe(true);
  });

  it('a person who comes on two pages is there once', async () => {
    const { server, path, names, read } = await crowd(4);
    server.fault = call => {
      if (call.path !== path || !call.query.has('$skiptoken')) return undefined;
      const body = server.directory.answer(call).body as { value: unknown[] };
      const [again] = (
        server.directory.answer({
          ...call,
          query: new URLSearchParams(`$select=${call.query.get('$select')}`),
        }).body as { value: unknown[] }
      ).value;
      return reply(200, { ...body, value: [again, ...body.value] });
    };
    expect(peopleIn(await read(), 'Crowd')).toEqual(names);
  });

  it('a member whose type is not told is no proof of anything', async () => {
    const { server, path, read } = await crowd(2);
    server.fault = call => {
      if (call.path !== path) return undefined;
      const body = server.directory.answer(call).body as { value: Record<string, unknown>[] };
      return reply(200, { value: body.value.map(({ '@odata.type': _, ...rest }) => rest) });
    };
    expect(groupNamed(await read(), 'Crowd').evidence).toMatchObject({
      complete: false,
      reasons: ['of 2 members the server does not tell the type'],
    });
  });

  it('somebody of whom it is not told whether they may sign in is not taken for active', async () => {
    const { server, path, read } = await crowd(1);
    server.fault = call => {
      if (call.path !== path) return undefined;
      const body = server.directory.answer(call).body as { value: Record<string, unknown>[] };
      return reply(200, { value: body.value.map(member => ({ ...member, accountEnabled: null })) });
    };
    const directory = await read();
    expect(directory.people[0]?.status).toBe('unknown');
    expect(groupNamed(directory, 'Crowd').evidence.reasons).toEqual([
      'whether 1 member may sign in did not come (accountEnabled)',
    ]);
  });

  it('a log-in page in place of Graph is an error, not an empty tenant', async () => {
    const { server, read } = await crowd(1);
    server.fault = () => reply(200, '<html>', { 'content-type': 'text/html' });
    expect(await failureOf(read())).toMatchObject({ code: 'source.read-failed' });
  });
});
