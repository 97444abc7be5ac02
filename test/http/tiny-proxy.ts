import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import { listen } from './loopback.ts';

export interface TinyProxy {
  readonly port: number;
  /** `CONNECT host:port` or `GET http://…`, each with the credentials that came along. */
  readonly seen: { readonly line: string; readonly authorization: string | undefined }[];
}

/** A forward proxy that tunnels and passes on; `refuse` makes it answer every request with that status. */
export async function tinyProxy({ refuse }: { refuse?: number } = {}): Promise<TinyProxy> {
  const seen: TinyProxy['seen'] = [];
  const server = createServer((incoming, response) => {
    const { method, url = '', headers } = incoming;
    seen.push({ line: `${method} ${url}`, authorization: headers['proxy-authorization'] });
    if (refuse) return response.writeHead(refuse).end();
    // These two are between client and proxy.
    const { 'proxy-authorization': _, 'proxy-connection': __, ...rest } = headers;
    const onward = request(url, { method, headers: rest }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    incoming.pipe(onward);
  });
  server.on('connect', (incoming, socket) => {
    seen.push({ line: `CONNECT ${incoming.url}`, authorization: incoming.headers['proxy-authorization'] });
    if (refuse) return socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const [host, port] = incoming.url!.split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  const { port } = await listen(server);
  return { port, seen };
}
