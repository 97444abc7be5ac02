import { MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { type ReadThrottle, standardThrottle } from '../../http/retry.ts';
import { googleError } from './wire.ts';

/** What was asked for, and by whom: what messages need. */
export interface Asked {
  /** `the groups`, `the members of Support`. */
  readonly what: string;
  /** `GET admin.googleapis.com/admin/directory/v1/groups`. */
  readonly subject: string;
  readonly account: Account;
}

export interface Account {
  readonly email: string;
  /** In whose name it reads. */
  readonly admin: string | undefined;
  readonly scopes: readonly string[];
}

/** Google's word for what went wrong: `forbidden`, `userRateLimitExceeded` …; undefined where it says none. */
export function reasonIn(answer: HttpAnswer): string | undefined {
  const { error } = googleError.safeParse(answer.body).data ?? {};
  return error?.errors[0]?.reason || error?.details.find(({ reason }) => reason)?.reason || error?.status;
}

const tooFast = new Set(['userRateLimitExceeded', 'quotaExceeded', 'rateLimitExceeded']);

/** Google says "too fast" with 403 as well; how long to wait it does not say (identity sources reference §3). */
export const googleThrottle: ReadThrottle = (answer, nowMs) => {
  const throttled = answer.status === 429 || (answer.status === 403 && tooFast.has(reasonIn(answer) ?? ''));
  return throttled ? standardThrottle({ ...answer, status: 429 }, nowMs) : undefined;
};

/** The error that an answer is which does not hold what was asked for, whatever its status. */
export function answerFailure(answer: HttpAnswer, asked: Asked): MusterError {
  const { status } = answer;
  const reason = reasonIn(answer);
  const message = googleError.safeParse(answer.body).data?.error.message ?? '';
  const told = [reason, message].filter(Boolean).join(', ').replace(/\.$/u, '');
  const throttled = tooFast.has(reason ?? '');
  const facts = { subject: asked.subject, status, ...(reason !== undefined && { vendorCode: reason }) };
  if (status === 401) {
    return new MusterError('source.auth-failed', {
      ...facts,
      happened: `Google does not take the access token${told ? `: ${told}` : ''}.`,
      remedy: `Check that the service account ${asked.account.email} and its key have not been disabled or deleted.`,
    });
  }
  return new MusterError(status === 403 && !throttled ? 'source.auth-failed' : 'source.read-failed', {
    ...facts,
    happened:
      status < 300 && told === ''
        ? `Google answered ${status} to a request for ${asked.what}, and what came is nothing of the kind.`
        : `Google did not give ${asked.what}: ${status}${told ? `, ${told}` : ''}.`,
    remedy: remedyFor(status, reason, asked),
  });
}

function remedyFor(status: number, reason: string | undefined, { account }: Asked): string {
  switch (reason) {
    case 'insufficientPermissions':
    case 'ACCESS_TOKEN_SCOPE_INSUFFICIENT':
      return `The token lacks a scope. The source needs ${account.scopes.join(' ')}; take out "scopes" of this source, or add the missing one.`;
    case 'accessNotConfigured':
    case 'SERVICE_DISABLED':
      return 'Enable the "Admin SDK API" in the Google Cloud project of the service account, and wait some minutes.';
    case 'domainCannotUseApis':
      return 'Allow the use of APIs in the Admin console (Security, Access and data control, API controls).';
    case 'dailyLimitExceeded':
      return 'Raise the quota of the Admin SDK API in the Google Cloud project, or read less often.';
  }
  if (status === 429 || tooFast.has(reason ?? '')) {
    return 'Other programs use up the quota of the project: give muster a project of its own, or raise "deadlineSeconds".';
  }
  if (status === 403) {
    return account.admin === undefined
      ? `Give the service account ${account.email} the role "Groups Reader" in the Admin console, or set "subject" to an administrator and delegate the scopes.`
      : `"subject" (${account.admin}) must be an administrator who may read groups and users, and "customer" or "domain" the account that this administrator belongs to.`;
  }
  if (status === 400 || status === 404) {
    return account.admin === undefined
      ? 'Check "query", "domain" and "customer" of this source; without "subject", write the id of the account (C01abcdef) in "customer".'
      : 'Check "query", "domain" and "customer" of this source. A group that has just been deleted answers so as well; then run again.';
  }
  return status >= 500
    ? 'Wait some minutes and run again; www.google.com/appsstatus tells of disturbances.'
    : 'Check "apiUrl" of this source, and whether a proxy or a login page answers in the place of Google.';
}
