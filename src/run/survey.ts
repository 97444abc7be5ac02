import { defaultStrategy, strategyNamed } from '../assignment/registry.ts';
import { inForce } from '../desired/in-force.ts';
import { placePeople, type Resolved, resolve } from '../desired/resolve.ts';
import { scopeOf, servedQueues } from '../desired/scope.ts';
import { whoIsMeant } from '../desired/who-is-meant.ts';
import type { ContractChoice } from '../model/contract.ts';
import type { Directory } from '../model/directory.ts';
import type { QueueId } from '../model/keys.ts';
import type { Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { Mapping } from '../model/mapping.ts';
import type { Plan } from '../model/plan.ts';
import type { Tenant } from '../model/tenant.ts';
import type { TenantScope } from '../model/tenant-scope.ts';
import { openQueues } from '../plan/finish/seats.ts';
import type { ReadProgress } from '../sources/source.ts';
import type { LedgerView } from '../store/store.ts';
import { checkStrategies, placesOf, stayWith, turnedChoice, waysOf } from './contract-choice.ts';
import type { OnProgress, PlanJob } from './job.ts';
import type { Remembered } from './last-good.ts';
import { countsOf, withLastGood } from './last-good.ts';
import { keepingLast } from './look-again.ts';
import { usableReads } from './remember.ts';
import { sameOrganisation } from './same-organisation.ts';

/** Everything that a plan is made of: what is ours, what the sources say, what the target shows, what is asked for. */
export interface Survey {
  readonly view: LedgerView;
  /** Those in force. */
  readonly mappings: readonly Mapping[];
  readonly notes: Plan['notes'];
  readonly directories: readonly Directory[];
  /** The target at the first look; what is remembered of it must be looked at again before anybody loses by it. */
  readonly first: Tenant;
  readonly scope: TenantScope;
  /** What the config asks for, on a picture of the target. */
  readonly resolveOn: (tenant: Tenant) => Resolved;
  /** Queues on which a run that died owes somebody their seat: their people must be read. */
  readonly owed: readonly QueueId[];
  readonly remembered: Remembered;
}

/**
 * Reads both sides and says what the config asks for. Every read is complete or an error; nothing is written.
 * `alsoQueues` are texts of queues that somebody wants to see though no mapping in force may serve them.
 */
export async function survey(
  job: PlanJob,
  signal: AbortSignal,
  onProgress: OnProgress,
  switched?: ContractChoice,
  alsoQueues: readonly string[] = [],
): Promise<Survey> {
  const [view, reads] = await Promise.all([job.store.ledger(), job.store.reads?.()]);
  const { ledger } = view;
  const { mappings, notes } = inForce(job.mappings, job.clock.now());
  const [read, choice] = await Promise.all([
    readDirectories(job, mappings, signal, onProgress),
    switched ??
      job.tenant.contract(job.contract, signal).then(choice => stayWith(choice, waysOf(placesOf(ledger)))),
  ]);
  const directories = read.map(directory => withLastGood(directory, reads?.sources));
  checkStrategies(mappings, choice);
  onProgress({ stage: 'tenant' });
  const readsMembers = mappings.some(mapping => mapping.assign && strategyNamed(mapping.assign).readsMembers);
  const meant = whoIsMeant(directories, mappings);
  const asked = scopeOf(
    directories,
    mappings,
    ledger,
    job.match,
    readsMembers || servesDirectly(ledger),
    meant,
  );
  const owed = openQueues(view.seats ?? new Map());
  const scope = {
    ...asked,
    queueIds: [...new Set([...asked.queueIds, ...owed])],
    queueTexts: [...new Set([...asked.queueTexts, ...alsoQueues])],
  };
  let first: Tenant;
  try {
    first = await job.tenant.read(choice, scope, signal, {
      known: usableReads(reads, job.remember, choice.contract, job.clock.now()),
      say: how => {
        job.log?.debug('reads', { how });
        onProgress({ stage: 'tenant', how });
      },
    });
  } catch (error) {
    const turned = turnedChoice(job, choice, waysOf(placesOf(ledger)), error);
    if (!turned) throw error;
    return survey(job, signal, onProgress, turned, alsoQueues);
  }

  sameOrganisation(first, {
    scope: asked,
    ledger,
    turned:
      reads?.tenant !== undefined && job.remember !== undefined && reads.tenant.owner !== job.remember.owner,
    remedy:
      'Point genesys at the organisation of this state directory, or give this one a state.dir of its own. If everything was deleted there, move the state directory away: nothing in it is left to own.',
  });
  onProgress({ stage: 'planning' });
  // Looking closer at queues changes nobody's user.
  const placedOn = keepingLast((users: Tenant['users']) => placePeople(meant, users, job.match));
  const resolveOn = (tenant: Tenant): Resolved =>
    resolve({
      directories,
      mappings,
      tenant,
      match: job.match,
      defaultAssign: defaultStrategy[choice.contract],
      served: servedQueues(ledger),
      meant,
      placed: placedOn(tenant.users),
    });
  return {
    view,
    mappings,
    notes,
    directories,
    first,
    scope,
    resolveOn,
    owed,
    remembered: { reads, counts: countsOf(meant) },
  };
}

/** Every group that a mapping must see: those it places and those it looks into. */
export const selectorsOf = ({ group, only }: Mapping) => [
  group,
  ...(only ? [...only.anyOf, ...only.allOf, ...only.butNot.map(each => each.group)] : []),
];

/** What the sources say of the groups of these mappings. */
export const readDirectories = (
  job: Pick<PlanJob, 'sources'>,
  mappings: readonly Mapping[],
  signal: AbortSignal,
  onProgress: OnProgress,
): Promise<Directory[]> =>
  Promise.all(
    job.sources.map(source => {
      const groups = mappings.filter(mapping => mapping.from === source.id).flatMap(selectorsOf);
      return source.read({ groups }, signal, (progress: ReadProgress) =>
        onProgress({ stage: 'reading', source: source.id, ...progress }),
      );
    }),
  );

const servesDirectly = (ledger: Ledger): boolean => !bookOf(ledger).queueMembers().next().done;
