import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { httpDateMs } from '../../http/retry-after.ts';
import type { MintedToken } from '../../http/token-cache.ts';

const granted = z.object({
  token_type: z.string(),
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
});

const refused = z.object({ error: z.string(), error_description: z.string().default('') });

/** OAuth's own error code in an answer that is no token. */
export const tokenErrorOf = (answer: HttpAnswer): string | undefined =>
  answer.status >= 400 ? refused.safeParse(answer.body).data?.error : undefined;

/** Whom the token was asked for, for messages. */
export interface TokenAsked {
  readonly url: string;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly nowMs: number;
}

/** The token in an answer. Throws `source.auth-failed` where Okta refused, `source.unreachable` where it is not Okta. */
export function readToken(answer: HttpAnswer, asked: TokenAsked): MintedToken {
  const token = answer.status === 200 ? granted.safeParse(answer.body).data : undefined;
  if (token) {
    const scheme = /^dpop$/iu.test(token.token_type) ? 'DPoP' : 'Bearer';
    return { authorization: `${scheme} ${token.access_token}`, lifetimeSeconds: token.expires_in };
  }
  const { error, error_description: told } = refused.safeParse(answer.body).data ?? {};
  const facts = {
    subject: `service app ${asked.clientId} at ${new URL(asked.url).host}`,
    status: answer.status,
    ...(error !== undefined && { vendorCode: error }),
    ...(answer.headers['x-okta-request-id'] && { correlationId: answer.headers['x-okta-request-id'] }),
  };
  if (error === undefined || answer.status >= 500 || answer.status === 429) {
    throw new MusterError('source.unreachable', {
      ...facts,
      happened: `Okta gave no token: its token endpoint answered ${answer.status}.`,
      remedy:
        answer.status === 429 || answer.status >= 500
          ? 'Wait some minutes and run again.'
          : 'Check "url" of this source: it must be the address of the org, e.g. https://acme.okta.com.',
    });
  }
  throw new MusterError('source.auth-failed', {
    ...facts,
    happened: `Okta refused a token: ${[error, told].filter(Boolean).join(', ').replace(/\.$/u, '')}.`,
    remedy: `${remedyFor(error, asked)}${clockHint(answer, asked.nowMs)}`,
  });
}

function remedyFor(error: string, { scopes }: TokenAsked): string {
  switch (error) {
    case 'invalid_scope':
    case 'access_denied':
    case 'consent_required':
      return `Grant the scopes ${scopes.join(' and ')} to the service app (tab "Okta API Scopes").`;
    case 'invalid_dpop_proof':
    case 'use_dpop_nonce':
      return 'Set the clock of this machine: Okta takes proofs of possession for some minutes only.';
    case 'unauthorized_client':
      return 'Allow the grant "Client Credentials" to the app: it must be of the type "API Services".';
    default:
      return 'Check that "clientId" is that of the service app, that its public key in Okta belongs to "privateKey" and has the id "keyId", and that the app is active.';
  }
}

/** A clock that is off makes every assertion look expired or not yet valid, and nothing in the answer says so. */
function clockHint({ headers }: HttpAnswer, nowMs: number): string {
  const serverMs = httpDateMs(headers.date);
  const skew = serverMs === undefined ? 0 : Math.round(Math.abs(nowMs - serverMs) / 1000);
  return skew > 60 ? ` The clock here and that of Okta are ${skew} seconds apart: set it.` : '';
}
