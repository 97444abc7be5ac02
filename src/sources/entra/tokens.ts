import { MusterError } from '../../errors.ts';
import type { HttpAnswer, TokenProvider } from '../../http/client.ts';
import { type ReadThrottle, standardThrottle } from '../../http/retry.ts';
import { createHttpClient } from '../../http/send.ts';
import { createTokenCache, type MintedToken } from '../../http/token-cache.ts';
import type { Transport } from '../../http/transport.ts';
import { asSourceFailure } from '../reach.ts';
import { retryOf } from '../web-transport.ts';
import { type CredentialFacts, type TokenRequest, tokenRequest } from './credentials.ts';

/**
 * Bearer tokens for Graph, one at a time for all who wait. There is no refresh token: a new one is asked for with the
 * same credentials. Errors: `source.auth-failed`, `source.unreachable`, `config.invalid`; none holds a secret.
 */
export function createTokens(facts: CredentialFacts, transport: Transport): TokenProvider {
  const { clock, options } = facts;
  const managed = options.auth === 'managed-identity';
  const http = createHttpClient({
    transport,
    clock,
    throttle: managed ? identityThrottle : standardThrottle,
    timeoutMs: options.timeoutSeconds * 1000,
    retry: retryOf(options),
  });

  async function mint(signal: AbortSignal): Promise<MintedToken> {
    const request = await tokenRequest(facts);
    const { method, url, headers, query, form } = request;
    try {
      const answer = await http.send({
        method,
        url,
        route: managed ? 'GET /identity/token' : 'POST /{tenant}/oauth2/v2.0/token',
        repeatable: true,
        anonymous: true,
        signal,
        ...(headers && { headers }),
        ...(query && { query }),
        ...(form && { form }),
      });
      return readToken(answer, request, clock.now());
    } catch (error) {
      throw asSourceFailure(error, managed ? 'The managed identity' : 'Microsoft Entra ID');
    }
  }
  return createTokenCache(mint, { clock });
}

/** The metadata service says "not now" with 404 or 410 while it is being updated, besides the usual ways. */
const identityThrottle: ReadThrottle = (answer, nowMs) =>
  answer.status === 404 || answer.status === 410 ? {} : standardThrottle(answer, nowMs);

/** Remedies by the number in `AADSTS…`, which is what people search for. */
const remedies: Readonly<Record<string, string>> = {
  '7000215': 'The secret is wrong: take its value, not its id, from "Certificates & secrets" of the app.',
  '7000222': 'The secret has expired: make a new one in "Certificates & secrets" of the app.',
  '700016': 'The tenant has no such application: check "clientId" and "tenant".',
  '7000112': 'The application is disabled: enable its enterprise application.',
  '90002': 'There is no such tenant: check "tenant", and "cloud" if it is a national one.',
  '900023': 'There is no such tenant: write its id, or one of its verified domains.',
  '700027': 'The application does not know this certificate: upload it in "Certificates & secrets".',
  '700024': 'The assertion is not valid now: check the clock of this machine.',
  '70021': 'No federated credential fits: compare issuer, subject and audience with those of the token file.',
  '700211': 'No federated credential has this issuer: compare it with that of the token file.',
  '700212': 'No federated credential has this audience: compare it with that of the token file.',
  '700213': 'No federated credential has this subject: compare it with that of the token file.',
  '53003': 'A Conditional Access policy for workload identities blocks this place or application.',
  '500011': 'The tenant does not know the resource: check "cloud" and "resource".',
};

function readToken(answer: HttpAnswer, request: TokenRequest, nowMs: number): MintedToken {
  const { status, body } = answer;
  const fields = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const { access_token: token } = fields;
  if (status === 200 && typeof token === 'string' && token !== '') {
    return { authorization: `Bearer ${token}`, lifetimeSeconds: lifetimeOf(fields, nowMs) };
  }
  const told = String(fields.error_description ?? fields.message ?? fields.error ?? '');
  const number = /AADSTS(\d+)/u.exec(told)?.[1];
  const correlationId = typeof fields.correlation_id === 'string' ? fields.correlation_id : undefined;
  const facts = {
    subject: request.who,
    status,
    ...(number !== undefined && { vendorCode: `AADSTS${number}` }),
    ...(correlationId !== undefined && { correlationId }),
  };
  // The first line says it all; what follows are trace ids and the time.
  const reason = withoutSecrets(
    told
      .split(/[\r\n]|Trace ID:/u)[0]!
      .trim()
      .slice(0, 300),
    request.secrets,
  );
  if (status === 429 || status >= 500) {
    throw new MusterError('source.unreachable', {
      ...facts,
      happened: `Microsoft Entra ID gives no tokens now (${status}).`,
      remedy: 'Run it again later; see the service health of Microsoft Entra if it stays so.',
    });
  }
  if (status === 200) {
    throw new MusterError('source.auth-failed', {
      ...facts,
      happened: 'What answered 200 to the request for a token gave none.',
      remedy: 'Check "loginUrl" or "identityEndpoint", and whether a log-in page stands in between.',
    });
  }
  throw new MusterError('source.auth-failed', {
    ...facts,
    happened: `Microsoft Entra ID gives no token (${status}${reason ? `: ${reason.replace(/\.$/u, '')}` : ''}).`,
    remedy: remedies[number ?? ''] ?? (request.method === 'GET' ? noIdentity : checkIds),
  });
}

const checkIds = 'Check "tenant", "clientId" and the credentials of this source.';
const noIdentity =
  'Check that this machine has a managed identity; "clientId" picks one where there are several.';

/** `expires_in` in seconds, at times as text; App Service gives `expires_on`, seconds since the epoch, alone. */
function lifetimeOf({ expires_in, expires_on }: Readonly<Record<string, unknown>>, nowMs: number): number {
  const seconds = Number(expires_in ?? Number(expires_on) - Math.floor(nowMs / 1000));
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 300;
}

/** A server may quote what it was sent. */
const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.filter(secret => secret !== '').reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
