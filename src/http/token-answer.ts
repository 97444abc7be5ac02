import { MusterError } from '../errors.ts';
import type { HttpAnswer } from './client.ts';
import { type ReadThrottle, standardThrottle } from './retry.ts';
import type { MintedToken } from './token-cache.ts';

/** Whom a token was asked for; the secret only so that it can be kept out of messages. */
export interface TokenSubject {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly url: string;
}

/** Where an answer leaves out `expires_in`: the shortest lifetime that Genesys Cloud gives (API reference §1.2). */
const assumedLifetimeSeconds = 300;

/**
 * Making tokens too fast is no 429 at Genesys Cloud but a 400 whose description begins with `rate limit exceeded`
 * (API reference §1.4). Other endpoints answer 429.
 */
export const tokenThrottle: ReadThrottle = (answer, nowMs) => {
  if (answer.status !== 400) return standardThrottle(answer, nowMs);
  const { error, error_description, description } = fieldsOf(answer);
  const told = /^\s*rate limit exceeded/iu.test(error_description ?? description ?? '');
  return error === 'invalid_request' && told
    ? standardThrottle({ ...answer, status: 429 }, nowMs)
    : undefined;
};

/** There is nothing at this URL that makes tokens. */
export const isNoEndpoint = (answer: HttpAnswer): boolean => answer.status === 404 || answer.status === 405;

/** Might sending the credentials in the other style do? What was wrong with the grant itself stays wrong. */
export function isRefusal(answer: HttpAnswer): boolean {
  if (answer.status === 401) return true;
  if (answer.status !== 400 || tokenThrottle(answer, 0)) return false;
  return !['unsupported_grant_type', 'invalid_scope'].includes(fieldsOf(answer).error ?? '');
}

/** The token in an answer. @throws MusterError as `clientCredentials` says. */
export function readToken(answer: HttpAnswer, { clientId, clientSecret, url }: TokenSubject): MintedToken {
  const { status } = answer;
  const fields = fieldsOf(answer);
  // A server may quote what it was sent.
  const reason = clientSecret === '' ? reasonIn(fields) : reasonIn(fields).replaceAll(clientSecret, '***');
  const correlationId = answer.headers['inin-correlation-id'];
  const facts = {
    subject: `OAuth client ${clientId} at ${shownUrl(url)}`,
    status,
    ...(fields.error !== undefined && { vendorCode: fields.error }),
    ...(correlationId && { correlationId }),
  };
  if (tokenThrottle(answer, 0)) {
    throw new MusterError('token.throttled', {
      ...facts,
      happened: 'Tokens are asked for faster than the token endpoint allows, and waiting did not help.',
      remedy:
        'Wait some minutes, and look for other programs that make tokens with this client all the time.',
    });
  }
  if (status >= 400 && status < 500) {
    throw new MusterError('token.refused', {
      ...facts,
      happened: `The token endpoint refused the client (${status})${reason}.`,
      remedy:
        'Check client id and client secret, and that the client belongs to this region or tenant: the right ' +
        'credentials at the wrong region are refused in the same words.',
    });
  }
  if (status !== 200) {
    throw new MusterError('http.unexpected', {
      ...facts,
      happened: `The token endpoint answered ${status}${reason}.`,
      remedy: 'Check the region or the login URL; if they are right, run it again later.',
    });
  }
  if (answer.body === undefined) {
    throw new MusterError('http.not-json', {
      ...facts,
      happened: 'The token endpoint answered 200 with something that is not JSON.',
      remedy: 'Check the login URL, and whether a gateway with a log-in page stands in between.',
    });
  }
  if (!fields.access_token) {
    throw new MusterError('http.unexpected', {
      ...facts,
      happened: 'The token endpoint answered 200 without an access token.',
      remedy: 'Check that the login URL is that of a token endpoint.',
    });
  }
  const seconds = Number(fields.expires_in);
  return {
    authorization: `Bearer ${fields.access_token}`,
    lifetimeSeconds: seconds > 0 && Number.isFinite(seconds) ? seconds : assumedLifetimeSeconds,
  };
}

/** A URL for messages: no user, no password, no query. */
export function shownUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}

type Fields = Partial<
  Record<'access_token' | 'expires_in' | 'error' | 'error_description' | 'description', string>
>;

/** The flat fields of a token endpoint's body as text; anything else is left out. */
function fieldsOf({ body }: HttpAnswer): Fields {
  if (typeof body !== 'object' || body === null) return {};
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
    ),
  );
}

function reasonIn({ error, error_description, description }: Fields): string {
  const told = [error, error_description ?? description].filter(Boolean).join(', ').replace(/\.$/u, '');
  return told ? `: ${told.slice(0, 300)}` : '';
}
