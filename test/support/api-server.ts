import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../../src/clock.ts';

/** One request as it arrived. */
export interface ApiRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a server of the vendor's would say. */
export interface ApiAnswer {
  readonly status: number;
  /** An object is sent as JSON, a text and bytes as they are. */
  readonly body?: unknown;
  /** A list is sent as so many headers of one name. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
}

/** What may happen instead: an answer of the test's own, or the line is cut before or in the middle of one. */
export type Fault = ApiAnswer | 'cut' | 'cut in the middle';

export interface ApiServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly requests: ApiRequest[];
  /** Asked before every answer; `nth` counts the requests to this path, from 1. Undefined lets the server answer. */
  fault: (request: ApiRequest, nth: number) => Fault | undefined;
  close(): Promise<void>;
}

/** A loopback HTTP server whose answers are made by `answer`, dated by `clock`. */
export async function startApiServer(
  clock: Clock,
  answer: (request: ApiRequest) => ApiAnswer | Promise<ApiAnswer>,
): Promise<ApiServer> {
  const sockets = new Set<Socket>();
  const requests: ApiRequest[] = [];
  const heard = new Map<string, number>();

  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host}`);
    const { method = '', headers } = incoming;
    const request = { method, url, headers, body: Buffer.concat(chunks).toString() };
    requests.push(request);
    const nth = (heard.get(url.pathname) ?? 0) + 1;
    heard.set(url.pathname, nth);
    const fault = handle.fault(request, nth);
    if (fault === 'cut') return incoming.socket.destroy();
    const given = fault && fault !== 'cut in the middle' ? fault : await answer(request);
    const asIs = typeof given.body === 'string' || Buffer.isBuffer(given.body);
    const body = asIs ? (given.body as string | Buffer) : JSON.stringify(given.body);
    response.sendDate = false;
    response.setHeader('date', new Date(clock.now()).toUTCString());
    if (given.body !== undefined) response.setHeader('content-type', asIs ? 'text/html' : 'application/json');
    for (const [name, value] of Object.entries(given.headers ?? {}))
      response.setHeader(name, typeof value === 'string' ? value : [...value]);
    response.statusCode = given.status;
    if (fault !== 'cut in the middle') return response.end(body);
    response.setHeader('content-length', Buffer.byteLength(body ?? '') + 100);
    response.write(body?.slice(0, Math.floor(body.length / 2)) ?? '', () => incoming.socket.destroy());
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  const handle: ApiServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    fault: () => undefined,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return handle;
}
