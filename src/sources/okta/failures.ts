import { MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { oktaError } from './wire.ts';

/** What was asked for, and by whom: what messages need. */
export interface Asked {
  /** `the groups`, `the members of Support`. */
  readonly what: string;
  /** `GET acme.okta.com/api/v1/groups`. */
  readonly subject: string;
  readonly by: 'token' | 'service-app';
}

/** The error that an answer is which does not hold what was asked for, whatever its status. */
export function answerFailure(answer: HttpAnswer, asked: Asked): MusterError {
  const { status, headers } = answer;
  const { errorCode, errorSummary = '' } = oktaError.safeParse(answer.body).data ?? {};
  const told = [errorCode, errorSummary].filter(Boolean).join(', ').replace(/\.$/u, '');
  const facts = {
    subject: asked.subject,
    status,
    ...(errorCode !== undefined && { vendorCode: errorCode }),
    ...(headers['x-okta-request-id'] && { correlationId: headers['x-okta-request-id'] }),
  };
  if (status === 401) {
    return new MusterError('source.auth-failed', {
      ...facts,
      happened: `Okta does not take the ${asked.by === 'token' ? 'API token' : 'access token'}${colon(told)}.`,
      remedy:
        asked.by === 'token'
          ? 'Make a new API token (Security, API, Tokens) and put it into "token". One that nobody uses for 30 days dies, and so does that of an admin who is deactivated.'
          : 'Check that the service app is active, and that "url" is the org that it belongs to.',
    });
  }
  return new MusterError(status === 403 ? 'source.auth-failed' : 'source.read-failed', {
    ...facts,
    happened:
      status < 300 && errorCode === undefined
        ? `Okta answered ${status} to a request for ${asked.what}, and what came is nothing of the kind.`
        : `Okta did not give ${asked.what}: ${status}${told ? `, ${told}` : ''}.`,
    remedy: remedyFor(answer, asked),
  });
}

function remedyFor({ status, headers }: HttpAnswer, asked: Asked): string {
  switch (status) {
    case 403: {
      // `DPoP algs="…", …, scope="okta.groups.read", error="insufficient_scope", …`
      const challenge = headers['www-authenticate'] ?? '';
      const scope = /\bscope="([^"]+)"/u.exec(challenge)?.[1];
      if (scope !== undefined && challenge.includes('insufficient_scope')) {
        return `Grant the scope ${scope} to the service app (tab "Okta API Scopes"), and let "scopes" of this source name it.`;
      }
      return asked.by === 'token'
        ? 'Give the admin who made the token a role that may see groups and their members, e.g. "Read-only Administrator".'
        : 'Give the service app an admin role (tab "Admin roles") that may see groups and their members, e.g. "Read-only Administrator".';
    }
    case 400:
      return 'Check "search" of this source: it must be an expression of Okta, e.g. type eq "OKTA_GROUP".';
    case 404:
      return 'Check "url" of this source. A group that has just been deleted answers so as well; then run again.';
    case 429:
      return 'Other programs use up the rate limit of the org: see the rate limit dashboard of Okta, or raise "deadlineSeconds".';
    default:
      return status >= 500
        ? 'Wait some minutes and run again; status.okta.com tells of disturbances.'
        : 'Check "url" of this source, and whether a proxy or a login page answers in the place of Okta.';
  }
}

const colon = (told: string): string => (told ? `: ${told}` : '');
