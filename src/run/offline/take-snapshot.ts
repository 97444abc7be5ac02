import { defaultStrategy } from '../../assignment/registry.ts';
import { isoNow } from '../../clock.ts';
import { ownFieldNames } from '../../desired/people-of.ts';
import { resolve } from '../../desired/resolve.ts';
import { scopeOf, servedQueues } from '../../desired/scope.ts';
import { listGroups } from '../../genesys/groups.ts';
import type { ContractChoice } from '../../model/contract.ts';
import type { Directory, Person } from '../../model/directory.ts';
import type { QueueId, SourceId } from '../../model/keys.ts';
import type { Selector } from '../../model/mapping.ts';
import { groupMatcher, matcher, selectorOf } from '../../model/select.ts';
import type { Tenant } from '../../model/tenant.ts';
import type { TenantScope } from '../../model/tenant-scope.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { bystandersOn } from '../../plan/finish/bystanders.ts';
import { openQueues } from '../../plan/finish/seats.ts';
import { protectedUsers } from '../../plan/guards/protect.ts';
import { restrictTo } from '../../sources/directory-of.ts';
import type { LedgerView } from '../../store/store.ts';
import { placesOf, stayWith, turnedChoice, waysOf } from '../contract-choice.ts';
import type { Job, OnProgress } from '../job.ts';
import { withLastGood } from '../last-good.ts';
import { sameOrganisation } from '../same-organisation.ts';
import { selectorsOf } from '../survey.ts';
import { booksOf } from './books.ts';
import { everyGroup } from './offline-sources.ts';
import { inSnapshotOrder } from './snapshot-order.ts';

/** What a snapshot holds beyond what the mappings need, so that other configs can be planned on it. */
export interface SnapshotWish {
  /** Groups of every source: names, ids, globs, regular expressions. `all`: whatever a source lists. */
  readonly groups?: 'all' | readonly string[];
  /** Genesys groups whose members are to be held although no mapping means them. */
  readonly genesysGroups?: readonly string[];
  /** Queues whose people are to be held although no mapping serves them; `none`: not even those of the mappings. */
  readonly queueMembers?: 'none' | readonly string[];
  /** Attributes of people that are to be held although no mapping asks for them. */
  readonly attributes?: 'all' | readonly string[];
  readonly writtenBy: string;
}

/**
 * Reads both sides as a plan does, and more: every queue, and whatever `wish` adds. People are named in what comes
 * back; `withoutPeople` takes them out. Writes nothing.
 */
export async function takeSnapshot(
  job: Job,
  wish: SnapshotWish,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<WorldSnapshot> {
  const takenAt = isoNow(job.clock);
  const [books, reads] = await Promise.all([job.store.ledger(), job.store.reads?.()]);
  const groups = askedGroups(job, wish);
  const [read, found] = await Promise.all([
    Promise.all(
      job.sources.map(async source => {
        const scope = { groups: groups[source.id] ?? [] };
        const directory = await source.read(scope, signal, progress =>
          onProgress({ stage: 'reading', source: source.id, ...progress }),
        );
        return restrictTo(scope, directory);
      }),
    ),
    job.tenant.contract(job.contract, signal),
  ]);
  const attributes = askedAttributes(job, wish);
  const directories = read.map(directory => ({
    ...withLastGood(directory, reads?.sources),
    people: directory.people.map(person => withAttributes(person, attributes)),
  }));
  onProgress({ stage: 'tenant' });
  const taking: Taking = { job, wish, directories, books };
  const tenant = await readTenant(taking, stayWith(found, waysOf(placesOf(books.ledger))), signal);
  const { contract } = tenant.choice;
  const { groups: looked } = scopeThen(taking, tenant.choice);
  const names = contract === 'platform' ? (await listGroups(job.api, signal)).groups : [];
  return inSnapshotOrder({
    kind: 'muster.snapshot',
    version: 1,
    writtenBy: wish.writtenBy,
    takenAt,
    people: 'names',
    asked: {
      contract: job.contract,
      match: job.match,
      groups,
      attributes,
      anchors: contract === 'platform' ? [] : looked.map(group => group.externalId),
    },
    directories,
    tenant: pictureOf(tenant),
    groupNames: names.map(({ id, name }) => ({ id, name })),
    protectedUsers: protectedUsers(tenant, job.limits.protect),
    ...booksOf(books),
  });
}

/** What a plan rests on. What only helps to read the next time is left out; it holds addresses of people. */
function pictureOf(tenant: Tenant): Tenant {
  const { choice, queues, groups, users, budget, bystanders, elsewhere, ...more } = tenant;
  const { organization, absent, totals, notes, ...rest } = more;
  rest satisfies Readonly<Record<string, never>>;
  return {
    choice,
    queues,
    groups,
    users,
    budget,
    ...(bystanders ? { bystanders } : {}),
    ...(elsewhere ? { elsewhere } : {}),
  };
}

/** What the reading of the tenant depends on. */
interface Taking {
  readonly job: Job;
  readonly wish: SnapshotWish;
  readonly directories: readonly Directory[];
  readonly books: LedgerView;
}

function askedGroups(
  { sources, mappings }: Job,
  { groups = [] }: SnapshotWish,
): Record<SourceId, Selector[]> {
  const more = groups === 'all' ? [everyGroup] : groups.map(selectorOf);
  return Object.fromEntries(
    sources.map(({ id }) => {
      const mapped = mappings.filter(mapping => mapping.from === id).flatMap(selectorsOf);
      const once = new Map([...mapped, ...more].map(selector => [JSON.stringify(selector), selector]));
      return [id, [...once.values()]];
    }),
  );
}

/**
 * Everything that a `where` may look at: what the mappings name, what is asked for besides, and the fields by which
 * people are known, should a source have an attribute of that name.
 */
function askedAttributes({ mappings }: Job, { attributes = [] }: SnapshotWish): 'all' | string[] {
  if (attributes === 'all') return 'all';
  const mapped = mappings.flatMap(({ only }) => Object.keys(only?.where ?? {}));
  return [...new Set([...mapped, ...attributes, ...ownFieldNames].map(name => name.toLowerCase()))].sort();
}

function withAttributes(person: Person, asked: 'all' | readonly string[]): Person {
  if (asked === 'all' || person.attributes === undefined) return person;
  const { attributes, ...rest } = person;
  const kept = Object.entries(attributes).filter(([name]) => asked.includes(name.toLowerCase()));
  return kept.length === 0 ? rest : { ...rest, attributes: Object.fromEntries(kept) };
}

async function readTenant(taking: Taking, choice: ContractChoice, signal: AbortSignal): Promise<Tenant> {
  const { job, wish, books } = taking;
  const scope = await withGenesysGroups(taking, choice, signal);
  let tenant: Tenant;
  try {
    tenant = await job.tenant.read(choice, scope, signal);
  } catch (error) {
    const turned = turnedChoice(job, choice, waysOf(placesOf(books.ledger)), error);
    if (!turned) throw error;
    return readTenant(taking, turned, signal);
  }
  sameOrganisation(tenant, {
    scope,
    ledger: books.ledger,
    remedy:
      'Point genesys at the organisation of this state directory, or give this one a state.dir of its own: in a snapshot of both, nothing of what is ours would be there. If everything was deleted there, move the state directory away: nothing in it is left to own.',
  });
  if (wish.queueMembers === 'none') return tenant;
  const ids = queuesToHold(taking, tenant);
  const held = await job.tenant.withMembers(tenant, ids, signal);
  return job.tenant.withBystanders(held, bystandersOn(ids, held), signal);
}

/** Every queue, everybody in the directories, and a Genesys group for every source group that a mapping may mean. */
function scopeThen({ job, wish, directories, books }: Taking, choice: ContractChoice): TenantScope {
  const { groups = [] } = wish;
  const mapped = scopeOf(directories, job.mappings, books.ledger, job.match, false);
  // By name the platform gives them all at once; each anchor of the documented contract is a call of its own.
  const isMeant = choice.contract === 'platform' ? () => true : anyGroup(groups === 'all' ? [] : groups);
  const others = directories.flatMap(directory =>
    directory.groups.filter(isMeant).map(({ id, name }) => ({ name, externalId: id, recorded: [] })),
  );
  const anchors = new Map(
    [...others, ...mapped.groups].map(group => [`${group.name}\n${group.externalId}`, group]),
  );
  return {
    ...mapped,
    queueTexts: ['*'],
    groups: [...anchors.values()],
    people: directories
      .flatMap(directory => directory.people)
      .filter(({ status }) => status === 'active' || status === 'unknown')
      .map(({ key, emails, userName, externalId, userId }) => ({
        person: key,
        emails,
        userName,
        externalId,
        userId,
      })),
  };
}

function anyGroup(texts: readonly string[]): (group: Directory['groups'][number]) => boolean {
  const matches = texts.map(text => groupMatcher(selectorOf(text)));
  return group => matches.some(match => match(group) !== undefined);
}

async function withGenesysGroups(
  taking: Taking,
  choice: ContractChoice,
  signal: AbortSignal,
): Promise<TenantScope> {
  const { genesysGroups = [] } = taking.wish;
  const scope = scopeThen(taking, choice);
  if (genesysGroups.length === 0 || choice.contract !== 'platform') return scope;
  const isMeant = anyName(genesysGroups);
  const { groups } = await listGroups(taking.job.api, signal);
  const found = groups.filter(({ id, name }) => isMeant(name, id));
  const wishes = found.map(({ name }) => ({ name, externalId: '', recorded: [] }));
  return { ...scope, groups: [...scope.groups, ...wishes] };
}

function anyName(texts: readonly string[]): (name: string, id: string) => boolean {
  const exact = new Set(texts);
  const matches = texts.map(text => matcher(selectorOf(text)));
  return (name, id) => exact.has(id) || matches.some(match => match([name]) !== undefined);
}

/**
 * Queues on whose people a plan may have to look: those that we serve, or where we owe a seat, those that a group of ours
 * stands on, and those of `wish`.
 */
function queuesToHold({ job, wish, directories, books }: Taking, tenant: Tenant): QueueId[] {
  const served = servedQueues(books.ledger);
  const { desired } = resolve({
    directories,
    mappings: job.mappings,
    tenant,
    match: job.match,
    defaultAssign: defaultStrategy[tenant.choice.contract],
    served,
  });
  const ids = new Set([
    ...desired.services.map(service => service.queue),
    ...[...served.values()].flatMap(queues => [...queues]),
    ...tenant.groups.flatMap(group => group.routingQueueIds ?? []),
    ...openQueues(books.seats ?? new Map()),
  ]);
  const held = new Set(tenant.groups.map(group => group.id));
  const isMeant = anyName(wish.queueMembers === 'none' ? [] : (wish.queueMembers ?? []));
  return tenant.queues
    .filter(({ id, name, memberGroups, rings }) => {
      const groups = [...memberGroups, ...rings.flatMap(ring => ring.memberGroups)];
      return ids.has(id) || isMeant(name, id) || groups.some(group => held.has(group.id));
    })
    .map(queue => queue.id);
}
