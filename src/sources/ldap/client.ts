import { type Filter, PagedResultsControl, PresenceFilter, SearchRequest } from 'ldapts';
import { MusterError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Entry } from '../entries/entry.ts';
import { connect } from './connect.ts';
import type { Answer, LdapConnection } from './connection.ts';
import { codeText } from './failures.ts';
import type { LdapOptions } from './options.ts';
import { ConnectionLost } from './socket.ts';
import type { TlsFiles } from './transport.ts';

export interface Search {
  readonly base: string;
  readonly scope: 'base' | 'sub';
  readonly filter?: Filter;
  readonly attributes: readonly string[];
}

/** What a search brought. `stopped` says why it may not be all; without it, it is. */
export interface Found {
  readonly entries: readonly Entry[];
  readonly pages: number;
  /** URLs of other servers that the server pointed to. */
  readonly referrals: readonly string[];
  readonly stopped?: Stop;
}

export interface Stop {
  /** One clause, for people: `sizeLimitExceeded (4) after 20 entries`. */
  readonly text: string;
  /** LDAP result code; missing where the connection was lost. */
  readonly code?: number;
}

/** A bind that lasts for one read. A search throws nothing but the abort; what else it meets is in `Found.stopped`. */
export interface LdapSession {
  search(search: Search): Promise<Found>;
  close(): void;
}

/** Most pages of one search: a server that never ends its cookie must not hold a run for ever. */
const maxPages = 100_000;

/**
 * Connects, secures and binds. Throws `source.unreachable`, `source.insecure` or `source.auth-failed`.
 *
 * A connection that is lost later is made anew once a session, bind and all, and the search under way starts again
 * from its first page: a paging cookie is worth nothing on another connection (identity sources reference §4).
 */
export async function openSession(
  options: LdapOptions,
  files: TlsFiles,
  log: Log,
  signal: AbortSignal,
): Promise<LdapSession> {
  let live = Promise.resolve(await connect(options, files, signal));
  let restarts = 1;

  const pagesOf = async (connection: LdapConnection, search: Search, gathered: Gathered) => {
    let cookie: Buffer | undefined;
    for (let page = 0; page < maxPages; page++) {
      const answer = await connection.request(
        id => searchRequest(id, search, options.pageSize, cookie),
        signal,
      );
      gathered.add(answer);
      if (answer.code !== 0) return stopOf(answer, gathered.entries.length);
      cookie = answer.cookie;
      if (!cookie) return undefined;
    }
    return { text: `more than ${maxPages} pages` };
  };

  const search = async (wanted: Search): Promise<Found> => {
    const gathered = new Gathered();
    const mine = live;
    try {
      return gathered.found(await pagesOf(await mine, wanted, gathered));
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ConnectionLost || error instanceof MusterError)) throw error;
      // Of several searches that lost one connection, the first makes the new one and the others wait for it.
      if (mine === live) {
        if (restarts === 0) return gathered.found({ text: error.message });
        restarts -= 1;
        log.warn('ldap.reconnect', { url: options.url, because: error.message });
        live = connect(options, files, signal);
        live.catch(() => {});
      }
      return search(wanted);
    }
  };

  return {
    search,
    close: () => void live.then(connection => connection.close()).catch(() => {}),
  };
}

/** The server's own description of itself; undefined where it shows none to this bind. */
export async function readRootDse(session: LdapSession): Promise<Entry | undefined> {
  const { entries } = await session.search({ base: '', scope: 'base', attributes: ['*', '+'] });
  return entries[0];
}

/** Time and size limits are left to the server: 0 asks for none of our own. */
const searchRequest = (messageId: number, search: Search, size: number, cookie: Buffer | undefined) =>
  new SearchRequest({
    messageId,
    baseDN: search.base,
    scope: search.scope,
    filter: search.filter ?? new PresenceFilter({ attribute: 'objectClass' }),
    attributes: [...search.attributes],
    sizeLimit: 0,
    timeLimit: 0,
    controls:
      search.scope === 'base'
        ? []
        : [new PagedResultsControl({ value: { size, ...(cookie && { cookie }) } })],
  });

const stopOf = (answer: Answer, entries: number): Stop => ({
  code: answer.code,
  text: `${codeText(answer.code)}${entries > 0 ? ` after ${entries} entries` : ''}`,
});

/** What has come so far, also when the rest does not. */
class Gathered {
  readonly entries: Entry[] = [];
  readonly #referrals: string[] = [];
  #pages = 0;

  add(answer: Answer): void {
    // No spread: a page of a server that ignores paging may hold more entries than a call takes arguments.
    for (const entry of answer.entries) this.entries.push(entry);
    this.#pages += 1;
    this.#referrals.push(...answer.referrals);
  }

  found(stopped: Stop | undefined): Found {
    const { entries } = this;
    return { entries, pages: this.#pages, referrals: this.#referrals, ...(stopped && { stopped }) };
  }
}
