import { isMusterError, MusterError } from '../errors.ts';
import { type Contract, coreGroupUrn } from '../model/contract.ts';
import type { StrategyName } from '../model/mapping.ts';
import type { ApiCall, GenesysApi } from './api.ts';
import { failureOf } from './failures.ts';
import { tokenInfo } from './wire.ts';

export interface Probe {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or what is wrong. */
  readonly detail: string;
  readonly remedy?: string;
}

/** Whom the token belongs to; also proves that there is one (API reference §1.5). */
export async function probeToken(api: GenesysApi, signal: AbortSignal): Promise<Probe> {
  return asked('token', async () => {
    const info = await api.read({ route: 'GET /api/v2/tokens/me', subject: 'token' }, tokenInfo, signal);
    const organization = info.organization?.name ?? info.organization?.id ?? 'unknown';
    return `organisation ${organization}, OAuth client ${info.OAuthClient?.name ?? info.OAuthClient?.id ?? 'unknown'}`;
  });
}

/** A permission that a run needs, and a call that tells whether it is there. */
interface Need {
  readonly permission: string;
  readonly why: string;
  readonly call: ApiCall;
}

/** No object of the tenant has this id. */
const nobody = '00000000-0000-4000-8000-000000000000';

/** What of the API a config makes use of. */
export interface Uses {
  readonly assigns: ReadonlySet<StrategyName>;
  /** Are people unjoined before they are taken off? */
  readonly drains: boolean;
}

/**
 * Each permission that these uses need, asked for one by one. A right to write is found out with a write that
 * cannot succeed (an empty body, an id that nobody has): 403 says that the right is missing, any other refusal that
 * it is there. Names from the API reference, §8.
 */
export async function probePermissions(
  api: GenesysApi,
  contract: Contract,
  uses: Uses,
  signal: AbortSignal,
): Promise<Probe[]> {
  const probes: Probe[] = [];
  for (const need of needsOf(contract, uses)) {
    probes.push(await asked(need.permission, () => allowed(api, need, signal)));
  }
  return probes;
}

async function allowed(api: GenesysApi, need: Need, signal: AbortSignal): Promise<string> {
  const answer = await api.send(
    { ...need.call, repeatable: true, subject: need.permission, accept: [400, 403, 404, 405, 409] },
    signal,
  );
  if (answer.status === 403) throw failureOf(answer, need.permission);
  const isWrite = !need.call.route.startsWith('GET') && !need.call.route.endsWith('/search');
  if (isWrite && answer.status < 300) {
    throw new MusterError('http.unexpected', {
      happened: 'A write that cannot succeed was answered with success.',
      subject: need.permission,
      remedy: 'Look at what answers at baseUrl: it is not the API.',
    });
  }
  return need.why;
}

function needsOf(contract: Contract, { assigns, drains }: Uses): Need[] {
  const queueView: Need = {
    permission: 'routing:queue:view',
    why: 'find queues and see who is on them',
    call: { route: 'GET /api/v2/routing/queues', query: { pageSize: 1 } },
  };
  const userView: Need = {
    permission: 'directory:user:view',
    why: 'link people to users',
    call: {
      route: 'POST /api/v2/users/search',
      json: { pageSize: 1, query: [{ type: 'EXACT', fields: ['email'], value: 'nobody@example.invalid' }] },
    },
  };
  const memberNeed = (why: string): Need => ({
    permission: 'routing:queueMember:manage',
    why,
    call: { route: 'POST /api/v2/routing/queues/{id}/members', params: { id: nobody }, json: [] },
  });
  const drainNeeds = drains ? [memberNeed('unjoin people before they are taken off a queue')] : [];
  if (contract === 'scim-extension') {
    const write = { route: 'POST /api/v2/scim/groups', json: {} };
    const read = { route: 'GET /api/v2/scim/groups', query: { filter: 'externalId eq "muster-probe"' } };
    return [
      queueView,
      userView,
      { permission: 'scim:groups:read', why: 'look groups up', call: read },
      { permission: 'scim:groups:write', why: 'make and update groups', call: write },
      ...drainNeeds,
    ];
  }
  const needsGroups = assigns.has('member-groups') || assigns.has('ring-groups');
  const groupNeeds: Need[] = [
    {
      permission: 'directory:group:edit',
      why: 'read and fill groups by SCIM',
      call: {
        route: 'PUT /api/v2/scim/v2/groups/{id}',
        params: { id: nobody },
        json: { schemas: [coreGroupUrn], displayName: 'muster probe' },
      },
    },
    {
      permission: 'directory:group:add',
      why: 'make groups',
      call: { route: 'POST /api/v2/groups', json: {} },
    },
    {
      permission: 'routing:queue:edit',
      why: 'attach groups to queues',
      call: { route: 'PUT /api/v2/routing/queues/{id}', params: { id: nobody }, json: {} },
    },
  ];
  return [
    queueView,
    userView,
    ...(needsGroups ? groupNeeds : []),
    ...(assigns.has('direct-members') ? [memberNeed('put people on queues one by one')] : drainNeeds),
  ];
}

export async function asked(name: string, question: () => Promise<string>): Promise<Probe> {
  try {
    return { name, ok: true, detail: await question() };
  } catch (error) {
    if (!isMusterError(error)) throw error;
    return { name, ok: false, detail: error.message, remedy: error.remedy };
  }
}
