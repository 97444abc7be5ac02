import { describe, expect, it } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { type EagerClock, eagerClock } from '../support/manual-clock.ts';
import { oktaError } from '../support/okta-server.ts';
import { crowd, isMembers, one, org, read } from '../support/okta-talk.ts';

describe('members of a group in Okta', () => {
  it('pages shorter than asked for bring everybody', async () => {
    const server = await org();
    crowd(server, 'Support', 23);
    server.largestPage = 4;
    const group = one(await read(server, 'Support'), 'Support');
    expect(group.members).toHaveLength(23);
    expect(group.evidence).toMatchObject({ complete: true, pages: 6, expected: 23 });
  });

  it('every page is asked for with a limit, since the default is going to change', async () => {
    const server = await org();
    crowd(server, 'Support', 23);
    await read(server, 'Support', { pageSize: 200 });
    const limits = server.requests.filter(isMembers).map(({ url }) => url.searchParams.get('limit'));
    expect(limits).toEqual(['200']);
  });

  it('a cursor that comes back makes the group incomplete', async () => {
    const server = await org();
    crowd(server, 'Support', 30);
    server.fault = ({ url }, nth) => {
      if (!isMembers({ url }) || nth !== 2) return undefined;
      return {
        status: 200,
        body: [],
        headers: { link: `<${url.origin}${url.pathname}?limit=10>; rel="next"` },
      };
    };
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('had been read before');
    expect(members).toHaveLength(10);
  });

  it('a link to another host is not followed, and our token does not go there', async () => {
    const server = await org();
    const elsewhere = await org();
    crowd(server, 'Support', 30);
    server.fault = request =>
      isMembers(request)
        ? { status: 200, body: [], headers: { link: `<${elsewhere.url}/api/v1/x>; rel="next"` } }
        : undefined;
    const outcome = await read(server, 'Support').catch((error: unknown) => error);
    expect(isMusterError(outcome)).toBe(true);
    expect(elsewhere.requests).toEqual([]);
  });

  it('a count that stays higher than what comes makes the group incomplete', async () => {
    const server = await org();
    const group = crowd(server, 'Support', 12);
    server.miscounts.set(group.id, 13);
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(12);
    expect(evidence).toMatchObject({
      complete: false,
      expected: 13,
      pages: 4,
      reasons: ['The server counts 13 members and gave 12.'],
    });
    const unchecked = one(await read(server, 'Support', { checkCounts: false }), 'Support');
    expect(unchecked.evidence.complete).toBe(true);
  });

  it('somebody who vanishes between two pages is seen as gone after a second look', async () => {
    const server = await org();
    const group = crowd(server, 'Support', 25);
    server.fault = (request, nth) => {
      if (isMembers(request) && nth === 2) group.members.sort().splice(12, 1);
      return undefined;
    };
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(24);
    expect(evidence).toMatchObject({ complete: true, expected: 24, pages: 6 });
  });

  it('an error with the status 200 in the place of a page makes the group incomplete', async () => {
    const server = await org();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) =>
      isMembers(request) && nth === 2
        ? { ...oktaError(200, 'E0000009', 'Internal Server Error'), status: 200 }
        : undefined;
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(10);
    expect(evidence.complete).toBe(false);
    expect(evidence.reasons[0]).toContain('E0000009');
  });

  it('a page that was cut in the middle is asked for again', async () => {
    const server = await org();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) => (isMembers(request) && nth === 2 ? 'cut in the middle' : undefined);
    const { evidence, members } = one(await read(server, 'Support'), 'Support');
    expect(members).toHaveLength(25);
    expect(evidence.complete).toBe(true);
  });

  it('a user without an id is a page that is not understood, and no shorter list', async () => {
    const server = await org();
    crowd(server, 'Support', 25);
    server.fault = (request, nth) =>
      isMembers(request) && nth === 2
        ? { status: 200, body: [{ status: 'ACTIVE', profile: {} }] }
        : undefined;
    expect(one(await read(server, 'Support'), 'Support').evidence.complete).toBe(false);
  });

  it('a group that is deleted after the list was read is incomplete, and the others are whole', async () => {
    const server = await org();
    const doomed = crowd(server, 'Doomed', 3);
    crowd(server, 'Support', 3);
    server.fault = request => {
      if (isMembers(request)) server.directory.groups.delete(doomed.id);
      return undefined;
    };
    const directory = await read(server, ['Doomed', 'Support']);
    expect(one(directory, 'Doomed').evidence).toMatchObject({ complete: false });
    expect(one(directory, 'Doomed').evidence.reasons[0]).toContain('404');
    expect(one(directory, 'Support').evidence.complete).toBe(true);
  });

  it('once the server is gone, the other groups are not waited for one by one', async () => {
    const server = await org();
    for (let index = 0; index < 40; index++) crowd(server, `team-${index}`, 1);
    let answered = 0;
    server.fault = request => (isMembers(request) && ++answered > 5 ? 'cut' : undefined);
    const directory = await read(server, 'team-*', { pageSize: 200, attempts: 2, concurrency: 2 });
    expect(directory.groups).toHaveLength(40);
    const whole = directory.groups.filter(({ evidence }) => evidence.complete);
    expect(whole).toHaveLength(5);
    expect(server.requests.filter(isMembers).length).toBeLessThan(25);
  });

  it('where no group at all could be read, the read fails', async () => {
    const server = await org();
    for (const name of ['a', 'b']) crowd(server, name, 1);
    server.fault = request => (isMembers(request) ? 'cut' : undefined);
    const error = await read(server, ['a', 'b']).catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.unreachable'), String(error)).toBe(true);
  });

  it('a login page in the place of the list is source.read-failed and never an empty directory', async () => {
    const server = await org();
    server.fault = () => ({ status: 200, body: '<html>Please log in</html>' });
    const error = await read(server, 'Support').catch((reason: unknown) => reason);
    expect(isMusterError(error, 'source.read-failed')).toBe(true);
    expect((error as Error).message).toContain('nothing of the kind');
  });
});

describe('the rate limits of Okta', () => {
  /** Two clocks that are ten minutes apart. */
  const apart = () => ({ ours: eagerClock(), theirs: eagerClock(Date.UTC(2026, 0, 5, 9, 10)) });
  const resetIn = (clock: EagerClock, seconds: number) => String(Math.floor(clock.now() / 1000) + seconds);
  const tooMany = oktaError(429, 'E0000047', 'API call exceeded rate limit due to too many requests.');

  it('a 429 waits for the reset by the clock of the server, and a second longer', async () => {
    const { ours, theirs } = apart();
    const server = await org(theirs);
    crowd(server, 'Support', 5);
    server.fault = (request, nth) =>
      isMembers(request) && nth === 1
        ? { ...tooMany, headers: { 'x-rate-limit-reset': resetIn(theirs, 30) } }
        : undefined;
    const directory = await read(server, 'Support', {}, ours);
    expect(one(directory, 'Support').evidence.complete).toBe(true);
    expect(ours.sleeps).toContain(31_000);
  });

  it('headers that come doubled are not believed', async () => {
    const { ours, theirs } = apart();
    const server = await org(theirs);
    crowd(server, 'Support', 5);
    const reset = resetIn(theirs, 30);
    server.fault = (request, nth) =>
      isMembers(request) && nth === 1
        ? {
            ...tooMany,
            headers: {
              'x-rate-limit-limit': ['600', '600'],
              'x-rate-limit-remaining': ['0', '0'],
              'x-rate-limit-reset': [reset, reset],
            },
          }
        : undefined;
    const directory = await read(server, 'Support', {}, ours);
    expect(one(directory, 'Support').evidence.complete).toBe(true);
    expect(Math.max(...ours.sleeps)).toBeLessThan(1_000);
  });

  it('part of the limit is left to others, and no request is ever refused', async () => {
    const clock = eagerClock();
    const server = await org(clock);
    crowd(server, 'Support', 400);
    server.buckets.members.limit = 20;
    let highest = 0;
    server.fault = request => {
      if (isMembers(request)) highest = Math.max(highest, server.buckets.members.used);
      return undefined;
    };
    const started = clock.now();
    const directory = await read(server, 'Support', { headroom: 0.25 }, clock);
    expect(one(directory, 'Support').members).toHaveLength(400);
    expect(highest).toBe(15);
    // Forty pages at fifteen a minute, and none of them twice.
    expect(clock.now() - started).toBeGreaterThan(100_000);
    expect(server.requests.filter(isMembers)).toHaveLength(40);
  });

  it('the list of groups and the members are counted apart', async () => {
    const clock = eagerClock();
    const server = await org(clock);
    crowd(server, 'Support', 30);
    server.buckets.groups.limit = 2;
    const directory = await read(server, 'Support', { headroom: 0 }, clock);
    expect(one(directory, 'Support').members).toHaveLength(30);
    expect(clock.sleeps).toEqual([]);
  });

  it('a limit that stays exhausted is told after the deadline', async () => {
    const { ours, theirs } = apart();
    const server = await org(theirs);
    crowd(server, 'Support', 5);
    server.fault = request =>
      isMembers(request) ? { ...tooMany, headers: { 'x-rate-limit-reset': resetIn(theirs, 50) } } : undefined;
    const error = await read(server, 'Support', { deadlineSeconds: 120 }, ours).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'source.read-failed', status: 429, vendorCode: 'E0000047' });
  });
});
