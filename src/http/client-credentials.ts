import type { Clock } from '../clock.ts';
import { MusterError } from '../errors.ts';
import type { HttpAnswer, TokenProvider } from './client.ts';
import type { RetryPolicy } from './retry.ts';
import { type CallReport, createHttpClient } from './send.ts';
import { isNoEndpoint, isRefusal, readToken, shownUrl, tokenThrottle } from './token-answer.ts';
import { createTokenCache, type MintedToken, type RenewalMargin } from './token-cache.ts';
import type { Transport } from './transport.ts';

export interface ClientCredentialsOptions {
  /**
   * Token endpoints in the order in which they are tried: one that answers 404 or 405 is none, and the next is asked.
   * The one that worked is kept.
   */
  readonly tokenUrls: readonly string[];
  readonly clientId: string;
  readonly clientSecret: string;
  /** Space-separated. */
  readonly scope?: string;
  /**
   * How the credentials travel. `auto`, the default: in the Basic header and without the scope, as the platform's
   * own clients do; where that is refused, in the form body and with it, as in the documented contract.
   */
  readonly style?: 'basic' | 'form' | 'auto';
  readonly transport: Transport;
  readonly clock: Clock;
  readonly margin?: RenewalMargin;
  readonly retry?: Partial<RetryPolicy>;
  readonly timeoutMs?: number;
  readonly onCall?: (report: CallReport) => void;
  readonly random?: () => number;
}

interface Way {
  readonly url: string;
  readonly style: 'basic' | 'form';
}

/**
 * Bearer tokens by the OAuth client-credentials grant (RFC 6749 §4.4), cached and made one at a time.
 *
 * Errors of `authorization()`: `token.refused` (wrong id, secret, region or tenant), `token.throttled` (tokens made
 * too fast, and still so after all attempts), `http.not-json` and `http.unexpected` (the URL names something else),
 * and those of the transport. None of them holds the secret.
 */
export function clientCredentials(options: ClientCredentialsOptions): TokenProvider {
  const { tokenUrls, clientId, clientSecret, scope, style = 'auto' } = options;
  const { transport, clock, retry, timeoutMs, onCall, random } = options;
  const http = createHttpClient({
    transport,
    clock,
    throttle: tokenThrottle,
    ...(retry && { retry }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(onCall && { onCall }),
    ...(random && { random }),
  });
  const about = (url: string) => ({ clientId, clientSecret, url });
  const styles = style === 'auto' ? (['basic', 'form'] as const) : [style];
  let proven: Way | undefined;

  async function mint(signal: AbortSignal): Promise<MintedToken> {
    if (proven) {
      const answer = await ask(proven, signal);
      if (!isNoEndpoint(answer)) return readToken(answer, about(proven.url));
      proven = undefined;
    }
    for (const url of tokenUrls) {
      for (const [index, each] of styles.entries()) {
        const way = { url, style: each };
        const answer = await ask(way, signal);
        if (isNoEndpoint(answer)) break;
        if (isRefusal(answer) && index < styles.length - 1) continue;
        const token = readToken(answer, about(url));
        proven = way;
        return token;
      }
    }
    throw new MusterError('http.unexpected', {
      happened: 'There is no token endpoint where one was looked for: 404 or 405.',
      subject: tokenUrls.map(shownUrl).join(', '),
      remedy: 'Check the region or the login URL.',
    });
  }

  function ask({ url, style: how }: Way, signal: AbortSignal): Promise<HttpAnswer> {
    const basic = how === 'basic';
    const sendScope = scope !== undefined && (!basic || style === 'basic');
    return http.send({
      method: 'POST',
      url,
      route: 'POST /oauth/token',
      // A token more than was needed does no harm.
      repeatable: true,
      anonymous: true,
      ...(basic && { headers: { authorization: basicOf(clientId, clientSecret) } }),
      form: {
        grant_type: 'client_credentials',
        ...(!basic && { client_id: clientId, client_secret: clientSecret }),
        ...(sendScope && { scope }),
      },
      signal,
    });
  }

  return createTokenCache(mint, { clock, ...(options.margin && { margin: options.margin }) });
}

const basicOf = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
