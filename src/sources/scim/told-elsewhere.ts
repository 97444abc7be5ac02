import { MusterError } from '../../errors.ts';
import { collectWhatComes, type PageWalk } from '../../http/pages.ts';
import { formatEq } from '../../scim/filter.ts';
import { readEach, throwIfAllFailed } from '../read-each.ts';
import { type FindTools, filterIsHonoured } from './find-way.ts';
import { groupsOfUser, type ShownGroup } from './members.ts';
import type { MembershipWay } from './options.ts';
import type { People } from './people.ts';
import type { Walked, WalkedGroup } from './walk.ts';
import type { Resource } from './wire.ts';

export interface ToldTools extends FindTools {
  readonly people: People;
  readonly concurrency: number;
}

type Reader = (groups: readonly ShownGroup[], tools: ToldTools) => Promise<Walked>;

/** The ways of servers that never show the members of a group. Nested groups cannot be seen on any of them. */
export const toldElsewhere: Readonly<Record<Exclude<MembershipWay, 'groups'>, Reader>> = {
  users: fromUsers,
  'users-by-group': usersByGroup,
  'groups-by-user': groupsByUser,
};

/** Every user, with the groups that they say to be in. A page that is lost may have held members of any group. */
async function fromUsers(groups: readonly ShownGroup[], tools: ToldTools): Promise<Walked> {
  const { api, people, withGroups, signal } = tools;
  const members = emptyMembers(groups);
  let nameless = 0;
  const list = onlyThose(api.list('User', withGroups, signal), user => {
    const of = groupsOfUser(user);
    nameless += of.nameless;
    return of.ids.some(id => members.has(id));
  });
  const { items, evidence } = await collectWhatComes(list, signal);
  for (const user of items) {
    people.add(user);
    for (const id of groupsOfUser(user).ids) members.get(id)?.push(user.id);
  }
  const doubts = evidence.reasons.map(reason => `the list of users: ${reason}`);
  if (nameless > 0) doubts.push(`${nameless} memberships of users came without the id of a group`);
  return walkedFrom(groups, members, () => ({ doubts, pages: evidence.pages }));
}

/** For each group, the users whom the server finds in it. */
async function usersByGroup(groups: readonly ShownGroup[], tools: ToldTools): Promise<Walked> {
  const { api, people, concurrency, signal } = tools;
  await demandFilter('User', 'groups.value', tools);
  const members = emptyMembers(groups);
  const attempts = await readEach(groups, { width: concurrency, signal }, group =>
    collectWhatComes(
      api.list('User', { filter: formatEq('groups.value', group.id), excluded: ['groups'] }, signal),
      signal,
    ),
  );
  throwIfAllFailed(attempts);
  const proofs = new Map<string, Proof>();
  for (const [index, attempt] of attempts.entries()) {
    const { id } = groups[index]!;
    if ('error' in attempt) {
      proofs.set(id, { doubts: [`its members could not be read: ${attempt.error.message}`], pages: 1 });
      continue;
    }
    const { items, evidence } = attempt.result;
    for (const user of items) people.add(user);
    members.set(
      id,
      items.map(user => user.id),
    );
    proofs.set(id, { doubts: evidence.reasons, pages: evidence.pages });
  }
  return walkedFrom(groups, members, id => proofs.get(id)!);
}

/** For each user, the groups that the server finds them in: the only way of AWS and of Entra's own API, and a dear one. */
async function groupsByUser(groups: readonly ShownGroup[], tools: ToldTools): Promise<Walked> {
  const { api, people, concurrency, signal } = tools;
  await demandFilter('Group', 'members.value', tools);
  const members = emptyMembers(groups);
  const users = await collectWhatComes(api.list('User', { excluded: ['groups'] }, signal), signal);
  const attempts = await readEach(users.items, { width: concurrency, signal }, user =>
    collectWhatComes(
      api.list('Group', { filter: formatEq('members.value', user.id), attributes: ['displayName'] }, signal),
      signal,
    ),
  );
  throwIfAllFailed(attempts);
  const doubts = users.evidence.reasons.map(reason => `the list of users: ${reason}`);
  let { pages } = users.evidence;
  let unread = 0;
  for (const [index, attempt] of attempts.entries()) {
    const user = users.items[index]!;
    const groupsOf = 'result' in attempt ? attempt.result : undefined;
    pages += groupsOf?.evidence.pages ?? 1;
    const gone = 'error' in attempt && attempt.error.status === 404;
    if (!gone && groupsOf?.evidence.complete !== true) unread += 1;
    for (const { id } of groupsOf?.items ?? []) {
      if (!members.has(id)) continue;
      people.add(user);
      members.get(id)!.push(user.id);
    }
  }
  if (unread > 0)
    doubts.push(`the groups of ${unread === 1 ? 'one user' : `${unread} users`} could not be read`);
  return walkedFrom(groups, members, () => ({ doubts, pages }));
}

interface Proof {
  readonly doubts: readonly string[];
  readonly pages: number;
}

const emptyMembers = (groups: readonly ShownGroup[]): Map<string, string[]> =>
  new Map(groups.map(group => [group.id, []]));

function walkedFrom(
  groups: readonly ShownGroup[],
  members: ReadonlyMap<string, readonly string[]>,
  proofOf: (id: string) => Proof,
): Walked {
  const walked = groups.map((group): [string, WalkedGroup] => {
    const stated = members.get(group.id)!.map(id => ({ id, kind: 'person' as const }));
    return [group.id, { ...group, members: stated, nameless: 0, ...proofOf(group.id) }];
  });
  return { groups: new Map(walked), missing: new Map() };
}

async function* onlyThose(walk: PageWalk<Resource>, test: (item: Resource) => boolean): PageWalk<Resource> {
  // The walk itself is bounded.
  for (;;) {
    const step = await walk.next();
    if (step.done) return step.value;
    yield step.value.filter(test);
  }
}

async function demandFilter(type: 'User' | 'Group', attribute: string, tools: ToldTools): Promise<void> {
  if (await filterIsHonoured(type, attribute, tools)) return;
  throw new MusterError('source.read-failed', {
    happened: `The SCIM server does not filter ${type === 'User' ? 'users' : 'groups'} by ${attribute}: it gives results for an id that does not exist, or refuses.`,
    subject: `filter on /${type}s`,
    remedy: 'Set another way in "memberships" of this source; "auto" looks for one.',
  });
}
