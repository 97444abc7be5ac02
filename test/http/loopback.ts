import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { HttpCall } from '../../src/http/client.ts';

export interface Heard {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Loopback {
  readonly url: string;
  readonly port: number;
  /** Every request that arrived whole, in order. */
  readonly heard: Heard[];
  /** Connections that were opened. */
  readonly connections: number;
}

export type Handler = (heard: Heard, response: ServerResponse, nth: number) => void;

/** A real server on the loopback interface, gone when the test is. `nth` counts the requests from 1. */
export async function serve(handler: Handler, tls?: { key: string; cert: string }): Promise<Loopback> {
  const heard: Heard[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      heard.push(one);
      handler(one, response, heard.length);
    });
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  const counts = await listen(server);
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${counts.port}`,
    port: counts.port,
    heard,
    get connections() {
      return counts.sockets();
    },
  };
}

export async function listen(server: Server): Promise<{ port: number; sockets: () => number }> {
  const open = new Set<Socket>();
  let seen = 0;
  server.on('connection', (socket: Socket) => {
    seen += 1;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    // A client that gives up resets the connection, which is the subject of some tests and no accident.
    socket.on('error', () => {});
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  );
  return { port: (server.address() as AddressInfo).port, sockets: () => seen };
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>(resolve => server.close(() => resolve()));
  return port;
}

export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export const get = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'GET',
  url,
  route: 'GET /thing',
  repeatable: true,
  ...more,
});

/** A POST that makes something: sending it twice would make two. */
export const post = (url: string, more: Partial<HttpCall> = {}): HttpCall => ({
  method: 'POST',
  url,
  route: 'POST /things',
  repeatable: false,
  json: { name: 'one' },
  ...more,
});
