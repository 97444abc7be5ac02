import { createHttpClient } from '../../http/send.ts';
import type { SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { createGoogleApi, type GoogleApi } from './client.ts';
import { type Account, googleThrottle } from './failures.ts';
import { topFields } from './fields.ts';
import { readServiceAccount } from './key.ts';
import { accountOf, type GoogleOptions, scopesOf } from './options.ts';
import { serviceAccountTokens } from './token.ts';

/** Google for one piece of work. */
export interface GoogleSession {
  readonly api: GoogleApi;
  readonly account: Account;
  close(): Promise<void>;
}

/** Nothing is sent yet: the token is made with the first request. Throws `config.invalid` for a key that is none. */
export async function openSession(options: GoogleOptions, tools: SourceTools): Promise<GoogleSession> {
  const { clock, log, baseDir } = tools;
  const from = await readServiceAccount(options, baseDir);
  const account = { email: from.email, admin: options.subject, scopes: scopesOf(options) };
  const transport = await openTransport(options, tools);
  const retry = retryOf(options);
  const timeoutMs = options.timeoutSeconds * 1000;
  const http = createHttpClient({
    transport,
    clock,
    tokens: serviceAccountTokens(from, account, { transport, clock, retry, timeoutMs }),
    concurrency: options.concurrency,
    retry,
    timeoutMs,
    throttle: googleThrottle,
    onCall: report => log.debug('google.call', { ...report }),
  });
  const api = createGoogleApi({
    url: options.apiUrl,
    http,
    account,
    whose: accountOf(options),
    query: options.query,
    derived: options.includeDerivedMembership,
    pageSize: options.pageSize,
    userFields: topFields(options.attributes),
  });
  return { api, account, close: () => transport.close() };
}
