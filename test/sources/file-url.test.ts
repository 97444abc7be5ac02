import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import { fileSource } from '../../src/sources/file/file.ts';
import { type ApiAnswer, type ApiServer, startApiServer } from '../support/api-server.ts';
import { everything, members, never } from '../support/file-desk.ts';
import { fileFrom } from '../support/file-rig.ts';
import { eagerClock } from '../support/manual-clock.ts';

const csv = 'group,email\ntier1,ana@x.org\ntier1,bo@x.org\n';
const answering = (
  body: string | Buffer,
  type = 'text/csv',
  headers: Record<string, string> = {},
): ApiAnswer => ({
  status: 200,
  body,
  headers: { 'content-type': type, ...headers },
});

let server: ApiServer;
let answer: ApiAnswer;
beforeEach(async () => {
  answer = answering(csv);
  server = await startApiServer(eagerClock(), () => answer);
});
afterEach(() => server.close());

type Options = Readonly<Record<string, unknown>>;
const sourceAt = (path: string, options: Options = {}) =>
  fileFrom('/nowhere', { url: `${server.url}${path}`, ...options });
const read = (path = '/export.csv', options: Options = {}) => sourceAt(path, options).read(everything, never);

async function failure(path = '/export.csv', options: Options = {}): Promise<MusterError> {
  const error = await read(path, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isMusterError(error), String(error)).toBe(true);
  expect((error as MusterError).remedy).not.toBe('');
  return error as MusterError;
}

describe('a file behind a URL', () => {
  it('is read like one on the disk, with size, time and SHA-256 in a note', async () => {
    answer = answering(csv, 'text/csv', { 'last-modified': 'Tue, 03 Mar 2026 08:00:00 GMT' });
    const found = await read();
    expect(members(found, 'tier1')).toEqual(['person ana@x.org', 'person bo@x.org']);
    expect(found.evidence).toMatchObject({ complete: true, pages: 1 });
    expect(found.notes).toMatchObject([{ subject: `${server.url}/export.csv` }]);
    expect(found.notes[0]!.text).toMatch(
      /^Read 43 bytes, last changed 2026-03-03T08:00:00\.000Z, SHA-256 [0-9a-f]{64}\.$/u,
    );
    expect(await sourceAt('/export.csv').check(never)).toEqual({
      server: `File ${server.url}/export.csv`,
      groups: 1,
      warnings: [],
    });
  });

  it('is known by the end of its path, then by its type, then by the option', async () => {
    const yaml = 'groups:\n  - { name: tier1, members: [ana@x.org] }\n';
    const expected = ['person ana@x.org'];
    answer = answering(yaml, 'text/plain');
    expect(members(await read('/staff.yaml'), 'tier1')).toEqual(expected);
    answer = answering(yaml, 'Application/YAML; charset=utf-8');
    expect(members(await read('/export'), 'tier1')).toEqual(expected);
    answer = answering('{"group":{"name":"tier1","members":["ana@x.org"]}}\n', 'application/x-ndjson');
    expect(members(await read('/export.php'), 'tier1')).toEqual(expected);
    answer = answering(yaml, 'application/octet-stream');
    expect((await failure('/export')).happened).toContain('neither does its type application/octet-stream');
    expect(members(await read('/export', { format: 'yaml' }), 'tier1')).toEqual(expected);
  });

  it('may be JSON Lines that the server calls JSON, or CSV that it calls a page', async () => {
    answer = answering(
      '{"group":{"name":"tier1","members":["ana@x.org"]}}\n{"group":{"name":"b"}}\n',
      'application/json',
    );
    expect((await read('/a.jsonl')).groups).toHaveLength(2);
    answer = answering(csv, 'text/html');
    expect((await read('/a.csv')).groups).toHaveLength(1);
  });

  it('may be in the encoding that its type names', async () => {
    answer = answering(Buffer.from('group,email\nSüd,a@x.org\n', 'latin1'), 'text/csv; charset="ISO-8859-1"');
    expect(members(await read(), 'Süd')).toEqual(['person a@x.org']);
    expect((await failure('/export.csv', { encoding: 'utf-8' })).code).toBe('source.file-invalid');
  });

  it('may come packed', async () => {
    answer = answering(gzipSync(csv), 'text/csv', { 'content-encoding': 'gzip' });
    expect(members(await read(), 'tier1')).toHaveLength(2);
    answer = answering(gzipSync(csv).subarray(0, 30), 'text/csv', { 'content-encoding': 'gzip' });
    expect((await failure()).code).toBe('source.read-failed');
  });

  it('is asked for by its query, which is never told', async () => {
    const found = await read('/export.csv?report=7&sig=very%2Fsecret');
    expect(server.requests[0]!.url.search).toBe('?report=7&sig=very%2Fsecret');
    expect(JSON.stringify(found)).not.toContain('very');
    answer = { status: 403, body: 'sig=very%2Fsecret' };
    const error = await failure('/export.csv?report=7&sig=very%2Fsecret');
    expect(JSON.stringify(error)).not.toContain('very');
  });

  it('is asked for with a bearer token, a header of its own, or name and password', async () => {
    const sent = async (options: Options) => {
      await read('/export.csv', options);
      const { authorization, 'x-api-key': key } = server.requests.at(-1)!.headers;
      return { authorization, key };
    };
    expect(await sent({})).toEqual({ authorization: undefined, key: undefined });
    expect(await sent({ token: 'abc' })).toEqual({ authorization: 'Bearer abc', key: undefined });
    expect(await sent({ token: 'abc', tokenHeader: 'X-Api-Key' })).toEqual({
      authorization: undefined,
      key: 'abc',
    });
    const basic = `Basic ${Buffer.from('me:pä:ss').toString('base64')}`;
    expect(await sent({ username: 'me', password: 'pä:ss' })).toEqual({
      authorization: basic,
      key: undefined,
    });
    const { server: told } = await sourceAt('/export.csv', { username: 'me', password: 'p' }).check(never);
    expect(told).toMatch(/with the user me$/u);
  });

  it('asks for what it can read', async () => {
    await read('/export.csv');
    expect(server.requests[0]!.headers.accept).toMatch(/^text\/csv, .*\*\/\*;q=0\.1$/u);
    await read('/export');
    expect(server.requests[1]!.headers.accept).toBe('*/*');
  });

  it('and another one of the same server are one directory', async () => {
    const url = [`${server.url}/a.csv`, `${server.url}/b.csv`];
    const found = await fileFrom('/nowhere', { url }).read(everything, never);
    expect(found.evidence.pages).toBe(2);
    expect(server.requests.map(request => request.url.pathname)).toEqual(['/a.csv', '/b.csv']);
  });
});

describe('a redirect', () => {
  const to = (location: string | undefined, status = 302): ApiAnswer => ({
    status,
    body: 'Elsewhere',
    ...(location !== undefined && { headers: { location } }),
  });

  it('within the server is followed, with the credentials', async () => {
    server.fault = ({ url }) => (url.pathname === '/latest.csv' ? to('/2026/03.csv?x=1', 307) : undefined);
    expect(members(await read('/latest.csv', { token: 'abc' }), 'tier1')).toHaveLength(2);
    expect(server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer abc', 'Bearer abc']);
  });

  it('to another server is not followed, and says where it leads without its query', async () => {
    const other = await startApiServer(eagerClock(), () => answering(csv));
    try {
      answer = to(`${other.url}/login?next=secret`);
      const error = await failure('/export.csv', { token: 'abc' });
      expect(error).toMatchObject({ code: 'source.read-failed', status: 302 });
      expect(error.happened).toContain(`${other.url}/login, and is not followed`);
      expect(JSON.stringify(error)).not.toContain('secret');
      expect(other.requests).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('that leads nowhere or in a circle is an error', async () => {
    for (const location of [undefined, 'http://']) {
      answer = to(location);
      expect((await failure()).happened).toContain('does not say where');
    }
    answer = to('/export.csv');
    expect((await failure()).happened).toContain('more than 5 times');
    expect(server.requests.length).toBeLessThan(10);
  });
});

describe('what is no whole file is an error and never a shorter list', () => {
  it.each([
    [202, 'source.read-failed', 'something else than a whole file'],
    [204, 'source.read-failed', 'something else than a whole file'],
    [206, 'source.read-failed', 'something else than a whole file'],
    [304, 'source.read-failed', 'still the same'],
    [400, 'source.read-failed', 'does not give the file'],
    [401, 'source.auth-failed', 'does not take our credentials'],
    [403, 'source.auth-failed', 'may not read'],
    [404, 'source.unreachable', 'no such file'],
    [410, 'source.unreachable', 'taken away'],
    [429, 'source.read-failed', 'no more requests'],
    [500, 'source.read-failed', 'failure of its own'],
    [503, 'source.unreachable', 'failure of its own'],
  ])('%d', async (status, code, happened) => {
    answer = { status, ...(status === 204 || status === 304 ? {} : { body: csv }) };
    const error = await failure();
    expect(error).toMatchObject({ code, status, subject: `${server.url}/export.csv` });
    expect(error.happened).toContain(happened);
  });

  it('a page to log in, whatever it says it is', async () => {
    const page = '\n<!DOCTYPE html>\n<html><body>Log in</body></html>';
    for (const [body, type] of [
      [page, 'text/csv'],
      ['<!-- sso --><html></html>', 'text/html; charset=utf-8'],
      ['<?xml version="1.0"?>\n<html xmlns="x"/>', 'application/json'],
    ] as const) {
      answer = answering(body, type);
      expect((await failure()).happened).toContain('a web page');
    }
  });

  it('a body that was cut, every time; once is made up for', async () => {
    server.fault = (_, nth) => (nth === 1 ? 'cut in the middle' : undefined);
    expect(members(await read(), 'tier1')).toHaveLength(2);
    server.fault = () => 'cut in the middle';
    const error = await failure('/export.csv', { attempts: 3 });
    expect(error.code).toBe('source.read-failed');
    expect(error.happened).toContain('cut short');
    expect(server.requests).toHaveLength(5);
  });

  it('an export that was cut before it was sent', async () => {
    answer = answering(csv.slice(0, -3));
    expect((await read()).evidence.complete).toBe(false);
    answer = answering('');
    expect((await failure()).code).toBe('source.file-invalid');
  });

  it('a file that is longer than the config allows, packed or not', async () => {
    const long = `${csv}${'tier1,somebody@example.com\n'.repeat(50_000)}`;
    answer = answering(long);
    expect((await failure('/export.csv', { maxMegabytes: 1 })).happened).toBe(
      'The file is longer than 1 MiB.',
    );
    answer = answering(gzipSync(long), 'text/csv', { 'content-encoding': 'gzip' });
    expect((await failure('/export.csv', { maxMegabytes: 1 })).happened).toBe(
      'The file is longer than 1 MiB.',
    );
    expect(members(await read('/export.csv', { maxMegabytes: 2 }), 'tier1')).toHaveLength(3);
  });

  it('a server that is not there', async () => {
    await server.close();
    expect((await failure()).code).toBe('source.unreachable');
    server = await startApiServer(eagerClock(), () => answer);
  });
});

describe('the options of a URL', () => {
  const problems = (options: Options): string[] => {
    const parsed = fileSource.options.safeParse(options);
    return parsed.error?.issues.map(issue => `${issue.path.join('.')} ${issue.message}`) ?? [];
  };
  const url = 'https://hr.example.com/export.csv?report=7';

  it('are https, or this machine, without user and fragment', () => {
    expect(problems({ url })).toEqual([]);
    expect(problems({ url: 'http://localhost:8080/a.csv' })).toEqual([]);
    for (const wrong of [
      'http://hr.example.com/a.csv',
      'https://me:secret@hr.example.com/a.csv',
      'https://hr.example.com/a.csv#x',
      'ftp://hr.example.com/a.csv',
      'a.csv',
    ])
      expect(problems({ url: wrong }), wrong).toHaveLength(1);
  });

  it('stand alone: one of path and url, one kind of credentials, one server', () => {
    const told = (options: Options) => problems(options).map(problem => problem.split(' ')[0]);
    expect(told({})).toEqual(['path']);
    expect(told({ url, path: 'a.csv' })).toEqual(['url']);
    expect(told({ path: 'a.csv', token: 'x' })).toEqual(['token']);
    expect(told({ url, token: 'x', username: 'u', password: 'p' })).toEqual(['token']);
    expect(told({ url, username: 'u' })).toEqual(['password']);
    expect(told({ url, password: 'p' })).toEqual(['username']);
    expect(told({ url, tokenHeader: 'X-Key' })).toEqual(['token']);
    expect(told({ url: [url, 'https://other.example.com/a.csv'] })).toEqual(['url']);
    expect(told({ url, token: 'x', tokenHeader: 'X Key' })).toEqual(['tokenHeader']);
    expect(told({ path: 'a.csv', encoding: 'latin9000' })).toEqual(['encoding']);
  });

  it('hide their secrets', () => {
    expect(fileSource.secrets).toEqual(['token', 'password']);
  });
});
