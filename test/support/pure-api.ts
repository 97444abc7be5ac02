import { createApi, type GenesysApi } from '../../src/genesys/api.ts';
import type { TenantReader } from '../../src/genesys/tenant-reader.ts';
import type { HttpAnswer } from '../../src/http/client.ts';
import type { QueueMember, Tenant, TenantQueue } from '../../src/model/tenant.ts';
import type { ModelGroup, PureTenant } from './pure-tenant.ts';

/** How somebody stands on a queue. Whoever comes anew has not activated it, so that giving it back is seen. */
interface Stand {
  ring: number;
  joined: boolean;
}

/** Passes one request on to the tenant, or loses it on the way there or back. */
export type Wire = (
  what: { readonly route: string; readonly writes: boolean },
  reach: () => Answer,
) => Promise<Answer>;

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/** As much of a request as the tenant looks at. */
interface Request {
  readonly id: string;
  readonly member: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly json: never;
  readonly ifMatch: string | undefined;
}

type Handler = (request: Request) => Answer;

/**
 * The API of a `PureTenant`, without a server: the requests of the apply stage, in both contracts, with versions, rings
 * and activations. What a request does is done in one go, between two turns of the loop.
 */
export class PureApi {
  readonly world: PureTenant;
  readonly #versions = new Map<string, number>();
  readonly #stands = new Map<string, Stand>();

  constructor(world: PureTenant) {
    this.world = world;
    for (const { id } of world.queues.values()) for (const user of world.on(id)) this.#stand(id, user, true);
  }

  /** A client of it, over this wire. */
  client(wire: Wire): GenesysApi {
    let sent = 0;
    return createApi(
      'https://api.example.com',
      {
        send: async ({ method, url, route, query, json, headers }): Promise<HttpAnswer> => {
          sent += 1;
          const parts = new URL(url).pathname.split('/').map(decodeURIComponent);
          const at = parts.findIndex(part => part === 'queues' || part === 'groups');
          const request = {
            id: parts[at + 1] ?? '',
            member: parts[at + 3] ?? '',
            query: query ?? {},
            json: structuredClone(json) as never,
            ifMatch: headers?.['if-match']?.replaceAll('"', ''),
          };
          const writes = method !== 'GET' && !route.endsWith('/search');
          const { status, body } = await wire({ route, writes }, () => this.#handler(route)(request));
          const text = body === undefined ? '' : JSON.stringify(body);
          return { status, headers: {}, body: text === '' ? undefined : JSON.parse(text), text, attempts: 1 };
        },
        get sent() {
          return sent;
        },
        close: async () => {},
      },
      () => 300,
    );
  }

  /** What a live run would see of it: groups by name, anchor or a known id, people where they are asked for. */
  reader(): TenantReader {
    return {
      contract: async () => this.tenant().choice,
      read: async (_, scope) => {
        const tenant = this.tenant();
        const known = new Set(scope.groupIds);
        const names = new Set(scope.groups.map(({ name }) => name));
        const anchors = new Set(scope.groups.map(({ externalId }) => externalId));
        const groups = tenant.groups.filter(({ id, name, externalId }) =>
          known.has(id) || tenant.choice.contract === 'platform'
            ? known.has(id) || names.has(name)
            : anchors.has(externalId ?? ''),
        );
        const asked = new Set([...scope.queueTexts, ...scope.queueIds]);
        const read = scope.memberQueues === 'selected';
        return {
          ...tenant,
          groups,
          queues: tenant.queues.map(queue => (read && asked.has(queue.id) ? queue : withoutMembers(queue))),
        };
      },
      usersLike: async () => [],
      queuesOf: async () => ({ queues: [], whole: false }),
      withMembers: async (tenant, ids) => {
        const read = new Map(this.tenant().queues.map(queue => [queue.id, queue]));
        return {
          ...tenant,
          queues: tenant.queues.map(queue => (ids.includes(queue.id) ? read.get(queue.id)! : queue)),
        };
      },
      withBystanders: async (tenant, { groups, users }) => ({
        ...tenant,
        bystanders: [...this.world.groups.values()]
          .filter(({ id, members }) => groups.includes(id) || users.some(user => members.has(user)))
          .filter(({ id }) => !tenant.groups.some(group => group.id === id))
          .map(({ id, members, queues }) => ({ id, memberIds: [...members], routingQueueIds: [...queues] })),
      }),
    };
  }

  tenant(): Tenant {
    const tenant = this.world.tenant('all');
    return {
      ...tenant,
      groups: tenant.groups.map(group => ({ ...group, version: this.#version(group.id) })),
      queues: tenant.queues.map(queue => ({
        ...queue,
        members: queue.members!.map(row => this.#row(queue.id, row)),
      })),
    };
  }

  #row(queue: string, { user, by }: QueueMember): Required<Omit<QueueMember, 'name'>> {
    const { ring, joined } = this.#stand(queue, user, true);
    return { user, by, joined, ring: by === 'user' ? ring : 1 };
  }

  /** First seen, everybody is as the world was made: every other one in the second ring. */
  #stand(queue: string, user: string, joined: boolean): Stand {
    const key = `${queue} ${user}`;
    const known = this.#stands.get(key);
    if (known) return known;
    const made = { ring: joined ? 1 + (Number(user.slice(1)) % 2) : 1, joined };
    this.#stands.set(key, made);
    return made;
  }

  readonly #version = (id: string): string => String(this.#versions.get(id) ?? 1);
  readonly #touch = (id: string): void => void this.#versions.set(id, (this.#versions.get(id) ?? 1) + 1);

  #handler(route: string): Handler {
    const handler = this.#handlers[route];
    if (!handler) throw new Error(`The double does not know ${route}.`);
    return handler;
  }

  readonly #handlers: Readonly<Record<string, Handler>> = {
    'GET /api/v2/routing/queues': ({ query }) => {
      const ids = query.id as readonly string[] | undefined;
      const entities = this.tenant()
        .queues.filter(({ id }) => !ids || ids.includes(id))
        .map(wireQueue);
      return { status: 200, body: { entities, total: entities.length, pageCount: 1 } };
    },
    'GET /api/v2/routing/queues/{id}': ({ id }) => this.#queue(id),
    'PUT /api/v2/routing/queues/{id}': ({ id, json }) => {
      const queue = this.world.queues.get(id)!;
      const body: { memberGroups?: Reference[]; bullseye?: { rings?: { memberGroups?: Reference[] }[] } } =
        json;
      this.#changing(id, () => {
        replace(queue.groups, body.memberGroups);
        for (const [at, ring] of queue.rings.entries())
          replace(ring, body.bullseye?.rings?.[at]?.memberGroups);
      });
      return this.#queue(id);
    },
    'GET /api/v2/routing/queues/{id}/members': ({ id }) => {
      const { members } = this.tenant().queues.find(queue => queue.id === id)!;
      const entities = members!.map(({ user, by, joined, ring }) => ({
        id: user,
        memberBy: by,
        joined,
        ringNumber: ring,
      }));
      return { status: 200, body: { entities, total: entities.length, pageCount: 1 } };
    },
    'POST /api/v2/routing/queues/{id}/members': ({ id, query, json }) => {
      const { direct } = this.world.queues.get(id)!;
      const users = (json as { id: string }[]).map(each => each.id);
      this.#changing(id, () => {
        for (const user of users) {
          if (query.delete === true) direct.delete(user);
          else this.world.addDirect(id, user);
        }
      });
      return { status: 200 };
    },
    'PATCH /api/v2/routing/queues/{id}/members': ({ id, json }) => {
      const here = this.world.on(id);
      for (const each of json as { id: string; joined: boolean }[])
        if (here.has(each.id)) this.#stand(id, each.id, true).joined = each.joined;
      return { status: 200, body: {} };
    },
    'PATCH /api/v2/routing/queues/{id}/members/{memberId}': ({ id, member, json }) => {
      if (!this.world.queues.get(id)!.direct.has(member)) return notFound;
      this.#stand(id, member, true).ring = (json as { ringNumber: number }).ringNumber;
      return { status: 202 };
    },
    'POST /api/v2/groups': ({ json }) => {
      const { name } = json as { name: string };
      if ([...this.world.groups.values()].some(group => group.name === name))
        return { status: 400, body: { code: 'group.name.in.use', message: 'The name is in use.' } };
      return this.#group(this.world.addGroup(name));
    },
    'POST /api/v2/groups/search': ({ json }) => {
      const name = (json as { query: { value: string }[] }).query[0]!.value;
      const hits = [...this.world.groups.values()].filter(group => group.name === name);
      return { status: 200, body: { results: hits.map(group => this.#group(group).body) } };
    },
    'GET /api/v2/groups/{id}': ({ id }) => this.#on(id, group => this.#group(group)),
    'PUT /api/v2/groups/{id}': ({ id, json }) =>
      this.#on(id, group => {
        const { name, version } = json as { name: string; version: number };
        if (String(version) !== this.#version(id)) return stale;
        group.name = name;
        this.#touch(id);
        return this.#group(group);
      }),
    'GET /api/v2/scim/v2/groups/{id}': ({ id }) => this.#on(id, group => this.#scim(group)),
    'PUT /api/v2/scim/v2/groups/{id}': ({ id, json }) => this.#on(id, group => this.#put(group, json)),
    'PATCH /api/v2/scim/v2/groups/{id}': ({ id, json, ifMatch }) =>
      this.#on(id, group => {
        if (ifMatch !== undefined && ifMatch !== this.#version(id)) return stale;
        for (const { op, path, value } of (json as { Operations: PatchOperation[] }).Operations) {
          if (path === 'externalId') group.externalId = op === 'remove' ? undefined : (value as string);
          else if (op === 'add')
            for (const each of value as { value: string }[]) group.members.add(each.value);
          else group.members.delete(/"(.+)"/u.exec(path)![1]!);
        }
        this.#touch(id);
        return this.#scim(group);
      }),
    'GET /api/v2/scim/groups': ({ query }) => {
      const anchor = /"(.+)"/u.exec(String(query.filter))![1]!;
      const hits = [...this.world.groups.values()].filter(group => group.externalId === anchor);
      return { status: 200, body: { entities: hits.map(group => this.#scim(group).body) } };
    },
    'POST /api/v2/scim/groups': ({ json }) => {
      const { externalId, displayName } = json as { externalId: string; displayName: string };
      const taken = [...this.world.groups.values()].some(group => group.externalId === externalId);
      if (taken) return { status: 409, body: { scimType: 'uniqueness', detail: 'The externalId is taken.' } };
      return this.#put(this.world.addGroup(displayName), json);
    },
    'GET /api/v2/scim/groups/{id}': ({ id }) => this.#on(id, group => this.#scim(group)),
    'PUT /api/v2/scim/groups/{id}': ({ id, json }) =>
      this.#on(id, group => {
        const { version } = (json as { meta: { version?: string } }).meta;
        return version !== undefined && version !== this.#version(id) ? stale : this.#put(group, json);
      }),
  };

  /** Who comes onto the queue stands as a newcomer; who is on it in another way than before keeps the ring at most. */
  #changing(id: string, change: () => void): void {
    const before = this.#rows(id);
    change();
    for (const [user, { by }] of this.#rows(id)) {
      const row = before.get(user);
      if (!row) this.#stands.set(`${id} ${user}`, { ring: 1, joined: false });
      else if (row.by !== by) this.#stand(id, user, true).joined = false;
    }
  }

  #rows(id: string): ReadonlyMap<string, Pick<QueueMember, 'by'>> {
    const { members } = this.tenant().queues.find(queue => queue.id === id)!;
    return new Map(members!.map(row => [row.user, row]));
  }

  #put(group: ModelGroup, json: unknown): Answer {
    const body = json as {
      externalId?: string;
      displayName: string;
      members?: { value: string }[];
      routingQueueIds?: string[];
    };
    if (body.routingQueueIds) group.name = body.displayName;
    if (body.externalId !== undefined) group.externalId = body.externalId;
    replace(
      group.members,
      body.members?.map(each => ({ id: each.value })),
    );
    if (body.routingQueueIds)
      replace(
        group.queues,
        body.routingQueueIds.map(id => ({ id })),
      );
    this.#touch(group.id);
    return this.#scim(group);
  }

  readonly #on = (id: string, work: (group: ModelGroup) => Answer): Answer => {
    const group = this.world.groups.get(id);
    return group ? work(group) : notFound;
  };

  readonly #queue = (id: string): Answer => {
    const queue = this.tenant().queues.find(each => each.id === id);
    return queue ? { status: 200, body: wireQueue(queue) } : notFound;
  };

  readonly #group = ({ id, name, members }: ModelGroup): Answer => ({
    status: 200,
    body: { id, name, version: Number(this.#version(id)), memberCount: members.size },
  });

  readonly #scim = ({ id, name, externalId, members, queues }: ModelGroup): Answer => ({
    status: 200,
    body: {
      id,
      displayName: name,
      ...(externalId === undefined ? {} : { externalId }),
      members: [...members].map(value => ({ value })),
      ...(this.world.contract === 'platform' ? {} : { routingQueueIds: [...queues] }),
      meta: { version: this.#version(id) },
    },
  });
}

type Reference = { readonly id: string };
type PatchOperation = { readonly op: string; readonly path: string; readonly value?: unknown };

const notFound: Answer = { status: 404, body: { code: 'not.found', message: 'It is not there.' } };
const stale: Answer = {
  status: 409,
  body: { code: 'general.conflict', message: 'The version is another one.' },
};

const withoutMembers = ({ members: _, ...queue }: TenantQueue): TenantQueue => queue;

const wireQueue = ({ id, name, memberGroups, rings, memberCount, userMemberCount }: TenantQueue) => ({
  id,
  name,
  memberGroups,
  bullseye: { rings: rings.map(ring => ({ memberGroups: ring.memberGroups })) },
  memberCount,
  userMemberCount,
});

function replace(set: Set<string>, list: readonly Reference[] | undefined): void {
  set.clear();
  for (const { id } of list ?? []) set.add(id);
}
