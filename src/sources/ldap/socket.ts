import type net from 'node:net';

/** The socket is gone, or the server fell silent: what was asked last has no answer. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Waits for `event`; silence, an error or an abort destroys the socket and rejects. */
export async function established(
  socket: net.Socket,
  event: 'connect' | 'secureConnect',
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const silence = setTimeout(
    () => reject(new ConnectionLost(`no connection within ${timeoutMs / 1000} seconds`)),
    timeoutMs,
  );
  const stop = () => reject(signal.reason);
  const closed = () => reject(new ConnectionLost('the server closed the connection'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  socket.once(event, resolve);
  socket.once('error', reject);
  socket.once('close', closed);
  try {
    await promise;
  } catch (error) {
    // A destroyed socket may still complain; without a listener that would end the process.
    socket.on('error', () => {});
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(silence);
    signal.removeEventListener('abort', stop);
    socket.off('error', reject);
    socket.off('close', closed);
  }
}
