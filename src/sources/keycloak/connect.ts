import { createBudget } from '../../http/budget.ts';
import type { HttpClient } from '../../http/client.ts';
import { clientCredentials } from '../../http/client-credentials.ts';
import { createHttpClient } from '../../http/send.ts';
import type { SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { createKeycloakApi, type KeycloakApi } from './client.ts';
import { errorIn, noSuchRealm, type Who } from './failures.ts';
import { type KeycloakOptions, wantsAttributes } from './options.ts';

/** A realm for one piece of work. */
export interface KeycloakSession {
  readonly api: KeycloakApi;
  close(): Promise<void>;
}

const whoIs = ({ realm, clientId, clientRealm = realm }: KeycloakOptions): Who => ({
  realm,
  clientId,
  clientRealm,
});

/** Throws where no Keycloak is found, or it has no such realm. The token is made with the first request after that. */
export async function openSession(
  options: KeycloakOptions,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<KeycloakSession> {
  const { clock, log } = tools;
  const who = whoIs(options);
  const transport = await openTransport(options, tools);
  const settings = {
    transport,
    clock,
    retry: retryOf(options),
    timeoutMs: options.timeoutSeconds * 1000,
    onCall: (report: object) => log.debug('keycloak.call', { ...report }),
  };
  try {
    const base = await findBase(createHttpClient(settings), options, signal);
    const tokens = clientCredentials({
      ...settings,
      tokenUrls: [`${base}/realms/${encodeURIComponent(who.clientRealm)}/protocol/openid-connect/token`],
      clientId: options.clientId,
      clientSecret: options.clientSecret,
      // In the Basic header secrets would have to be percent-encoded (RFC 6749 §2.3.1), and versions differ in that.
      style: 'form',
      // Tokens live for one minute or five (identity sources reference §5).
      margin: { seconds: 30, share: 0.5 },
    });
    const http = createHttpClient({
      ...settings,
      tokens,
      // Keycloak sends no rate limit headers: after the first answer there is nothing to keep to.
      budget: createBudget({ clock }),
      concurrency: options.concurrency,
    });
    const brief = !wantsAttributes(options);
    const api = createKeycloakApi({ http, base, who, pageSize: options.pageSize, brief, signal });
    return { api, close: () => transport.close() };
  } catch (error) {
    await transport.close();
    throw error;
  }
}

/**
 * Before version 17 everything was below `/auth`, and many have kept it so. The public description of the realm shows
 * where it is. A gateway may hide that, so where it is nowhere the URL is taken as it is, and the token endpoint tells.
 */
async function findBase(
  http: HttpClient,
  { url, realm, clientRealm }: KeycloakOptions,
  signal: AbortSignal,
): Promise<string> {
  const asked = clientRealm ?? realm;
  for (const base of url.endsWith('/auth') ? [url] : [url, `${url}/auth`]) {
    const answer = await http.send({
      method: 'GET',
      url: `${base}/realms/${encodeURIComponent(asked)}/.well-known/openid-configuration`,
      route: 'GET /realms/{realm}/.well-known/openid-configuration',
      repeatable: true,
      anonymous: true,
      signal,
    });
    if (answer.status === 200 && answer.body !== undefined) return base;
    if (answer.status === 404 && /^Realm does not exist/iu.test(errorIn(answer).told)) {
      throw noSuchRealm(asked, clientRealm === undefined ? 'realm' : 'clientRealm', new URL(base).host);
    }
  }
  return url;
}
