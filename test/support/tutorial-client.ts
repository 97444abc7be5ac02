import { type Clock, systemClock } from '../../src/clock.ts';
import { coreGroupUrn, queueExtensionUrn } from '../../src/model/contract.ts';

/**
 * The client of the tutorial behind the documented contract, line by line from its Python: the same classes, requests,
 * payloads, page loop and 409 chain. Two things differ, because it could not run otherwise: the token URL follows the
 * given host (the original has one region's as a constant), and the retry wrapper looks at the error that
 * `raise_for_status` raised (the original looks for a status code on a list, and dies of it). Its other weaknesses are
 * kept: this is what we are measured against.
 */
export const tutorialScopes = 'scim:groups:write scim:groups:read routing:queue:read';

/** What `raise_for_status` raises. */
export class HttpError extends Error {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;

  constructor(response: Response, text: string) {
    super(`HTTP Error: ${response.status} - ${text}`);
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }
}

interface Group {
  readonly id: string;
  readonly displayName: string;
  readonly externalId: string;
  readonly routingQueueIds: readonly string[];
  readonly members: readonly { readonly value: string }[];
  readonly meta: { readonly version: string };
}

async function raiseForStatus(response: Response): Promise<Response> {
  if (response.status >= 400) throw new HttpError(response, await response.text());
  return response;
}

export class Auth {
  readonly baseUrl: string;
  readonly #clientId: string;
  readonly #clientSecret: string;
  readonly #scope: string;
  readonly #clock: Clock;
  #accessToken: string | undefined;
  #tokenExpiry = 0;

  constructor(
    clientId: string,
    clientSecret: string,
    baseUrl: string,
    clock = systemClock,
    scope = tutorialScopes,
  ) {
    this.#clientId = clientId;
    this.#clientSecret = clientSecret;
    this.baseUrl = baseUrl;
    this.#clock = clock;
    this.#scope = scope;
  }

  async getAccessToken(): Promise<string> {
    const currentTime = this.#clock.now() / 1000;
    if (this.#accessToken && currentTime < this.#tokenExpiry) return this.#accessToken;
    const response = await fetch(`${this.baseUrl}/oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: this.#clientId,
        client_secret: this.#clientSecret,
        scope: this.#scope,
      }),
      signal: AbortSignal.timeout(15_000),
    });
    const data = (await (await raiseForStatus(response)).json()) as {
      access_token: string;
      expires_in: number;
    };
    this.#accessToken = data.access_token;
    this.#tokenExpiry = currentTime + data.expires_in - 300;
    return this.#accessToken;
  }
}

export class QueueResolver {
  readonly #auth: Auth;
  readonly #url: string;

  constructor(auth: Auth) {
    this.#auth = auth;
    this.#url = `${auth.baseUrl}/api/v2/routing/queues`;
  }

  async getQueueIdsByNamePattern(namePattern: string): Promise<string[]> {
    const queueIds: string[] = [];
    const pageSize = 100;
    let pageNumber = 1;
    const headers = { Authorization: `Bearer ${await this.#auth.getAccessToken()}` };
    while (true) {
      const params = new URLSearchParams({
        name: namePattern,
        pageSize: String(pageSize),
        pageNumber: String(pageNumber),
      });
      const response = await fetch(`${this.#url}?${params}`, {
        headers,
        signal: AbortSignal.timeout(30_000),
      });
      const data = (await (await raiseForStatus(response)).json()) as {
        entities?: { id: string }[];
        total?: number;
      };
      const entities = data.entities ?? [];
      if (entities.length === 0) break;
      for (const queue of entities) queueIds.push(queue.id);
      if (pageNumber * pageSize >= (data.total ?? 0)) break;
      pageNumber += 1;
    }
    return queueIds;
  }
}

export class ScimGroupProvisioner {
  readonly #auth: Auth;
  readonly #url: string;

  constructor(auth: Auth) {
    this.#auth = auth;
    this.#url = `${auth.baseUrl}/api/v2/scim/groups`;
  }

  async provisionGroupWithQueues(
    externalId: string,
    displayName: string,
    queueIds: readonly string[],
    memberIds: readonly string[] = [],
  ): Promise<Group> {
    const response = await this.#send('POST', this.#url, {
      schemas: [coreGroupUrn, queueExtensionUrn],
      externalId,
      displayName,
      members: memberIds.map(mid => ({ value: mid, display: `User ${mid}` })),
      routingQueueIds: queueIds,
      meta: { resourceType: 'Group' },
    });
    if (response.status === 409) return this.updateGroupQueues(externalId, queueIds, memberIds);
    return (await (await raiseForStatus(response)).json()) as Group;
  }

  async updateGroupQueues(
    externalId: string,
    queueIds: readonly string[],
    memberIds: readonly string[],
  ): Promise<Group> {
    const params = new URLSearchParams({ filter: `externalId eq "${externalId}"` });
    const lookup = await fetch(`${this.#url}?${params}`, {
      headers: { Authorization: `Bearer ${await this.#auth.getAccessToken()}` },
      signal: AbortSignal.timeout(30_000),
    });
    const { entities = [] } = (await (await raiseForStatus(lookup)).json()) as { entities?: Group[] };
    const [group] = entities;
    if (!group) throw new Error(`Group with externalId ${externalId} not found during conflict resolution.`);
    const response = await this.#send('PUT', `${this.#url}/${group.id}`, {
      schemas: [coreGroupUrn, queueExtensionUrn],
      externalId,
      displayName: group.displayName,
      members: memberIds.map(mid => ({ value: mid, display: `User ${mid}` })),
      routingQueueIds: queueIds,
      meta: { resourceType: 'Group', version: group.meta.version },
    });
    return (await (await raiseForStatus(response)).json()) as Group;
  }

  async #send(method: string, url: string, payload: object): Promise<Response> {
    return fetch(url, {
      method,
      headers: {
        Authorization: `Bearer ${await this.#auth.getAccessToken()}`,
        'Content-Type': 'application/json',
      },
      body: JSON.stringify(payload),
      signal: AbortSignal.timeout(30_000),
    });
  }
}

/** Tries again after a 429, as long as `Retry-After` says, else with doubling waits; five times. */
export async function executeWithRetry<Result>(
  apiCall: () => Promise<Result>,
  clock: Clock = systemClock,
  maxRetries = 5,
  baseDelay = 1,
): Promise<Result> {
  for (let attempt = 0; attempt < maxRetries; attempt++) {
    try {
      return await apiCall();
    } catch (error) {
      if (!(error instanceof HttpError) || error.status !== 429) throw error;
      const retryAfter = Number.parseFloat(
        error.headers.get('Retry-After') ?? String(baseDelay * 2 ** attempt),
      );
      await clock.sleep(retryAfter * 1000);
    }
  }
  throw new Error('Maximum retry attempts exceeded for 429 Too Many Requests.');
}
