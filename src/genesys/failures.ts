import { type ErrorCode, type ErrorFacts, MusterError } from '../errors.ts';
import type { HttpAnswer } from '../http/client.ts';
import { errorBody } from './wire.ts';

/**
 * From an answer that is no success to an error with code, subject, remedy and correlation id. Three shapes of body
 * coexist (platform `ErrorBody`, `ScimError`, gateway HTML), so the body is sniffed and never believed to be there.
 * Classes: API reference §7; the two ways to say "stale": §2.5.
 */
export function failureOf(answer: HttpAnswer, subject: string): MusterError {
  const parsed = errorBody.safeParse(answer.body);
  const body = parsed.success && answer.body !== null ? parsed.data : undefined;
  const said = body?.detail ?? body?.message ?? '';
  const vendorCode = body?.scimType ?? body?.code ?? undefined;
  const correlationId = answer.headers['inin-correlation-id'] ?? body?.contextId ?? undefined;
  const fail = (code: ErrorCode, facts: Pick<ErrorFacts, 'happened' | 'remedy'>) =>
    new MusterError(code, { subject, status: answer.status, vendorCode, correlationId, ...facts });
  const quoted = said ? `: ${said.slice(0, 300).replace(/[.\s]+$/u, '')}` : '';

  if (isWebPage(answer)) {
    return fail('http.not-json', {
      happened: `A gateway answered ${answer.status} with a web page instead of the API.`,
      remedy:
        'Check baseUrl and the proxy; if both are right, the platform is behind a maintenance page: try again later.',
    });
  }
  if (isStale(answer.status, vendorCode, said)) {
    return fail('genesys.stale', {
      happened: `Somebody else changed it since it was read (${answer.status})${quoted}.`,
      remedy: 'Run again: the new state is read and planned anew.',
    });
  }
  switch (answer.status) {
    case 400:
      return fail('genesys.bad-request', {
        happened: `Genesys Cloud refused the request (400${vendorCode ? ` ${vendorCode}` : ''})${quoted}${fieldsOf(body)}.`,
        remedy: remedy400(vendorCode),
      });
    case 401:
      return fail('genesys.unauthorized', {
        happened: `Genesys Cloud did not accept the token, not even a new one (401)${quoted}.`,
        remedy:
          'Check that region, clientId and clientSecret belong together and that the OAuth client is active.',
      });
    case 403: {
      const missing = missingPermissions(body?.messageParams, said);
      return fail('genesys.permission-missing', {
        happened: `Genesys Cloud refused (403${vendorCode ? ` ${vendorCode}` : ''})${quoted}.`,
        remedy: missing
          ? `Give a role of the OAuth client ${missing}, in every division whose queues are managed; then run \`muster check\`.`
          : 'Run `muster check`: it tells which permission the OAuth client lacks.',
      });
    }
    case 404:
      return fail('genesys.not-found', {
        happened: `Genesys Cloud does not know it (404)${quoted}.`,
        remedy:
          'It was deleted, or lies in a division that the OAuth client cannot see. Run `muster plan` again.',
      });
    case 409:
      return fail('genesys.conflict', {
        happened: `It conflicts with something that exists (409${vendorCode ? ` ${vendorCode}` : ''})${quoted}.`,
        remedy: 'Run again: what exists is looked up and taken into account.',
      });
    case 413:
      return fail('genesys.too-large', {
        happened: `The request was too large (413)${quoted}.`,
        remedy: 'Lower genesys.memberBatch or genesys.queueMemberBatch.',
      });
    case 415:
      return fail('genesys.unsupported-media-type', {
        happened: `The content type was refused (415)${quoted}.`,
        remedy: 'Something between us and the platform rewrites headers: check the proxy.',
      });
    case 429:
      return fail('genesys.throttled', {
        happened: `The rate limit stayed exhausted through all attempts (429)${quoted}.`,
        remedy:
          'Another client spends the same budget. Wait a few minutes, or give muster an OAuth client of its own.',
      });
    default:
      return answer.status >= 500 || answer.status === 408
        ? fail('genesys.unavailable', {
            happened: `Genesys Cloud could not answer (${answer.status}) in ${answer.attempts} attempts${quoted}.`,
            remedy:
              'Wait and run again: what was done is in the journal, and a run goes on from the real state.',
          })
        : fail('http.unexpected', {
            happened: `Unexpected answer ${answer.status}${quoted}.`,
            remedy: 'Check baseUrl: is this the API host of your region?',
          });
  }
}

/** The page of a gateway or of something that is no API at all. */
export const isWebPage = (answer: HttpAnswer): boolean => answer.text.trimStart().startsWith('<');

/** 412; 409, 400 or 408 whose text or type speaks of the version: all say that somebody wrote in between (§2.5, §4). */
function isStale(status: number, vendorCode: string | undefined, said: string): boolean {
  if (status === 412) return true;
  if (status !== 409 && status !== 400 && status !== 408) return false;
  if (vendorCode === 'invalidVers' || (status === 409 && vendorCode === 'general.conflict')) return true;
  return /version/iu.test(said) && !/uniqueness/iu.test(vendorCode ?? '');
}

/** Names of permissions, wherever the answer put them: parameters first, else the text. */
function missingPermissions(
  params: Record<string, unknown> | null | undefined,
  said: string,
): string | undefined {
  const everywhere = [...Object.values(params ?? {}).map(String), said].join(' ');
  const names = new Set(everywhere.match(/\b[a-z]+(?::[a-zA-Z]+){1,2}\b/gu) ?? []);
  names.delete('http');
  return names.size > 0 ? `the permission ${[...names].join(', ')}` : undefined;
}

function fieldsOf(
  body: { details?: readonly { fieldName?: string | null | undefined }[] | null | undefined } | undefined,
): string {
  const fields = (body?.details ?? []).flatMap(detail => (detail.fieldName ? [detail.fieldName] : []));
  return fields.length > 0 ? ` (field ${fields.join(', ')})` : '';
}

const remedies400: Readonly<Record<string, string>> = {
  'group.name.in.use':
    'A group of this name exists, in another case or since a moment ago: run again; if it stays so, give the mapping the displayName as it is written there.',
  'queue.size.limit':
    'The queue is at its member limit: take people off it or spread the group over several queues.',
  'invalid.inqueue.call.flow':
    'The queue itself is misconfigured (its in-queue flow is gone): mend the queue, then run again.',
  'resource.not.found': 'Something the request names was deleted meanwhile: run `muster plan` again.',
  'queue.ring.has.members': 'A bullseye ring cannot be dropped while it has members; clear it first.',
};

const remedy400 = (code: string | undefined): string =>
  remedies400[code ?? ''] ??
  'If the queue or group was changed by hand, mend it there; else report this with the correlation id.';
