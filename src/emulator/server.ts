import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Incoming, Outgoing } from './pipeline.ts';

export interface Listening {
  readonly port: number;
  close(): Promise<void>;
}

/** Bytes read of a body at most; what is longer is only counted, so that its 413 can still be heard. */
const bodyMost = 8 * 1024 * 1024;

/** A loopback HTTP server around `answer`. Closing it cuts whatever is still open. */
export async function listen(
  options: { readonly port: number; readonly host: string },
  answer: (incoming: Incoming) => Promise<Outgoing>,
): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    serve(request, response, answer).catch(error => {
      // A mistake of ours: say so on the wire, where the one who debugs will see it.
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The emulator failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
  });
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => closeServer(server, sockets),
  };
}

async function closeServer(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>(resolve => server.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (incoming: Incoming) => Promise<Outgoing>,
): Promise<void> {
  const body = await bodyOf(request);
  const outgoing = await answer({
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: headersOf(request),
    body,
  });
  if (outgoing.fate === 'never') return;
  if (outgoing.fate === 'reset') {
    request.socket.resetAndDestroy();
    return;
  }
  const bytes = Buffer.from(outgoing.text, 'utf8');
  const bare = request.method === 'HEAD' || outgoing.status === 204 || outgoing.status === 304;
  const { 'content-type': type, ...headers } = outgoing.headers;
  response.writeHead(outgoing.status, {
    ...headers,
    ...(bytes.length > 0 && type !== undefined ? { 'content-type': type } : {}),
    ...(bare ? {} : { 'content-length': String(bytes.length) }),
  });
  if (outgoing.fate === 'truncate' && bytes.length > 1) {
    response.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => request.socket.destroy());
    return;
  }
  response.end(bare ? undefined : bytes);
}

/** Undefined where the body is longer than anything that the emulator would take. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= bodyMost) chunks.push(chunk as Buffer);
  }
  return size > bodyMost ? undefined : Buffer.concat(chunks);
}

const headersOf = (request: IncomingMessage): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
