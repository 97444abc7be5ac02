import { describe, expect, it } from 'vitest';
import { type GraphCall, graphError, reply } from '../support/entra-directory.ts';
import { bench, failureOf, groupNamed, peopleIn, readGroups } from '../support/entra-reading.ts';

/** Groups `Team 0` … with one person each, `p0` …; ids in that order. */
async function teams(count: number) {
  const made = await bench();
  const { tenant } = made.server;
  const groups = Array.from({ length: count }, (_, at) => {
    const group = tenant.addGroup(`Team ${at}`);
    tenant.addMember(group, tenant.addUser(`p${at}`));
    return group;
  });
  const of = (at: number) => `/groups/${groups[at]}/members`;
  return { ...made, groups, of };
}

const once = (answer: (call: GraphCall) => ReturnType<typeof reply> | undefined) => {
  let done = false;
  return (call: GraphCall) => {
    const given = done ? undefined : answer(call);
    done ||= given !== undefined;
    return given;
  };
};

describe('many groups in batches', () => {
  it('45 groups take three batches and no request of their own', async () => {
    const { server, source } = await teams(45);
    const directory = await readGroups(source(), 'Team *');
    expect(directory.groups).toHaveLength(45);
    for (let at = 0; at < 45; at++) expect(peopleIn(directory, `Team ${at}`)).toEqual([`p${at}`]);
    const members = server.seen.filter(({ path }) => path.endsWith('/members'));
    expect(server.seen.filter(({ path }) => path === '/$batch')).toHaveLength(3);
    expect(members).toHaveLength(45);
    expect(members.every(({ inner }) => inner)).toBe(true);
  });

  it('one group alone is no batch', async () => {
    const { server, source } = await teams(1);
    await readGroups(source(), 'Team 0');
    expect(server.seen.some(({ path }) => path === '/$batch')).toBe(false);
  });

  it('a throttled part is asked again, alone, after the wait that it was given', async () => {
    const { server, source, of, clock } = await teams(5);
    const busy = graphError(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '17' });
    server.fault = once(({ path, inner }) => (inner && path === of(3) ? busy : undefined));
    const directory = await readGroups(source(), 'Team *');
    expect(peopleIn(directory, 'Team 3')).toEqual(['p3']);
    expect(directory.groups.every(({ evidence }) => evidence.complete)).toBe(true);
    expect(clock.sleeps).toEqual([17_000]);
    const members = server.seen.filter(({ path }) => path.endsWith('/members'));
    expect(members).toHaveLength(6);
    expect(members.filter(({ inner }) => !inner).map(({ path }) => path)).toEqual([of(3)]);
  });

  it('the next page of a part is followed on its own', async () => {
    const { server, source, groups } = await teams(3);
    const { tenant } = server;
    tenant.addMember(groups[1]!, ...Array.from({ length: 5 }, (_, at) => tenant.addUser(`more${at}`)));
    server.directory.knobs.maxPage = 2;
    const directory = await readGroups(source({ attributes: { groupAliases: [] } }), 'Team *');
    expect(peopleIn(directory, 'Team 1')).toHaveLength(6);
    expect(groupNamed(directory, 'Team 1').evidence).toMatchObject({ complete: true, pages: 3 });
  });

  it('a batch in the flat way carries the header inside each part', async () => {
    const { server, source } = await teams(3);
    const directory = await readGroups(source({ nested: 'transitive' }), 'Team *');
    expect(peopleIn(directory, 'Team 2')).toEqual(['p2']);
    const inner = server.seen.filter(call => call.inner);
    expect(inner).toHaveLength(3);
    expect(inner.every(({ headers }) => headers.consistencylevel === 'eventual')).toBe(true);
  });

  it.each([
    ['a refusal', graphError(403, 'Authorization_RequestDenied', 'No.'), 'refuses this to the application'],
    [
      '200 and an error',
      reply(200, { error: { code: 'Odd', message: 'Odd.' } }),
      'something that is no page',
    ],
    ['200 and nothing', reply(200, null), 'a part of a batch that has no body'],
    ['200 and a text', reply(200, 'PGh0bWw+'), 'a part of a batch that has no body'],
  ])('a batch that says 200 with %s inside is no empty group', async (_, inside, reason) => {
    const { server, source, of } = await teams(4);
    server.fault = ({ path }) => (path === of(2) ? inside : undefined);
    const directory = await readGroups(source(), 'Team *');
    expect(groupNamed(directory, 'Team 2')).toMatchObject({ members: [], evidence: { complete: false } });
    expect(groupNamed(directory, 'Team 2').evidence.reasons[0]).toContain(reason);
    expect(groupNamed(directory, 'Team 1').evidence.complete).toBe(true);
  });

  it('a part that the answer leaves out is asked for again', async () => {
    const { server, source } = await teams(4);
    server.fault = once(({ path }) => (path === '/$batch' ? reply(200, { responses: [] }) : undefined));
    const directory = await readGroups(source(), 'Team *');
    expect(directory.groups.every(({ members }) => members.length === 1)).toBe(true);
  });

  it('a gateway that knows no batches gets single requests', async () => {
    const { server, source } = await teams(4);
    server.fault = ({ path }) =>
      path === '/$batch' ? graphError(404, 'NotFound', 'No such thing.') : undefined;
    const directory = await readGroups(source(), 'Team *');
    expect(directory.groups.map(({ evidence }) => evidence.complete)).toEqual([true, true, true, true]);
  });

  it('a part that fails each time is incomplete, with the request id', async () => {
    const { server, source, of } = await teams(3);
    server.fault = ({ path }) =>
      path === of(0) ? graphError(503, 'ServiceUnavailable', 'Down.') : undefined;
    const directory = await readGroups(source(), 'Team *');
    expect(groupNamed(directory, 'Team 0').evidence.reasons[0]).toMatch(/503.*\[request-id request-\d+\]$/u);
    expect(groupNamed(directory, 'Team 2').evidence.complete).toBe(true);
  });

  it('a token that ran out inside the batch is made anew for the part', async () => {
    const { server, source, of } = await teams(3);
    server.fault = once(({ path, inner }) =>
      inner && path === of(1) ? graphError(401, 'InvalidAuthenticationToken', 'Expired.') : undefined,
    );
    const directory = await readGroups(source(), 'Team *');
    expect(peopleIn(directory, 'Team 1')).toEqual(['p1']);
  });

  it('a group at which every connection breaks is in doubt, and the others are whole', async () => {
    const { server, source, of } = await teams(6);
    server.fault = ({ path }) => (path === of(4) ? 'cut' : undefined);
    const directory = await readGroups(source(), 'Team *');
    expect(groupNamed(directory, 'Team 4').evidence.reasons[0]).toContain('its members could not be read');
    expect(directory.groups.filter(({ evidence }) => evidence.complete)).toHaveLength(5);
  });

  it('an application that is locked out on the way ends the read at once', async () => {
    const { server, source } = await teams(30);
    let refusals = 0;
    server.fault = ({ path, inner }) => {
      if (path === '/groups' || inner) return undefined;
      server.login.revokeTokens();
      server.login.fault = () => {
        refusals += 1;
        return {
          status: 401,
          body: { error: 'invalid_client', error_description: 'AADSTS7000112: Disabled.' },
        };
      };
      return graphError(401, 'InvalidAuthenticationToken', 'Expired.');
    };
    expect(await failureOf(readGroups(source(), 'Team *'))).toMatchObject({
      code: 'source.auth-failed',
      vendorCode: 'AADSTS7000112',
    });
    expect(refusals).toBeLessThan(6);
  });

  it('a server that falls silent for good ends the read before all groups have been tried', async () => {
    const { server, source } = await teams(30);
    server.fault = ({ path }) => (path === '/groups' ? undefined : 'cut');
    expect(await failureOf(readGroups(source(), 'Team *'))).toMatchObject({ code: 'source.unreachable' });
    const tried = new Set(server.seen.map(({ path }) => path));
    expect(tried.size).toBeLessThan(12);
  });
});
