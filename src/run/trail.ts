import { isMusterError } from '../errors.ts';
import type { GenesysApi } from '../genesys/api.ts';
import { queryAudits } from '../genesys/audits.ts';
import { usersById } from '../genesys/users.ts';
import type { AuditEntry, AuditService } from '../model/audit.ts';
import type { TargetDrift, Trail } from '../model/drift.ts';
import { isUuid, type UserId } from '../model/keys.ts';
import { deedsOf, peopleIn, trailsOf } from '../plan/drift/deeds.ts';

export interface TrailInput {
  readonly api: GenesysApi;
  readonly target: readonly TargetDrift[];
  /** See `trailsOf`. */
  readonly groupsNameQueues: boolean;
  /** From when on; milliseconds since the epoch. */
  readonly sinceMs: number;
  readonly nowMs: number;
  /** The OAuth client that we write as: what it did itself is no drift. */
  readonly client: string | undefined;
  readonly userName: (user: UserId) => string | undefined;
}

export interface Trailed {
  readonly target: readonly TargetDrift[];
  readonly trail: Trail;
}

/** How far the realtime query reaches back (vendor's client: "14 days … for certain services"). */
const reachMs = 14 * 86_400_000;
/** Groups or queues that are asked for one by one; of more, the whole trail of the service is cheaper. */
const oneByOne = 5;
/** Pages of 500 lines that are read of one question. */
const mostPages = 10;

/**
 * Asks the audit trail who moved what moved, for that time and those groups and queues alone. It is help and no more:
 * a permission that is missing, or a trail that does not answer, is told in words and never an error.
 */
export async function askTrail(input: TrailInput, signal: AbortSignal): Promise<Trailed> {
  const { api, target } = input;
  const before = api.sent;
  const asked = questionsOf(input);
  const calls = () => api.sent - before;
  if (asked.size === 0) return { target, trail: { state: 'not-asked', why: [], calls: 0 } };
  const entries: AuditEntry[] = [];
  const why: string[] = [];
  let failed = 0;
  const fromMs = Math.max(input.sinceMs, input.nowMs - reachMs);
  if (fromMs > input.sinceMs)
    why.push(
      'It reaches back 14 days, and the last run was before that: what was done earlier is not in it.',
    );
  for (const [service, entities] of asked) {
    const answer = await ask(input, service, entities, fromMs, signal);
    if (typeof answer === 'string') {
      failed += 1;
      if (!why.includes(answer)) why.push(answer);
      continue;
    }
    entries.push(...answer.entries);
    if (!answer.whole)
      why.push(`Of ${service} there are more than ${mostPages * 500} lines; only the latest were read.`);
  }
  entries.sort((a, b) => (a.at < b.at ? 1 : -1));
  const state = failed === asked.size ? 'unreadable' : why.length > 0 ? 'partly' : 'asked';
  const names = await namesOf(input, entries, signal);
  const userName = (user: UserId) => names.get(user) ?? input.userName(user);
  const told = target.map(drift => {
    const deeds = deedsOf(drift, { entries, userName });
    return deeds.length > 0 ? { ...drift, deeds } : drift;
  });
  return { target: told, trail: { state, why, calls: calls() } };
}

function questionsOf({ target, groupsNameQueues }: TrailInput): Map<AuditService, Set<string>> {
  const asked = new Map<AuditService, Set<string>>();
  for (const { service, entity } of target.flatMap(drift => trailsOf(drift, groupsNameQueues)))
    asked.set(service, (asked.get(service) ?? new Set()).add(entity));
  return asked;
}

async function ask(
  { api, client, nowMs }: TrailInput,
  service: AuditService,
  entities: ReadonlySet<string>,
  fromMs: number,
  signal: AbortSignal,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly whole: boolean } | string> {
  const about = {
    service,
    from: new Date(fromMs).toISOString(),
    to: new Date(nowMs).toISOString(),
    mostPages,
  };
  const questions = entities.size > oneByOne ? [about] : [...entities].map(entity => ({ ...about, entity }));
  try {
    const answers = await Promise.all(questions.map(question => queryAudits(api, question, signal)));
    const isOthers = ({ user, client: by }: AuditEntry) =>
      client === undefined || (user?.id ?? by?.id) !== client;
    return {
      entries: answers
        .flatMap(answer => answer.entries)
        .filter(entry => entities.has(entry.entity) && isOthers(entry)),
      whole: answers.every(answer => answer.whole),
    };
  } catch (error) {
    if (!isMusterError(error) || signal.aborted) throw error;
    return error.code === 'genesys.permission-missing'
      ? 'The OAuth client may not: it lacks audits:audit:view.'
      : error.happened;
  }
}

/** Of everybody whom the trail names by id alone; whoever is no user is as a rule an OAuth client. */
async function namesOf(
  { api, userName }: TrailInput,
  entries: readonly AuditEntry[],
  signal: AbortSignal,
): Promise<ReadonlyMap<UserId, string>> {
  const ids = [...new Set(entries.flatMap(peopleIn))].filter(id => isUuid(id) && userName(id) === undefined);
  try {
    return new Map((await usersById(api, ids, signal)).map(user => [user.id, user.name]));
  } catch (error) {
    // An id of another kind may be refused: then it is told as it is.
    if (!isMusterError(error) || signal.aborted) throw error;
    return new Map();
  }
}
