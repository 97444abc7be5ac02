import { type Collected, collectWhatComes, type PageWalk } from '../../http/pages.ts';
import type { Directory } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import { byText, directoryOf, selectedBy } from '../directory-of.ts';
import { createPeopleReader } from '../people-reader.ts';
import { readEach, throwIfAllFailed } from '../read-each.ts';
import type { Scope } from '../source.ts';
import type { JumpcloudApi } from './client.ts';
import { groupOf, personOf, type ReadMembers } from './map.ts';
import type { JumpcloudOptions } from './options.ts';
import type { JumpcloudGroup } from './wire.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: JumpcloudOptions;
  readonly api: JumpcloudApi;
  readonly scope: Scope;
  readonly readAt: string;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, reads who is in each that was asked for, and then who those people are. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, api, scope, readAt, signal } = job;
  const width = options.concurrency;
  const listed = await collectOnce(api.groups(signal), ({ id }) => id, signal);
  const isSelected = selectedBy(scope);
  const selected = listed.items
    .filter(({ id, name }) => isSelected({ id, name, aliases: [] }))
    .sort((a, b) => byText(a.id, b.id));

  const attempts = await readEach(selected, { width, signal }, group => readMembers(group, api, signal));
  throwIfAllFailed(attempts);
  const reads = attempts.map(
    (attempt): ReadMembers =>
      'result' in attempt
        ? attempt.result
        : { members: [], reasons: [`its members could not be read: ${attempt.error.message}`], pages: 0 },
  );
  job.progress(selected.length, 0);

  const people = createPeopleReader(
    {
      list: onPage => api.users(signal, onPage),
      get: id => api.user(id, signal),
      idOf: ({ id }) => id,
    },
    { width, signal },
  );
  await people.read(
    reads.flatMap(({ members }) => members.filter(({ type }) => type === 'user').map(({ id }) => id)),
  );
  job.progress(selected.length, people.found.size);
  signal.throwIfAborted();
  return directoryOf({
    source,
    groups: selected.map((group, at) => groupOf(group, reads[at]!, people, readAt)),
    people: [...people.found.values()].map(user => personOf(user, source, options)),
    evidence: {
      ...listed.evidence,
      reasons: listed.evidence.reasons.map(reason => `the list of groups: ${reason}`),
      readAt,
    },
    notes: [],
  });
}

/**
 * A group without members is asked for once more: the vendor is known to answer "nobody" for ids that do not exist.
 */
async function readMembers(
  group: JumpcloudGroup,
  api: JumpcloudApi,
  signal: AbortSignal,
): Promise<ReadMembers> {
  const walk = api.members(group, signal);
  const { items, evidence } = await collectOnce(walk, ({ type, id }) => `${type} ${id}`, signal);
  const { reasons, pages } = evidence;
  if (items.length > 0) return { members: items, reasons, pages };
  const there = await api.hasGroup(group, signal);
  return {
    members: [],
    reasons: there ? reasons : [...reasons, 'it has just been deleted'],
    pages: pages + 1,
  };
}

/**
 * Each item once. A list that is not sorted may move while it is paged: who comes twice has taken the place of somebody
 * else, so that is incomplete.
 */
async function collectOnce<Item>(
  walk: PageWalk<Item>,
  keyOf: (item: Item) => string,
  signal: AbortSignal,
): Promise<Collected<Item>> {
  const { items, evidence } = await collectWhatComes(walk, signal);
  const once = new Map(items.map(item => [keyOf(item), item]));
  if (once.size === items.length) return { items, evidence };
  const reasons = [...evidence.reasons, 'something came twice, so the list moved while it was read'];
  return { items: [...once.values()], evidence: { ...evidence, complete: false, reasons } };
}
