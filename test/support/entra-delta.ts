import { type GraphCall, type GraphReply, graphError, reply } from './entra-directory.ts';
import type { DirectoryObject, EntraTenant, TenantEvent } from './entra-tenant.ts';

export interface DeltaKnobs {
  /** Entries of a page. */
  pageSize: number;
  /** Members in one entry: a larger group comes in several, on any pages. */
  chunk: number;
  /** Events before the token that are told again. */
  replay: number;
  /** An entry from before a group was deleted may come after the one that tells it. */
  stragglers: boolean;
  /** From 0 to below 1: decides the order of the entries. */
  random: () => number;
}

type Entry = Readonly<Record<string, unknown>> & { readonly id: string };
interface Session {
  readonly entries: readonly Entry[];
  /** The log as far as it was told. */
  readonly until: number;
}

/** `GET /groups/delta`: what happened to groups since a token was given. */
export class EntraDelta {
  readonly #tenant: EntraTenant;
  readonly #root: string;
  readonly #sessions: Session[] = [];
  readonly knobs: DeltaKnobs = { pageSize: 50, chunk: 100, replay: 0, stragglers: false, random: () => 0 };
  /** How tokens are refused that were given before the last `expire()`. */
  refusal: 'gone' | 'syncStateNotFound' = 'syncStateNotFound';
  #epoch = 0;

  constructor(tenant: EntraTenant, root: string) {
    this.#tenant = tenant;
    this.#root = root;
  }

  /** No token that was given so far is good any more. */
  expire(): void {
    this.#epoch += 1;
  }

  answer({ query }: GraphCall): GraphReply {
    const skip = query.get('$skiptoken');
    const token = query.get('$deltatoken');
    const [epoch, number, from, select] = (skip ?? token)?.split('.') ?? [];
    if (epoch !== undefined && Number(epoch) !== this.#epoch) return this.#refused();
    if (skip !== null) return this.#page(Number(number), Number(from), select!);
    for (const option of query.keys())
      if (!['$select', '$deltatoken'].includes(option))
        return graphError(400, 'Request_UnsupportedQuery', `${option} is not supported.`);
    if (token !== null && query.has('$select'))
      return graphError(400, 'Request_UnsupportedQuery', 'The token has its own $select.');
    const chosen = token === null ? (query.get('$select') ?? 'displayName') : select!;
    const entries = token === null ? this.#everything(chosen) : this.#since(Number(number), chosen);
    this.#sessions.push({ entries: this.#shuffled(entries), until: this.#tenant.events.length });
    return this.#page(this.#sessions.length - 1, 0, chosen);
  }

  #refused(): GraphReply {
    if (this.refusal === 'gone')
      return graphError(410, 'resyncRequired', 'Resync required.', {
        location: `${this.#root}/groups/delta?$deltatoken=`,
      });
    return graphError(
      400,
      'syncStateNotFound',
      'The sync state generation is not found. The delta token is expired and data must be synchronized again.',
    );
  }

  #page(number: number, from: number, select: string): GraphReply {
    const { entries, until } = this.#sessions[number]!;
    const to = from + this.knobs.pageSize;
    const link = (kind: string, mark: string) =>
      `${this.#root}/groups/delta?$${kind}=${this.#epoch}.${mark}.${select}`;
    return reply(200, {
      '@odata.context': `${this.#root}/$metadata#groups`,
      ...(to < entries.length
        ? { '@odata.nextLink': link('skiptoken', `${number}.${to}`) }
        : { '@odata.deltaLink': link('deltatoken', `${until}.0`) }),
      value: entries.slice(from, to),
    });
  }

  #everything(select: string): Entry[] {
    const groups = [...this.#tenant.objects.values()].filter(object => object.type === 'group');
    const living = groups.flatMap(group => {
      const members = this.#tenant
        .members(group.id)
        .map(id => shownMember(this.#tenant.objects.get(id)!, 'add'));
      return this.#entriesOf(group, select, members);
    });
    // What lies in the bin may be told in the first round as well.
    return [
      ...living,
      ...[...this.#tenant.bin.keys()].map(id => ({ id, '@removed': { reason: 'changed' } })),
    ];
  }

  #since(mark: number, select: string): Entry[] {
    const events = this.#tenant.events.slice(Math.max(0, mark - this.knobs.replay));
    return [...Map.groupBy(events, event => event.group)].flatMap(([id, mine]) => {
      const group = this.#tenant.objects.get(id);
      if (!group) return this.#deleted(id, select, mine);
      const last = new Map<string, NonNullable<TenantEvent['member']>>();
      for (const { member } of mine) if (member) last.set(member.id, member);
      return this.#entriesOf(
        group,
        select,
        [...last.values()].map(({ id: member, type, op }) => shownMember({ id: member, type }, op)),
      );
    });
  }

  #deleted(id: string, select: string, events: readonly TenantEvent[]): Entry[] {
    const reason = events.findLast(event => event.removed)?.removed ?? 'changed';
    const grave = this.knobs.stragglers ? this.#tenant.graves.get(id) : undefined;
    return [{ id, '@removed': { reason } }, ...(grave ? this.#entriesOf(grave, select, []) : [])];
  }

  #entriesOf({ id, properties }: DirectoryObject, select: string, members: readonly unknown[]): Entry[] {
    const names = select.split(',').filter(name => name !== 'members');
    // What was never set is left out.
    const told = Object.fromEntries(
      names.filter(name => properties[name] !== undefined).map(name => [name, properties[name]]),
    );
    if (members.length === 0 || !select.split(',').includes('members')) return [{ ...told, id }];
    const chunks = Array.from({ length: Math.ceil(members.length / this.knobs.chunk) }, (_, at) =>
      members.slice(at * this.knobs.chunk, (at + 1) * this.knobs.chunk),
    );
    return chunks.map(chunk => ({ ...told, id, 'members@delta': chunk }));
  }

  #shuffled(entries: readonly Entry[]): Entry[] {
    const order = entries.map(entry => ({ entry, at: this.knobs.random() }));
    return order.sort((a, b) => a.at - b.at).map(({ entry }) => entry);
  }
}

const shownMember = ({ id, type }: Pick<DirectoryObject, 'id' | 'type'>, op: 'add' | 'remove') => ({
  '@odata.type': `#microsoft.graph.${type}`,
  id,
  ...(op === 'remove' && { '@removed': { reason: 'deleted' } }),
});
