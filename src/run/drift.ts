import { inForce } from '../desired/in-force.ts';
import { stillServed } from '../desired/still-served.ts';
import { queueProblemError } from '../genesys/queue-problems.ts';
import type { Drift, DriftBase, SourceDrift } from '../model/drift.ts';
import type { RunRecord } from '../model/history.ts';
import type { GroupKey, MappingId, UserId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import { nothingSeen, type Seen } from '../model/seen.ts';
import type { Tenant } from '../model/tenant.ts';
import { configDrift } from '../plan/drift/config.ts';
import { comingBack } from '../plan/drift/put-back-plan.ts';
import { placedFor, sourceDrift } from '../plan/drift/sources.ts';
import { targetDrift } from '../plan/drift/target.ts';
import { weighedForDrift } from '../plan/drift/weighed.ts';
import { fieldId } from '../plan/drift/world.ts';
import { placesIn } from '../plan/seen.ts';
import { recordedGroups } from '../plan/weigh/match-groups.ts';
import { inputOf } from './compose-plan.ts';
import type { Job, OnProgress } from './job.ts';
import { readingAll } from './put-back.ts';
import { type Survey, survey } from './survey.ts';
import { askTrail } from './trail.ts';

export interface DriftWish {
  /** Another moment than the end of the last run: a run's id, or ISO 8601. */
  readonly since?: string | undefined;
  /** Left out, the audit trail is asked who did it. */
  readonly audit?: boolean | undefined;
}

/**
 * What moved on either side since the last run that wrote anything, and who did it. Reads everything anew, takes no
 * lock and writes nothing. Throws `run.not-found` for a `since` that is neither a run nor a time.
 */
export async function drift(
  job: Job,
  wish: DriftWish,
  signal: AbortSignal,
  onProgress: OnProgress = () => {},
): Promise<Drift> {
  const runs = await job.store.history();
  const base = await baseOf(job, runs, wish.since);
  const seen = await survey(readingAll(job), signal, onProgress);
  const { view, mappings, directories, resolveOn } = seen;
  const left = base?.seen ?? view.seen ?? nothingSeen;
  const tenant = await withUsers(job, seen, left, signal);
  const resolved = stillServed(resolveOn(tenant), tenant.queues, view.ledger);
  const input = inputOf({ job, mappings, notes: [], resolved, tenant, ...view });
  const weighed = weighedForDrift(input);
  const { ledger } = weighed;
  const placed = placedFor(ledger);
  const inForceIds = new Set(mappings.map(mapping => mapping.id));
  const { dormant } = inForce(job.mappings, job.clock.now());
  const users = new Map(tenant.users.map(user => [user.id, user.name]));
  const queueNames = new Map(tenant.queues.map(queue => [queue.id, queue.name]));
  const sources = sourceDrift({
    desired: resolved.desired,
    weighed,
    mappings: inForceIds,
    placed,
    personName: namesBy(directories.flatMap(({ people }) => people)),
    userName: id => users.get(id) ?? id,
    groupName: groupNames(ledger, tenant, left),
    people: peopleMoved(seen),
    sourceOf: sourcesBy(job),
  });
  const target = base
    ? targetDrift({
        tenant,
        present: input.present,
        ledger,
        sights: weighed.sights,
        seen: left,
        before: base.before ?? ledger,
        written: writtenBy(runs),
        partings: view.partings ?? new Map(),
        knownAbsent: knownAbsent(job, seen),
        back: comingBack(weighed, view.seen ?? nothingSeen),
      })
    : [];
  const nowMs = job.clock.now();
  const trailed =
    wish.audit === false || !base
      ? { target, trail: { state: 'not-asked', why: [], calls: 0 } as const }
      : await askTrail(
          {
            api: job.api,
            target,
            groupsNameQueues: tenant.choice.contract === 'scim-extension',
            sinceMs: Date.parse(base.fromAt),
            nowMs,
            client: job.client,
            userName: id => users.get(id),
          },
          signal,
        );
  return {
    kind: 'muster.drift',
    version: 1,
    ...(base ? { since: base.since } : {}),
    at: new Date(nowMs).toISOString(),
    contract: tenant.choice.contract,
    target: trailed.target,
    sources: sources.drift,
    config: configDrift({
      weighed,
      placed,
      mappings: inForceIds,
      dormant: new Map(dormant.map(({ mapping, why }) => [mapping, why])),
      seen: view.seen ?? nothingSeen,
      queueName: id => queueNames.get(id) ?? id,
    }),
    unknown: [...unended(runs), ...(base ? unseen(ledger, left, tenant) : []), ...sources.unknown],
    stops: resolved.problems.map(problem => {
      const { happened, remedy } = queueProblemError(problem, tenant);
      return `Mapping ${problem.mapping}: ${happened} ${remedy}`;
    }),
    trail: trailed.trail,
    takenAway: job.limits.takenAway,
  };
}

interface Base {
  readonly since: DriftBase;
  /** From when on the audit trail is asked: when that run ended. */
  readonly fromAt: string;
  /** What was ours, and how it was left, where that is not what the last run left. */
  readonly before?: Ledger;
  readonly seen?: Seen;
}

async function baseOf(
  job: Job,
  runs: readonly RunRecord[],
  since: string | undefined,
): Promise<Base | undefined> {
  const endOf = (id: string | undefined, at: string) => runs.find(({ run }) => run === id)?.endedAt ?? at;
  if (since === undefined || since === 'last') {
    const last = runs.at(-1);
    if (!last) return undefined;
    return { since: { run: last.run, at: last.at }, fromAt: endOf(last.run, last.at) };
  }
  const { ledger, seen, run, at } = await job.store.asOf(since);
  const isTime = runs.every(each => each.run !== since);
  return {
    since: { ...(run === undefined ? {} : { run }), at },
    fromAt: isTime ? at : endOf(run, at),
    before: ledger,
    seen,
  };
}

/** With everybody whom we placed, or saw beside them, whether a person of the sources leads to them or not. */
async function withUsers(
  job: Job,
  { view, first, scope }: Survey,
  seen: Seen,
  signal: AbortSignal,
): Promise<Tenant> {
  const known = new Set(first.users.map(user => user.id));
  const unknown = new Set<UserId>();
  const book = bookOf(view.ledger);
  for (const crowds of [book.members(), book.queueMembers()])
    for (const [, crowd] of crowds) for (const user of crowd.users()) if (!known.has(user)) unknown.add(user);
  for (const { strangers } of seen.groups.values())
    for (const user of strangers) if (!known.has(user)) unknown.add(user);
  if (unknown.size === 0 || !job.tenant.again) return first;
  return job.tenant.again(first, scope, { groups: [], users: [...unknown], people: [] }, signal);
}

/** Users of whom a run has seen already that they are not active: that is told once. */
function knownAbsent({ remember }: Job, { remembered }: Survey): ReadonlySet<UserId> {
  const reads = remembered.reads?.tenant;
  if (!reads || reads.owner !== remember?.owner) return new Set();
  return new Set([...reads.users.values()].filter(user => user.state !== 'active').map(user => user.id));
}

/** What our runs named and anchored groups, the latest of each. */
function writtenBy(runs: readonly RunRecord[]): Map<string, string | undefined> {
  const written = new Map<string, string | undefined>();
  for (const { writes } of runs)
    for (const { state, fields } of writes)
      if (state !== 'refused')
        for (const { field, group, to } of fields) written.set(fieldId(field, group), to);
  return written;
}

/** People of a source group at the last good reading and now; see `run/last-good.ts`. */
function peopleMoved({ remembered: { reads, counts } }: Survey): (key: GroupKey) => SourceDrift['people'] {
  return key => {
    // A mapping that narrows its people has a key of its own, which begins with that of the source group.
    const own = counts.has(key) ? key : key.slice(0, key.lastIndexOf('#'));
    const [before, now] = [reads?.sources.get(own), counts.get(own)];
    if (!before || !now || before.people === now.people) return undefined;
    return { from: before.people, to: now.people, since: before.readAt };
  };
}

const namesBy = (all: readonly { readonly key: string; readonly name: string }[]) => {
  const names = new Map(all.map(({ key, name }) => [key, name]));
  return (key: string) => names.get(key);
};

/** A source group that is not shown any more, by the Genesys group that stands for it. */
function groupNames(ledger: Ledger, { groups }: Tenant, seen: Seen): (key: GroupKey) => string | undefined {
  const recorded = recordedGroups(ledger);
  const names = new Map(groups.map(({ id, name }) => [id, name]));
  return key => {
    const [id] = recorded.get(key) ?? [];
    return id === undefined ? undefined : (names.get(id) ?? seen.groups.get(id)?.name);
  };
}

const sourcesBy = ({ mappings }: Job): ((mapping: MappingId) => string) => {
  const sources = new Map(mappings.map(({ id, from }) => [id, from]));
  return mapping => sources.get(mapping) ?? '';
};

function unended(runs: readonly RunRecord[]): string[] {
  const last = runs.at(-1);
  if (!last || (last.state !== undefined && last.state !== 'interrupted')) return [];
  return [
    `Run ${last.run} did not come to its end. What it left undone is no drift and is not told here: \`muster apply --resume\` goes on with it.`,
  ];
}

/** Where no run has written down how it left a group or queue, nobody can say who came there. */
function unseen(ledger: Ledger, seen: Seen, tenant: Tenant): string[] {
  const { groups, queues } = placesIn(ledger);
  const places = [
    ...tenant.groups.filter(({ id }) => groups.has(id) && !seen.groups.has(id)),
    ...tenant.queues.filter(({ id }) => queues.has(id) && !seen.queues.has(id)),
  ].map(({ name }) => `"${name}"`);
  if (places.length === 0) return [];
  const named = places.slice(0, 5).join(', ');
  const rest = places.length > 5 ? ` and ${places.length - 5} more` : '';
  return [
    `No run has written down how it left ${named}${rest}: who was put there by other hands, and how they were called, cannot be compared.`,
  ];
}
