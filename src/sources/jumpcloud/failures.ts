import { MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { asSourceFailure } from '../reach.ts';
import { jumpcloudError } from './wire.ts';

/** What was asked for: what messages need. */
export interface Asked {
  /** `the groups`, `the members of Support`. */
  readonly what: string;
  /** Method, host and path; no query. */
  readonly subject: string;
}

/** The error that an answer is which does not hold what was asked for, whatever its status. */
export function answerFailure(answer: HttpAnswer, { what, subject }: Asked): MusterError {
  const { status } = answer;
  const { message, error } = jumpcloudError.safeParse(answer.body).data ?? {};
  const told = (message ?? error ?? '').slice(0, 300).replace(/\.$/u, '');
  const because = told ? `: ${told}` : '';
  if (status === 401) {
    return new MusterError('source.auth-failed', {
      happened: `JumpCloud does not take our key or token (401)${because}.`,
      subject,
      status,
      remedy:
        'Check the API key or the service account, that its secret has not expired, and "region": an organisation is reached in its own region only.',
    });
  }
  return new MusterError([502, 503, 504].includes(status) ? 'source.unreachable' : 'source.read-failed', {
    happened:
      status < 300
        ? `JumpCloud answered ${status} to a request for ${what}, and what came is nothing of the kind.`
        : `JumpCloud did not give ${what} (${status})${because}.`,
    subject,
    status,
    remedy: remedyFor(status),
  });
}

function remedyFor(status: number): string {
  switch (status) {
    case 403:
      return 'Give the service account or the admin a role that may read users and groups, e.g. "Read Only"; JumpCloud also answers so to an address that it has blocked.';
    case 404:
      return 'Check "region", "consoleUrl" and "orgId". A group that has just been deleted answers so as well; then run again.';
    case 429:
      return 'JumpCloud takes fewer requests than we need, and waiting did not help: raise "deadlineSeconds", or lower "concurrency".';
    default:
      return status >= 500
        ? 'Wait some minutes and run again.'
        : 'Check "consoleUrl", and whether a proxy or a login page answers in the place of JumpCloud.';
  }
}

/** Failures on the way and of the token endpoint, told as failures of the source; anything else as it is. */
export function jumpcloudFailure(error: unknown): unknown {
  if (!(error instanceof MusterError) || !error.code.startsWith('token.'))
    return asSourceFailure(error, 'JumpCloud');
  const { happened, subject, status, remedy } = error;
  const refused = error.code === 'token.refused';
  return new MusterError(refused ? 'source.auth-failed' : 'source.read-failed', {
    happened,
    ...(subject !== undefined && { subject }),
    ...(status !== undefined && { status }),
    remedy: refused
      ? 'Check clientId, clientSecret and region; the secret of a service account expires, and JumpCloud warns by mail before.'
      : remedy,
    cause: error,
  });
}
