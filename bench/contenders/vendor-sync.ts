import sdk from 'purecloud-platform-client-v2';
import type { Team } from '../work.ts';
import type { Work } from './contender.ts';
import { allOf, type Call, openSession, pageSize } from './vendor-session.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}
interface User {
  readonly id: string;
  readonly email: string;
}
interface Queue extends Named {
  readonly memberGroups?: readonly { readonly id: string; readonly type: string }[];
}

/** Members that one request of the groups API takes (API reference §4). */
const batch = 50;

/**
 * What a good engineer writes in a day on the vendor's client: lists queues, people and groups; makes the groups that
 * are missing; brings each group's members to what they should be; attaches it to each of its queues, one by one,
 * unless the list shows it there. It keeps no record, so it takes away whoever it did not expect in its groups.
 */
export const vendorSync: Work = async task => {
  const call = await openSession(task);
  const routing = new sdk.RoutingApi();
  const groupsApi = new sdk.GroupsApi();
  const usersApi = new sdk.UsersApi();
  const queues = await allOf<Queue>(call, pageNumber => routing.getRoutingQueues({ pageSize, pageNumber }));
  const users = await allOf<User>(call, pageNumber => usersApi.getUsers({ pageSize, pageNumber }));
  const groups = await allOf<Named>(call, pageNumber => groupsApi.getGroups({ pageSize, pageNumber }));
  const queueOf = new Map(queues.map(queue => [queue.name, queue]));
  const userOf = new Map(users.map(user => [user.email.toLowerCase(), user.id]));
  const groupOf = new Map(groups.map(group => [group.name, group]));

  for (const team of task.teams) {
    const found = groupOf.get(team.name);
    const group =
      found ??
      (await call<Named>(() =>
        groupsApi.postGroups({ name: team.name, type: 'official', visibility: 'public', rulesVisible: true }),
      ));
    await bringMembers(call, group.id, wantedBy(team, userOf), found === undefined);
    for (const name of team.queues) await attach(call, queueOf.get(name)!, group.id);
  }

  async function bringMembers(call: Call, groupId: string, wanted: ReadonlySet<string>, isNew: boolean) {
    const listed = isNew
      ? []
      : await allOf<User>(call, pageNumber => groupsApi.getGroupMembers(groupId, { pageSize, pageNumber }));
    const present = new Set(listed.map(user => user.id));
    for (const memberIds of chunks([...wanted].filter(id => !present.has(id))))
      await call(() => groupsApi.postGroupMembers(groupId, { memberIds }));
    for (const ids of chunks([...present].filter(id => !wanted.has(id))))
      await call(() => groupsApi.deleteGroupMembers(groupId, ids.join(',')));
  }

  async function attach(call: Call, listed: Queue, groupId: string) {
    if (listed.memberGroups?.some(group => group.id === groupId)) return;
    const queue = await call<Queue>(() => routing.getRoutingQueue(listed.id));
    const memberGroups = [...(queue.memberGroups ?? []), { id: groupId, type: 'GROUP' }];
    await call(() => routing.putRoutingQueue(listed.id, { ...queue, memberGroups }));
  }
};

const wantedBy = (team: Team, userOf: ReadonlyMap<string, string>): Set<string> =>
  new Set(team.members.map(({ email }) => userOf.get(email)!));

const chunks = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / batch) }, (_, n) => ids.slice(n * batch, (n + 1) * batch));
