import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';
import type { HttpAnswer, HttpClient, TokenProvider } from '../../http/client.ts';
import { defaultRetryPolicy, failureOf, type RetryPolicy, retryDelayMs } from '../../http/retry.ts';
import { createHttpClient } from '../../http/send.ts';
import { createTokenCache, type MintedToken } from '../../http/token-cache.ts';
import type { Transport } from '../../http/transport.ts';
import { WireError } from '../../http/wire-error.ts';
import type { SigningKey } from '../signing-key.ts';
import { createDpopProver, type DpopProver } from './dpop.ts';
import { oktaThrottle } from './limits.ts';
import { readToken, tokenErrorOf } from './token-answer.ts';

export interface ServiceApp {
  /** Base of the org, without a slash at the end. */
  readonly url: string;
  readonly clientId: string;
  readonly key: SigningKey;
  readonly keyId?: string | undefined;
  readonly scopes: readonly string[];
}

export interface ServiceAppTools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly retry: Partial<RetryPolicy>;
  readonly timeoutMs: number;
}

/** Tokens of a service app; `bound` once the org has asked for proof of possession. */
export interface ServiceAppTokens extends TokenProvider {
  readonly bound: boolean;
}

/** Plain, then with a proof, then with the nonce, and once more if the nonce has just been renewed. */
const rounds = 4;

/**
 * Access tokens by `private_key_jwt` from the org's own authorization server (identity sources reference §1), cached
 * and made one at a time. DPoP needs no setting: it is used from the moment the org asks for it (`invalid_dpop_proof`,
 * `use_dpop_nonce`).
 *
 * Errors of `authorization()`: `source.auth-failed`, `source.unreachable`, and `WireError`s.
 */
export function serviceAppTokens(app: ServiceApp, tools: ServiceAppTools): ServiceAppTokens {
  const { transport, clock, timeoutMs } = tools;
  const url = `${app.url}/oauth2/v1/token`;
  const policy = { ...defaultRetryPolicy, ...tools.retry };
  const http = createHttpClient({ transport, clock, timeoutMs, retry: { attempts: 1 } });
  let prover: DpopProver | undefined;
  // Good for days (Okta renews it every 24 hours), so the next token is one request only.
  let nonce: string | undefined;

  async function mint(signal: AbortSignal): Promise<MintedToken> {
    let answer = await ask(signal);
    for (let round = 1; round < rounds; round++) {
      const wanted = demandIn(answer);
      if (!wanted || (prover && !wanted.nonce)) break;
      prover ??= await createDpopProver(clock);
      nonce = wanted.nonce ?? nonce;
      answer = await ask(signal);
    }
    return readToken(answer, { url, clientId: app.clientId, scopes: app.scopes, nowMs: clock.now() });
  }

  /**
   * Repeats are made here and not by the HTTP client: an assertion and a proof each count once, so every attempt
   * needs new ones.
   */
  async function ask(signal: AbortSignal): Promise<HttpAnswer> {
    const begunMs = clock.now();
    // The policy ends this loop: after its last attempt there is no delay.
    for (let attempt = 1; ; attempt++) {
      const result = await attemptOnce(http, signal);
      const failure =
        result instanceof WireError
          ? { kind: 'network' as const, sent: result.sent, lasting: result.lasting, repeatable: true }
          : failureOf(result, true, clock.now(), oktaThrottle);
      const moment = { attempt, elapsedMs: clock.now() - begunMs, random: Math.random() };
      const delayMs = failure && retryDelayMs(failure, moment, policy);
      if (delayMs !== undefined) await clock.sleep(delayMs, signal);
      else if (result instanceof WireError) throw result;
      else return result;
    }
  }

  async function attemptOnce(client: HttpClient, signal: AbortSignal): Promise<HttpAnswer | WireError> {
    const proof = await prover?.({ method: 'POST', url, nonce });
    try {
      return await client.send({
        method: 'POST',
        url,
        route: 'POST /oauth2/v1/token',
        repeatable: true,
        ...(proof !== undefined && { headers: { dpop: proof } }),
        form: {
          grant_type: 'client_credentials',
          scope: app.scopes.join(' '),
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: await assertion(app, url, clock),
        },
        signal,
      });
    } catch (error) {
      if (error instanceof WireError) return error;
      throw error;
    }
  }

  const cache = createTokenCache(mint, { clock });
  return {
    authorization: signal => cache.authorization(signal),
    reject: authorization => cache.reject(authorization),
    get bound() {
      return prover !== undefined;
    },
    async proof({ method, url: target, authorization }) {
      const headers: Record<string, string> = {};
      const [scheme, token] = authorization.split(' ');
      // An org that stops asking for proofs gives plain tokens again.
      if (scheme === 'DPoP' && token && prover) headers.dpop = await prover({ method, url: target, token });
      return headers;
    },
  };
}

/** What the token endpoint wants besides; undefined where the answer is about something else. */
function demandIn(answer: HttpAnswer): { readonly nonce: string | undefined } | undefined {
  const error = tokenErrorOf(answer);
  if (error !== 'use_dpop_nonce' && error !== 'invalid_dpop_proof') return undefined;
  return { nonce: answer.headers['dpop-nonce'] || undefined };
}

/** Five minutes, as in Okta's own clients; the org takes an hour at most. */
const assertionSeconds = 300;

function assertion(app: ServiceApp, audience: string, clock: Clock): Promise<string> {
  const nowSeconds = Math.floor(clock.now() / 1000);
  const kid = app.keyId ?? app.key.kid;
  return new SignJWT()
    .setProtectedHeader({ alg: app.key.alg, ...(kid !== undefined && { kid }) })
    .setIssuer(app.clientId)
    .setSubject(app.clientId)
    .setAudience(audience)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + assertionSeconds)
    .setJti(randomUUID())
    .sign(app.key.key);
}
