import { type Answer, answer, ok, refuse } from './answer.ts';
import type { Call } from './call.ts';
import type { Knobs } from './knobs.ts';
import { pageOf } from './pages.ts';

/** `GET /tokens/me` (§1.5): proves organization and client. */
export function getToken(call: Call): Answer {
  const { organization } = call.db;
  return ok({
    organization,
    homeOrganization: organization,
    authorizedScope: call.token.scopes,
    OAuthClient: {
      id: call.client.id,
      name: call.client.name,
      authorizedGrantType: 'CLIENT-CREDENTIALS',
      organization,
    },
  });
}

/** `HEAD /tokens/me`: the token is valid, or this would have been a 401. */
export const checkToken = (): Answer => answer(200);

/** `DELETE /tokens/me` revokes the calling token: 200 (§11). */
export function revokeToken(call: Call): Answer {
  call.db.tokens.delete(call.token.token);
  return ok();
}

/** `GET /routing/queues/me`: a client-credentials token has no user (§1.5). */
export function queuesOfMe(): Answer {
  throw refuse(400, 'not.a.user', 'The request requires a user context.');
}

/** The namespaces that §6.4 calls useful, with what the emulator itself enforces. */
const limitsOf = (knobs: Knobs): Readonly<Record<string, Readonly<Record<string, number>>>> => ({
  'platform.api': {
    'client.credentials.token.rate.per.minute': knobs.rateLimit,
    'token.rate.per.minute': knobs.rateLimit,
    'org.app.user.rate.per.minute': 3_000,
    'request.bytes.max': knobs.requestBytesMax,
  },
  routing: { 'queues.max': knobs.maxQueues },
  groups: {},
  scim: {},
  directory: {},
  users: {},
  search: {},
  'auth.api': {},
  authorization: {},
  audit: {},
});

/** `GET /organizations/limits/namespaces/{namespaceName}` and `…/defaults` (§6.4). */
export function getLimits(call: Call): Answer {
  const namespace = call.params.namespaceName!;
  const limits = limitsOf(call.knobs)[namespace];
  if (!limits) throw refuse(400, 'invalid.value', 'The namespace {namespace} is not known.', { namespace });
  return ok({ entities: Object.entries(limits).map(([key, value]) => ({ key, namespace, value })) });
}

export function listNamespaces(call: Call): Answer {
  const { rows, envelope } = pageOf(call, Object.keys(limitsOf(call.knobs)), { max: 100 });
  return ok({ entities: rows, ...envelope });
}
