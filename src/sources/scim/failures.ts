import { type ErrorCode, MusterError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';
import { readError } from '../../scim/messages.ts';
import { asSourceFailure } from '../reach.ts';

/** What was asked for: what messages need. */
export interface Asked {
  /** `the list of groups`, `the user 2819c223`. */
  readonly what: string;
  /** `GET idp.example.com/scim/v2/Groups`; no query, because filters hold names of people. */
  readonly subject: string;
}

/** The error that an answer is which does not hold what was asked for, whatever its status. */
export function answerFailure(answer: HttpAnswer, { what, subject }: Asked): MusterError {
  const { status } = answer;
  const problem = readError(answer.body);
  const told = problem?.detail.slice(0, 300).replace(/\.$/u, '');
  const because = told ? `: ${told}` : '';
  const facts = { subject, status, ...(problem?.scimType && { vendorCode: problem.scimType }) };
  if (status === 401) {
    return new MusterError('source.auth-failed', {
      ...facts,
      happened: `The SCIM server does not take our credentials (401)${because}.`,
      remedy:
        'Check the token, the password or the OAuth client of this source, and that it has not expired.',
    });
  }
  const happened =
    status < 300
      ? `The SCIM server answered ${status} to a request for ${what}, and what came is nothing of the kind.`
      : `The SCIM server did not give ${what} (${status})${because}.`;
  return new MusterError(codeFor(status), { ...facts, happened, remedy: remedyFor(status) });
}

/** A server that answers so is not there for anybody now; a 500 may be about this one resource. */
const codeFor = (status: number): ErrorCode =>
  [502, 503, 504].includes(status) ? 'source.unreachable' : 'source.read-failed';

function remedyFor(status: number): string {
  if (status < 300)
    return 'Check "baseUrl": it may name a web page, or a proxy or a login page answers in the place of the server.';
  if (status < 400)
    return 'The server points elsewhere: put the address that it redirects to into "baseUrl".';
  switch (status) {
    case 403:
      return 'Give the account of this source the right to read users and groups.';
    case 404:
      return 'Check "baseUrl": /Groups and /Users must be right below it, e.g. https://idp.example.com/scim/v2.';
    case 400:
    case 501:
      return 'The server cannot answer this question: see "paging", "filters" and "memberships" of this source.';
    case 429:
      return 'The server takes fewer requests than we need, and waiting did not help: raise "deadlineSeconds", or lower "concurrency".';
    default:
      return 'Wait some minutes and run again; if it stays so, ask whoever runs the SCIM server.';
  }
}

/** Failures on the way and of the token endpoint, told as failures of the source; anything else as it is. */
export function scimFailure(error: unknown): unknown {
  if (!(error instanceof MusterError) || !error.code.startsWith('token.'))
    return asSourceFailure(error, 'The SCIM server');
  const { happened, subject, vendorCode, status, remedy } = error;
  return new MusterError(error.code === 'token.refused' ? 'source.auth-failed' : 'source.read-failed', {
    happened,
    ...(subject !== undefined && { subject }),
    ...(vendorCode !== undefined && { vendorCode }),
    ...(status !== undefined && { status }),
    remedy:
      error.code === 'token.refused'
        ? 'Check clientId, clientSecret, tokenUrl and scope of this source.'
        : remedy,
    cause: error,
  });
}
