import { type ErrorCode, MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { WireError } from '../../http/wire-error.ts';
import { errorRow } from './wire.ts';

/** What was asked for, and by whom: what messages need. */
export interface Asked {
  /** `the groups`, `the members of /CC/Support`. */
  readonly what: string;
  /** `GET sso.example.com/admin/realms/acme/groups`. */
  readonly subject: string;
  readonly who: Who;
}

export interface Who {
  readonly realm: string;
  readonly clientId: string;
  readonly clientRealm: string;
}

/** The error that an answer is which does not hold what was asked for, whatever its status. */
export function answerFailure(answer: HttpAnswer, { what, subject, who }: Asked): MusterError {
  const { status } = answer;
  const { error, told } = errorIn(answer);
  const facts = { subject, status, ...(error !== undefined && { vendorCode: error }) };
  const because = told ? `: ${told}` : '';
  if (status === 401) {
    return new MusterError('source.auth-failed', {
      ...facts,
      happened: `Keycloak does not take the token of client ${who.clientId} (401)${because}.`,
      remedy:
        'Check that the client and its service account are enabled, and that "url" is the address that Keycloak knows itself by: a token names its issuer.',
    });
  }
  return new MusterError(codeFor(status), {
    ...facts,
    happened:
      status < 300
        ? `Keycloak answered ${status} to a request for ${what}, and what came is nothing of the kind.`
        : `Keycloak did not give ${what} (${status})${because}.`,
    remedy: remedyFor(answer, who),
  });
}

/** A gateway that answers so has no Keycloak behind it for anybody now; a 500 may be about this one question. */
function codeFor(status: number): ErrorCode {
  if (status === 403) return 'source.auth-failed';
  return [502, 503, 504].includes(status) ? 'source.unreachable' : 'source.read-failed';
}

function remedyFor(answer: HttpAnswer, who: Who): string {
  const { status } = answer;
  if (status === 403) return grant(who);
  if (status === 404) {
    return /^Realm not found/iu.test(errorIn(answer).told)
      ? 'Check "realm": names of realms are told apart by case, and the display name is another thing.'
      : 'Check "url". A group that has just been deleted answers so as well; then run again.';
  }
  if (status === 429)
    return 'A gateway before Keycloak lets fewer requests through: lower "concurrency", or raise "deadlineSeconds".';
  if (status >= 500)
    return 'See the log of Keycloak; a user federation (LDAP) that cannot be reached is a common cause. Then run again.';
  return 'Check "url", and whether a proxy or a login page answers in the place of Keycloak.';
}

/**
 * The role that was missing. `view-users` holds `query-groups` and `query-users`; with `query-groups` alone Keycloak
 * answers 200 and shows no group at all (seen with 22.0.5 and 26.7.4).
 */
export function grant({ realm, clientId, clientRealm }: Who): string {
  const client = clientRealm === realm ? 'realm-management' : `${realm}-realm`;
  return `Give the service account of client ${clientId} the role "view-users" of the client "${client}" (tab "Service account roles"); "query-groups" alone shows nothing.`;
}

/** There are groups, and the account sees none: nothing that follows from such a list would be true. */
export const seesNothing = (groups: number, who: Who, subject: string): MusterError =>
  new MusterError('source.auth-failed', {
    happened: `Keycloak counts ${groups} group${groups === 1 ? '' : 's'} in the realm ${who.realm}, and shows none to client ${who.clientId}.`,
    subject,
    remedy: grant(who),
  });

export const noSuchRealm = (realm: string, option: string, subject: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: `Keycloak has no realm "${realm}".`,
    subject,
    status: 404,
    remedy: `Check "${option}": names of realms are told apart by case, and the display name is another thing.`,
  });

/** What an answer says of itself; our own words in the place of those that say nothing. */
export function errorIn({ body }: HttpAnswer): { error?: string; told: string } {
  const { error, error_description, errorMessage } = errorRow.safeParse(body).data ?? {};
  const told = (error_description ?? errorMessage ?? error ?? '').slice(0, 300).replace(/\.$/u, '');
  // `HTTP 403 Forbidden`, before version 24 `unknown_error`: no more than the status says.
  const empty = /^(?:HTTP \d{3}\b.*|unknown_error)$/u.test(told);
  return { ...(error !== undefined && { error }), told: empty ? '' : told };
}

/**
 * What the token endpoint said, told as a failure of the source; anything else is handed back as it is. A server that
 * could not be reached is not that: `asSourceFailure` tells it.
 */
export function asTokenFailure(error: unknown, { clientId, clientRealm }: Who): unknown {
  if (!(error instanceof MusterError) || error instanceof WireError || error.code.startsWith('source.'))
    return error;
  const { happened, subject, vendorCode, status, remedy } = error;
  const refused = error.code === 'token.refused';
  const noAccount = /service account/iu.test(happened);
  return new MusterError(refused ? 'source.auth-failed' : 'source.read-failed', {
    happened,
    ...(subject !== undefined && { subject }),
    ...(vendorCode !== undefined && { vendorCode }),
    ...(status !== undefined && { status }),
    remedy: noAccount
      ? `Switch on "Service accounts roles" of client ${clientId} (tab "Settings", "Capability config").`
      : refused
        ? `Check clientId and clientSecret (tab "Credentials" of the client), and that the client is in the realm ${clientRealm}; "clientRealm" names another one.`
        : remedy,
    cause: error,
  });
}
