import { selectedBy } from '../directory-of.ts';
import {
  closureOf,
  type GroupGraph,
  type GroupNode,
  groupPart,
  livingNodes,
  newNode,
  replaceMembers,
} from './delta-graph.ts';
import { groupNames, type Walked } from './map.ts';
import { type MemberList, readMembers } from './members.ts';
import { readPeople } from './people.ts';
import type { ReadJob } from './read.ts';
import { maxLevels } from './walk.ts';
import { type MemberRecord, typeOf } from './wire.ts';

/**
 * What the changes leave open, for the selected groups alone: who the members are today, and the members of groups
 * that are in doubt. Those are read directly, and the graph learns from it:
 *
 * - groups that came back from the bin;
 * - groups with hidden membership, since a right that was granted later is no change of theirs;
 * - groups that name somebody, or a group, who is not there: a deletion that the changes have not told yet.
 */
export async function fillIn(job: ReadJob, graph: GroupGraph): Promise<Walked> {
  const selected = selectedBy(job.scope);
  const isRoot = ({ record }: GroupNode) =>
    selected({ id: record.id, ...groupNames(record, job.options.attributes) });
  const people = new Map<string, MemberRecord>();
  const failures = new Map<string, string>();
  const reread = new Map<string, MemberList>();

  let reached: GroupNode[] = [];
  // A direct read may show groups that nobody knew, as deep as groups can be nested.
  for (let round = 0; round <= maxLevels; round++) {
    reached = closureOf(graph, livingNodes(graph).filter(isRoot));
    const unknown = new Set(reached.flatMap(usersOf).filter(id => !people.has(id) && !failures.has(id)));
    const found = await readPeople(job.graph, job.options, [...unknown]);
    for (const [id, record] of found.records) people.set(id, record);
    for (const [id, why] of found.failures) failures.set(id, why);

    const isKnown = (id: string, type: string) =>
      type === 'user'
        ? people.has(id) || failures.has(id)
        : type !== 'group' || graph.get(id)?.removed === false;
    const open = reached.filter(
      node =>
        !reread.has(node.record.id) &&
        (isDoubtful(node) || ![...node.members].every(([id, type]) => isKnown(id, type))),
    );
    if (open.length === 0) break;
    const lists = await readMembers(
      job.graph,
      job.options,
      open.map(({ record }) => record.id),
    );
    for (const node of open) learn(graph, node, lists.get(node.record.id)!, people);
    for (const [id, list] of lists) reread.set(id, list);
  }
  job.progress(reached.length, 0);
  return new Map(
    reached.map(node => [
      node.record.id,
      { record: node.record, list: listOf(node, people, failures, reread) },
    ]),
  );
}

const usersOf = ({ members }: GroupNode): string[] =>
  [...members].flatMap(([id, type]) => (type === 'user' ? [id] : []));

const isDoubtful = ({ doubtful, record }: GroupNode): boolean =>
  doubtful || record.visibility === 'HiddenMembership';

function learn(
  graph: GroupGraph,
  node: GroupNode,
  list: MemberList,
  people: Map<string, MemberRecord>,
): void {
  if (list.lost?.status === 404) {
    node.removed = true;
    return;
  }
  node.doubtful = list.reasons.length > 0;
  if (node.doubtful) return;
  replaceMembers(node, list.records);
  for (const record of list.records) {
    if (typeOf(record) === 'user') people.set(record.id, record);
    if (typeOf(record) !== 'group' || graph.get(record.id)?.removed === false) continue;
    const nested = graph.get(record.id) ?? newNode(record.id);
    graph.set(
      record.id,
      Object.assign(nested, { record: groupPart(record), removed: false, doubtful: true }),
    );
  }
}

/** The list as a direct read would have given it. */
function listOf(
  node: GroupNode,
  people: ReadonlyMap<string, MemberRecord>,
  failures: ReadonlyMap<string, string>,
  reread: ReadonlyMap<string, MemberList>,
): MemberList {
  const read = reread.get(node.record.id);
  const reasons = new Set(read?.reasons);
  if (isDoubtful(node) && !read) reasons.add('its members are in doubt and were not read again');
  const records: MemberRecord[] = [];
  for (const [id, type] of node.members) {
    const person = people.get(id);
    if (type !== 'user')
      records.push({ id, ...(type !== '' && { '@odata.type': `#microsoft.graph.${type}` }) });
    else if (person) records.push(person);
    else
      reasons.add(
        failures.has(id)
          ? `people in it could not be read: ${failures.get(id)}`
          : 'somebody in it is not there any more',
      );
  }
  return { records, reasons: [...reasons], pages: read?.pages ?? 1 };
}
