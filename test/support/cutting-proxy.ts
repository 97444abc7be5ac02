import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface CuttingProxy {
  readonly port: number;
  /** Connections that were opened. */
  readonly connections: number;
  /** Bytes that the server has sent, over all connections. */
  readonly sent: number;
  close(): Promise<void>;
}

/**
 * A wire that breaks: passes everything on to `port` of `host`, and destroys a connection once the server has sent more than
 * `bytesAllowed(nth)` over it. `nth` counts the connections from 1; undefined lets the connection live.
 */
export async function startCuttingProxy(
  port: number,
  bytesAllowed: (nth: number) => number | undefined,
  host = '127.0.0.1',
): Promise<CuttingProxy> {
  let connections = 0;
  let sent = 0;
  const sockets = new Set<Socket>();
  const server = createServer(near => {
    connections += 1;
    const allowed = bytesAllowed(connections);
    const far = connect(port, host);
    let passed = 0;
    const cut = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    near.on('data', data => far.write(data));
    far.on('data', data => {
      passed += data.length;
      sent += data.length;
      if (allowed !== undefined && passed > allowed) cut();
      else near.write(data);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections;
    },
    get sent() {
      return sent;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
