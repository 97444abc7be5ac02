import { MusterError } from '../../errors.ts';
import { errorBody } from './wire.ts';

/** An answer of Graph, alone or from inside a batch. */
export interface GraphAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export const readRights =
  'Give the application the application permissions GroupMember.Read.All and User.Read.All, and grant admin consent.';

/** What Graph refused or could not do. The code is for `source.*`; the vendor's own code and request id are kept. */
export function graphFailure(answer: GraphAnswer, subject: string): MusterError {
  const { status } = answer;
  const told = errorBody.safeParse(answer.body).data?.error;
  const code = told?.code || undefined;
  const requestId = told?.innerError?.['request-id'] ?? answer.headers['request-id'];
  const reason = [code, told?.message?.slice(0, 300).replace(/\.$/u, '')].filter(Boolean).join(', ');
  const rule = rules.find(({ when }) => when(status, code ?? '')) ?? lastRule;
  return new MusterError(rule.code, {
    happened: `${rule.happened} (${status}${reason ? `: ${reason}` : ''}).`,
    subject,
    remedy: rule.remedy,
    status,
    ...(code && { vendorCode: code }),
    ...(requestId && { correlationId: requestId }),
  });
}

interface Rule {
  readonly when: (status: number, code: string) => boolean;
  readonly code: 'source.auth-failed' | 'source.read-failed';
  readonly happened: string;
  readonly remedy: string;
}

const lastRule: Rule = {
  when: () => true,
  code: 'source.read-failed',
  happened: 'Microsoft Graph could not answer',
  remedy: 'Run it again later; if it stays so, ask Microsoft with the request id.',
};

const rules: readonly Rule[] = [
  {
    when: status => status === 401,
    code: 'source.auth-failed',
    happened: 'Microsoft Graph does not accept the token',
    remedy: 'Check "cloud", and "resource" if it is set: a token of one cloud is worth nothing in another.',
  },
  {
    when: status => status === 403,
    code: 'source.auth-failed',
    happened: 'Microsoft Graph refuses this to the application',
    remedy: readRights,
  },
  {
    when: status => status === 404,
    code: 'source.read-failed',
    happened: 'Microsoft Graph knows no such thing',
    remedy: 'Run it again: it was deleted while it was read, or the index of the server lags.',
  },
  {
    when: (_, code) =>
      code === 'Request_UnsupportedQuery' || code === 'Request_BadRequest' || code === 'BadRequest',
    code: 'source.read-failed',
    happened: 'Microsoft Graph does not understand the query',
    remedy: 'Check "filter" and the names of properties in this source.',
  },
  {
    when: status => status === 429,
    code: 'source.read-failed',
    happened: 'Microsoft Graph still finds us too fast after all waiting',
    remedy: 'Run it again later, lower "concurrency", and look for other programs that use this application.',
  },
];

/** An answer that says 200 and is not what it should be. */
export const notUnderstood = (what: string, subject: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: `Microsoft Graph answered 200 with ${what}.`,
    subject,
    remedy: 'Check "graphUrl" and whether a gateway with a log-in page stands in between.',
  });

/** Would every further request fail in the same way? A 403 is about one thing; a token that is refused about all. */
export const isFatal = ({ code, status }: MusterError): boolean =>
  (code === 'source.auth-failed' && status !== 403) ||
  code === 'source.insecure' ||
  code === 'config.invalid';

/** A failure as a clause of a sentence, with what the vendor's support asks for. */
export const clauseOf = (error: MusterError): string =>
  error.happened.replace(/\.$/u, '') + (error.correlationId ? ` [request-id ${error.correlationId}]` : '');
