import net from 'node:net';
import tls from 'node:tls';
import {
  type Message,
  MessageParser,
  type MessageResponse,
  PagedResultsControl,
  SearchEntry,
  SearchReference,
} from 'ldapts';
import type { Entry } from '../entries/entry.ts';
import { entryOf } from './entry-of.ts';
import { ConnectionLost, established } from './socket.ts';

/** How one operation ended, with everything that came before the end. */
export interface Answer {
  /** LDAP result code, 0 for success (RFC 4511, appendix A). */
  readonly code: number;
  /** The server's diagnostic message; may be empty. */
  readonly text: string;
  readonly entries: readonly Entry[];
  /** URLs of the search references (referrals to other servers) that came along; never followed. */
  readonly referrals: readonly string[];
  /** Paging cookie; undefined when there is no further page or the server does not page. */
  readonly cookie: Buffer | undefined;
}

interface Waiting {
  readonly entries: Entry[];
  readonly referrals: string[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Given for `ldaps://`: TLS from the first byte. */
  readonly tls?: tls.ConnectionOptions;
  readonly timeoutMs: number;
}

/**
 * One connection to one server, with the messages and the parser of `ldapts` on a socket of our own. Its ready-made
 * client is not used, because it hides three things on which "nobody left" depends:
 *
 * - it ends a paged search at an empty page although the cookie says that more follows (Active Directory sends such
 *   pages), and does not show the cookie;
 * - it throws away the entries that came before `sizeLimitExceeded`;
 * - after a lost connection it reconnects without StartTLS and without the bind, and goes on reading as anonymous.
 */
export class LdapConnection {
  readonly #timeoutMs: number;
  readonly #waiting = new Map<number, Waiting>();
  #socket: net.Socket;
  #parser = new MessageParser();
  #lastId = 0;
  #lost: ConnectionLost | undefined;

  private constructor(socket: net.Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
    this.#listen(socket);
  }

  /** Connects, with TLS where the target has it. Rejects with the socket's error, or `ConnectionLost` for silence. */
  static async open(target: Target, signal: AbortSignal): Promise<LdapConnection> {
    const { host, port, timeoutMs } = target;
    const socket = target.tls ? tls.connect({ ...target.tls, host, port }) : net.connect({ host, port });
    await established(socket, target.tls ? 'secureConnect' : 'connect', timeoutMs, signal);
    return new LdapConnection(socket, timeoutMs);
  }

  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Sends one request and gathers what it brings. Rejects with `ConnectionLost`, or with the signal's reason; both
   * close the connection, since an answer might still be on its way.
   */
  async request(make: (messageId: number) => Message, signal: AbortSignal): Promise<Answer> {
    signal.throwIfAborted();
    if (this.#lost) throw this.#lost;
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.set(id, { entries: [], referrals: [], resolve, reject });
    const stop = () => this.#fail(signal.reason as Error);
    const silence = setTimeout(
      () =>
        this.#fail(new ConnectionLost(`the server did not answer within ${this.#timeoutMs / 1000} seconds`)),
      this.#timeoutMs,
    );
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#socket.write(make(id).write());
      return await promise;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener('abort', stop);
    }
  }

  /** Goes over to TLS after the server agreed to StartTLS. */
  async secure(options: tls.ConnectionOptions, signal: AbortSignal): Promise<void> {
    const plain = this.#socket;
    plain.removeAllListeners('data');
    // Whatever came in plain text after the server's consent may be forged, so the parser's rest is dropped.
    this.#parser = new MessageParser();
    const upgraded = tls.connect({ ...options, socket: plain });
    await established(upgraded, 'secureConnect', this.#timeoutMs, signal);
    this.#socket = upgraded;
    this.#listen(upgraded);
  }

  /** Closes without the courtesy of an unbind request: the server frees everything with the socket. */
  close(): void {
    this.#fail(new ConnectionLost('the connection was closed'));
  }

  #listen(socket: net.Socket): void {
    const parser = this.#parser;
    const none = new Map<string, { message: Message }>();
    parser.on('message', message => this.#receive(message));
    // A message that cannot be read leaves the stream in doubt, and with it every answer after it.
    parser.on('error', error =>
      this.#fail(new ConnectionLost(`the server sent what is no LDAP: ${error.message}`)),
    );
    socket.on('data', (data: Buffer) => parser.read(data, none));
    socket.on('error', error =>
      this.#fail(new ConnectionLost(`the connection broke: ${error.message}`, { cause: error })),
    );
    socket.on('close', () => this.#fail(new ConnectionLost('the server closed the connection')));
  }

  #receive(message: MessageResponse): void {
    // Message id 0 is the server's notice that it is about to hang up (RFC 4511 §4.4.1).
    if (message.messageId === 0) {
      this.#fail(new ConnectionLost(`the server is closing: ${message.errorMessage}`));
      return;
    }
    const waiting = this.#waiting.get(message.messageId);
    if (!waiting) return;
    if (message instanceof SearchEntry) {
      waiting.entries.push(entryOf(message));
    } else if (message instanceof SearchReference) {
      waiting.referrals.push(...message.uris);
    } else {
      this.#waiting.delete(message.messageId);
      const page = message.controls?.find(control => control instanceof PagedResultsControl);
      const cookie = page?.value?.cookie;
      waiting.resolve({
        code: message.status,
        text: message.errorMessage,
        entries: waiting.entries,
        referrals: waiting.referrals,
        cookie: cookie && cookie.length > 0 ? cookie : undefined,
      });
    }
  }

  #fail(error: Error): void {
    this.#lost ??= error instanceof ConnectionLost ? error : new ConnectionLost('the read was stopped');
    for (const waiting of this.#waiting.values()) waiting.reject(error);
    this.#waiting.clear();
    this.#socket.destroy();
  }
}
