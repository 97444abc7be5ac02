import { SignJWT } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import type { HttpAnswer, TokenProvider } from '../../http/client.ts';
import type { RetryPolicy } from '../../http/retry.ts';
import { httpDateMs } from '../../http/retry-after.ts';
import { createHttpClient } from '../../http/send.ts';
import { createTokenCache, type MintedToken } from '../../http/token-cache.ts';
import type { Transport } from '../../http/transport.ts';
import { type Account, googleThrottle } from './failures.ts';
import type { ServiceAccount } from './key.ts';

export interface TokenTools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly retry: Partial<RetryPolicy>;
  readonly timeoutMs: number;
}

const granted = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() });
const refused = z.object({ error: z.string(), error_description: z.string().default('') });

/** Google takes an hour at most. */
const assertionSeconds = 3600;

/**
 * Access tokens of a service account by the JWT-bearer grant (RFC 7523; identity sources reference §3), in the name of
 * an administrator where there is one.
 *
 * Errors of `authorization()`: `source.auth-failed`, `source.unreachable`, and `WireError`s.
 */
export function serviceAccountTokens(
  from: ServiceAccount,
  account: Account,
  { transport, clock, retry, timeoutMs }: TokenTools,
): TokenProvider {
  const http = createHttpClient({ transport, clock, retry, timeoutMs, throttle: googleThrottle });

  async function mint(signal: AbortSignal): Promise<MintedToken> {
    const answer = await http.send({
      method: 'POST',
      url: from.tokenUrl,
      route: 'POST /token',
      // A token more than was needed does no harm.
      repeatable: true,
      form: {
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: await assertion(from, account, clock),
      },
      signal,
    });
    const token = answer.status === 200 ? granted.safeParse(answer.body).data : undefined;
    if (!token) throw tokenFailure(answer, from, account, clock.now());
    return { authorization: `Bearer ${token.access_token}`, lifetimeSeconds: token.expires_in };
  }

  return createTokenCache(mint, { clock });
}

function assertion(from: ServiceAccount, { admin, scopes }: Account, clock: Clock): Promise<string> {
  const nowSeconds = Math.floor(clock.now() / 1000);
  const jwt = new SignJWT({ scope: scopes.join(' ') })
    .setProtectedHeader({
      alg: from.key.alg,
      typ: 'JWT',
      ...(from.keyId !== undefined && { kid: from.keyId }),
    })
    .setIssuer(from.email)
    .setAudience(from.tokenUrl)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + assertionSeconds);
  return (admin === undefined ? jwt : jwt.setSubject(admin)).sign(from.key.key);
}

function tokenFailure(
  answer: HttpAnswer,
  from: ServiceAccount,
  account: Account,
  nowMs: number,
): MusterError {
  const { error, error_description: told = '' } = refused.safeParse(answer.body).data ?? {};
  const facts = {
    subject: `${from.email}${account.admin === undefined ? '' : ` for ${account.admin}`}`,
    status: answer.status,
    ...(error !== undefined && { vendorCode: error }),
  };
  if (error === undefined || answer.status >= 500 || answer.status === 429) {
    const later = answer.status >= 500 || answer.status === 429;
    return new MusterError('source.unreachable', {
      ...facts,
      happened: `Google gave no token: ${new URL(from.tokenUrl).host} answered ${answer.status}.`,
      remedy: later
        ? 'Wait some minutes and run again.'
        : 'Check "tokenUrl" of this source, and whether a proxy answers in the place of Google.',
    });
  }
  return new MusterError('source.auth-failed', {
    ...facts,
    happened: `Google refused a token: ${[error, told].filter(Boolean).join(', ').replace(/\.$/u, '')}.`,
    remedy: `${remedyFor(error, told, account)}${clockHint(answer, nowMs)}`,
  });
}

function remedyFor(error: string, told: string, { admin, email, scopes }: Account): string {
  if (error === 'unauthorized_client' || error === 'access_denied' || error === 'invalid_scope') {
    return admin === undefined
      ? `Check that the service account ${email} is enabled and that "scopes" of this source are right.`
      : `Delegate exactly these scopes to the client id of the service account in the Admin console (Security, API controls, Domain-wide delegation): ${scopes.join(',')}. It takes some minutes to become active.`;
  }
  if (/email|user id/iu.test(told)) {
    return '"subject" must be the primary address of an active administrator of the account.';
  }
  if (/signature|account not found|key/iu.test(told)) {
    return 'Make a new JSON key of the service account: this one has been deleted, or the account has.';
  }
  return `Check that the key belongs to ${email}, that it has not been deleted, and that the clock of this machine is right.`;
}

/** A clock that is off makes every assertion look expired or not yet valid. */
function clockHint({ headers }: HttpAnswer, nowMs: number): string {
  const serverMs = httpDateMs(headers.date);
  const skew = serverMs === undefined ? 0 : Math.round(Math.abs(nowMs - serverMs) / 1000);
  return skew > 60 ? ` The clock here and that of Google are ${skew} seconds apart: set it.` : '';
}
