import type { Clock } from '../../clock.ts';
import { createBudget } from '../../http/budget.ts';
import type { HttpClient, TokenProvider } from '../../http/client.ts';
import { createHttpClient } from '../../http/send.ts';
import type { Transport } from '../../http/transport.ts';
import { signingKey } from '../signing-key.ts';
import type { SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { createOktaApi, type OktaApi } from './client.ts';
import { oktaThrottle, readOktaQuota } from './limits.ts';
import type { OktaOptions } from './options.ts';
import { serviceAppTokens } from './service-app.ts';

/** Okta for one piece of work. */
export interface OktaSession {
  readonly api: OktaApi;
  /** `API token`, `service app 0oa…`, `service app 0oa… with DPoP`. */
  readonly who: () => string;
  close(): Promise<void>;
}

/** Nothing is sent yet: the token is made with the first request. Throws `config.invalid` for a key that is none. */
export async function openSession(options: OktaOptions, tools: SourceTools): Promise<OktaSession> {
  const transport = await openTransport(options, tools);
  try {
    const { tokens, who } = credentials(options, transport, tools.clock);
    // The longest wait that Okta asks for is the rest of a minute; a budget for each of its families of endpoints.
    const client = (): HttpClient =>
      createHttpClient({
        transport,
        clock: tools.clock,
        tokens,
        budget: createBudget({
          clock: tools.clock,
          readQuota: readOktaQuota,
          reserveShare: options.headroom,
        }),
        concurrency: options.concurrency,
        retry: retryOf(options),
        timeoutMs: options.timeoutSeconds * 1000,
        throttle: oktaThrottle,
        onCall: report => tools.log.debug('okta.call', { ...report }),
      });
    const api = createOktaApi({
      url: options.url,
      by: options.token === undefined ? 'service-app' : 'token',
      pageSize: options.pageSize,
      groupsHttp: client(),
      membersHttp: client(),
    });
    return { api, who, close: () => transport.close() };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

interface Credentials {
  readonly tokens: TokenProvider;
  readonly who: () => string;
}

function credentials(options: OktaOptions, transport: Transport, clock: Clock): Credentials {
  const { token, clientId, privateKey, url, keyId, scopes } = options;
  if (token !== undefined) return { tokens: apiToken(token), who: () => 'API token' };
  // The options schema has made sure that both are there.
  const key = signingKey(privateKey!, 'privateKey');
  const app = { url, clientId: clientId!, key, keyId, scopes };
  const timeoutMs = options.timeoutSeconds * 1000;
  const tokens = serviceAppTokens(app, { transport, clock, retry: retryOf(options), timeoutMs });
  return { tokens, who: () => `service app ${clientId}${tokens.bound ? ' with DPoP' : ''}` };
}

/** There is no other one to be had: a 401 is sent once more in vain, and then told. */
const apiToken = (token: string): TokenProvider => ({
  authorization: async () => `SSWS ${token}`,
  reject() {},
});
