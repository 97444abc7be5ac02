import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/clock.ts';
import { EntraDelta } from './entra-delta.ts';
import { EntraDirectory, type GraphCall, type GraphReply, graphError, reply } from './entra-directory.ts';
import { type EntraApp, EntraLogin } from './entra-login.ts';
import { EntraTenant } from './entra-tenant.ts';

/** A request that reached Graph, and the status that it got. */
export interface SeenCall extends GraphCall {
  /** 0 where the connection was cut. */
  readonly status: number;
}

export interface EntraServer {
  /** Graph, token endpoint and identity endpoints alike. */
  readonly url: string;
  readonly tenant: EntraTenant;
  readonly login: EntraLogin;
  readonly directory: EntraDirectory;
  readonly delta: EntraDelta;
  readonly seen: readonly SeenCall[];
  /**
   * Answers in place of the real ones, also inside a batch; may change the tenant and leave the answer alone. `cut`
   * is a connection that breaks before there is an answer.
   */
  fault: ((call: GraphCall) => GraphReply | 'cut' | undefined) | undefined;
  close(): Promise<void>;
}

export const graphResource = 'https://graph.microsoft.com';

export const allRoles = ['GroupMember.Read.All', 'User.Read.All', 'Member.Read.Hidden'];

/**
 * A small Microsoft Graph on the loopback: what a reader of groups meets there, with the refusals that the vendor
 * documents (identity sources reference §2).
 */
export async function startEntra(clock: Clock, tenant = new EntraTenant()): Promise<EntraServer> {
  const app: EntraApp = {
    clientId: '11111111-aaaa-4bbb-8ccc-222222222222',
    secret: 'the~app.secret',
    certificates: [],
    roles: new Set(allRoles),
  };
  const http = createServer((request, response) => void respond(request, response));
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const root = `${url}/v1.0`;
  const seen: SeenCall[] = [];
  const server: EntraServer = {
    url,
    tenant,
    login: new EntraLogin(app, graphResource, clock),
    directory: new EntraDirectory(tenant, app.roles, root),
    delta: new EntraDelta(tenant, root),
    seen,
    fault: undefined,
    close: () =>
      new Promise(resolve => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const target = new URL(request.url ?? '/', url);
    const method = request.method ?? 'GET';
    const login = await server.login.answer({ method, url: target, headers: request.headers, body });
    const answer: GraphReply | 'cut' = login ?? graph(request, target, body);
    if (answer === 'cut') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(JSON.stringify(answer.body));
  }

  function graph(request: IncomingMessage, target: URL, body: string): GraphReply | 'cut' {
    if (!server.login.accepts(request.headers.authorization))
      return graphError(
        401,
        'InvalidAuthenticationToken',
        'Lifetime validation failed, the token is expired.',
      );
    if (!target.pathname.startsWith('/v1.0/')) return graphError(400, 'BadRequest', 'Invalid version.');
    // Measured as on the wire; a URL inside a batch has no such limit.
    if (target.href.length - url.length > 2048 && !target.searchParams.has('$skiptoken'))
      return graphError(414, 'BadRequest', 'The request URL is too long.');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const call = callOf(request.method ?? 'GET', target, headers, false);
    return answered(call, () => (call.path === '/$batch' ? batch(call, JSON.parse(body)) : one(call)));
  }

  function answered(call: GraphCall, real: () => GraphReply | 'cut'): GraphReply | 'cut' {
    const answer = server.fault?.(call) ?? real();
    seen.push({ ...call, status: answer === 'cut' ? 0 : answer.status });
    return answer;
  }

  const one = (call: GraphCall): GraphReply =>
    call.path === '/groups/delta' ? server.delta.answer(call) : server.directory.answer(call);

  function batch(outer: GraphCall, body: unknown): GraphReply | 'cut' {
    if (outer.method !== 'POST') return graphError(405, 'BadRequest', 'POST only.');
    const { requests } = body as {
      requests: { id: string; method: string; url: string; headers?: Record<string, string> }[];
    };
    if (requests.length > 20) return graphError(400, 'BadRequest', 'Number of batch requests exceeds 20.');
    if (new Set(requests.map(({ id }) => id)).size < requests.length)
      return graphError(400, 'BadRequest', 'Ids of a batch must differ.');
    const responses = requests.map(({ id, method, url: relative, headers = {} }) => {
      // The header of the outer request says nothing to the inner ones.
      const lower = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      );
      const call = callOf(method, new URL(`${root}${relative}`), lower, true);
      const answer = answered(call, () => one(call));
      if (answer === 'cut') return answer;
      const { status, headers: told = {}, body: inner } = answer;
      const spelt = Object.fromEntries(
        Object.entries(told).map(([name, value]) => [
          name.replace(/\b[a-z]/gu, char => char.toUpperCase()),
          value,
        ]),
      );
      return { id, status, headers: spelt, body: inner };
    });
    if (responses.includes('cut')) return 'cut';
    // In any order.
    return reply(200, { responses: responses.reverse() });
  }

  return server;
}

const callOf = (method: string, target: URL, headers: GraphCall['headers'], inner: boolean): GraphCall => ({
  method,
  path: target.pathname.slice('/v1.0'.length),
  query: target.searchParams,
  headers,
  inner,
});
