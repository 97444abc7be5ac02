import type { Clock } from '../../clock.ts';
import { type Collected, collectWhatComes } from '../../http/pages.ts';
import type { Log } from '../../log.ts';
import type { Directory, DirectoryGroup, Person } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import { readCounted } from '../counted.ts';
import { directoryOf } from '../directory-of.ts';
import { readEach, throwIfAllFailed } from '../read-each.ts';
import type { Scope } from '../source.ts';
import type { OktaApi } from './client.ts';
import { listGroups } from './list-groups.ts';
import { groupOf, personOf } from './map.ts';
import type { OktaOptions } from './options.ts';
import type { OktaGroup, OktaUser } from './wire.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: OktaOptions;
  readonly api: OktaApi;
  readonly scope: Scope;
  readonly readAt: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, then reads who is in each. Groups of Okta are flat, so there is nothing to walk down. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, api, readAt, log, signal } = job;
  const listed = await listGroups({ ...job, restriction: options.search });
  const people = new Map<string, Person>();
  let done = 0;
  const attempts = await readEach(
    listed.groups,
    { width: options.concurrency, signal },
    async (group): Promise<DirectoryGroup> => {
      const { items, evidence } = await readMembers(group, api, options, signal);
      for (const user of items) people.set(user.id, personOf(user, source, options));
      done += 1;
      job.progress(done, people.size);
      return groupOf(group, items, { ...evidence, readAt });
    },
  );
  throwIfAllFailed(attempts);
  const groups = attempts.map((attempt, at) => {
    if ('result' in attempt) return attempt.result;
    const group = listed.groups[at]!;
    const { message } = attempt.error;
    log.warn('okta.members-unread', { group: group.profile.name, because: message });
    return groupOf(group, [], { complete: false, reasons: [message], pages: 0, readAt });
  });
  signal.throwIfAborted();
  return directoryOf({
    source,
    groups,
    people: [...people.values()],
    evidence: listed.evidence,
    notes: [],
  });
}

function readMembers(
  group: OktaGroup,
  api: OktaApi,
  { checkCounts }: OktaOptions,
  signal: AbortSignal,
): Promise<Collected<OktaUser>> {
  const counted = (of: OktaGroup | undefined) =>
    checkCounts ? (of?._embedded?.stats?.usersCount ?? undefined) : undefined;
  return readCounted({
    announced: counted(group),
    read: () => collectWhatComes(api.members(group, signal), signal),
    count: async () => counted(await api.group(group.id, signal)),
    size: users => new Set(users.map(({ id }) => id)).size,
  });
}
