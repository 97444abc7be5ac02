import type { Directory, DirectoryGroup, Evidence, MemberRef, Person } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import { collectGroups, collectPeople, type PeopleIndex, personId } from './collect.ts';
import { indexEntries } from './entry-index.ts';
import { entryMembers } from './entry-members.ts';
import type { Mistakes } from './mistakes.ts';
import {
  type FileRecords,
  type GroupRecord,
  type PersonRecord,
  placeText,
  type Reference,
} from './records.ts';

export interface MapFacts {
  readonly source: SourceId;
  /** ISO 8601. */
  readonly readAt: string;
  /** Normal DNs of members that stand for nobody. */
  readonly placeholders: ReadonlySet<string>;
}

/**
 * The directory that the files together state. A reference that leads nowhere makes its group incomplete, with the
 * reason, rather than the read a failure: the rest of the group is still worth adding.
 */
export function mapRecords(files: readonly FileRecords[], facts: MapFacts, mistakes: Mistakes): Directory {
  const groupRecords = files.flatMap(({ groups }) => groups);
  const stated = [...files.flatMap(({ people }) => people), ...groupRecords.flatMap(({ rows }) => rows)];
  const people = collectPeople(stated, mistakes);
  const groups = collectGroups(groupRecords, mistakes);
  const cuts = files.flatMap(file => file.cuts);
  const listDoubts = [...cuts, ...files.flatMap(file => file.listDoubts ?? [])];
  const findGroup = groupFinder(groups);
  const entries = indexEntries(people.byId, groups, files, mistakes);
  const mapped = [...groups].map(([id, group]) => {
    const { members, reasons } = membersOf(group, people, findGroup);
    const more = group.entry && entryMembers(group.entry, entries, people.byId, facts.placeholders);
    return groupOf(id, group, {
      members: [...members, ...(more?.members ?? [])],
      skipped: more?.skipped ?? [],
      evidence: evidenceOf([...cuts, ...reasons, ...(more?.reasons ?? [])], files.length, facts),
    });
  });
  return {
    source: facts.source,
    groups: mapped,
    people: [...people.byId].map(([id, person]) => personOf(id, person, facts.source)),
    evidence: evidenceOf(listDoubts, files.length, facts),
    notes: files.flatMap(file => file.notes ?? []),
  };
}

type FindGroup = (text: string) => readonly string[];

function membersOf(
  group: GroupRecord,
  people: PeopleIndex,
  findGroup: FindGroup,
): { members: MemberRef[]; reasons: string[] } {
  const members: MemberRef[] = [];
  const reasons: string[] = [];
  const add = (kind: MemberRef['kind'], ids: readonly string[], { text, at }: Reference) => {
    if (ids.length === 1) members.push({ kind, id: ids[0]! });
    else {
      const why =
        ids.length === 0 ? `is no ${kind} in these files` : `could be any of ${ids.length} ${kind}s`;
      reasons.push(`"${text}" (${placeText(at)}) ${why}`);
    }
  };
  for (const row of group.rows) members.push({ kind: 'person', id: people.known(row)! });
  for (const member of group.members) {
    const found = people.find(member.text);
    if (found.length === 0 && member.text.includes('@')) {
      // A mail address is enough to be somebody.
      const record = { emails: [member.text], at: member.at, from: 'row' } as const;
      people.put(personId(record), record);
      members.push({ kind: 'person', id: personId(record) });
    } else add('person', found, member);
  }
  for (const nested of group.groups) add('group', findGroup(nested.text), nested);
  return { members, reasons };
}

/** By id; else by name; else by alias. */
function groupFinder(groups: ReadonlyMap<string, GroupRecord>): FindGroup {
  const named = (names: (group: GroupRecord) => readonly string[]) => {
    const index = new Map<string, string[]>();
    for (const [id, group] of groups)
      for (const name of names(group)) index.set(name, [...(index.get(name) ?? []), id]);
    return index;
  };
  const byName = named(group => [group.name]);
  const byAlias = named(group => group.aliases);
  return text => (groups.has(text) ? [text] : (byName.get(text) ?? byAlias.get(text) ?? []));
}

const evidenceOf = (reasons: readonly string[], pages: number, { readAt }: MapFacts): Evidence => ({
  complete: reasons.length === 0,
  reasons,
  pages,
  readAt,
});

const groupOf = (
  id: string,
  group: GroupRecord,
  content: Pick<DirectoryGroup, 'members' | 'skipped' | 'evidence'>,
): DirectoryGroup => ({ id, name: group.name, aliases: [...new Set(group.aliases)], ...content });

function personOf(id: string, person: PersonRecord, source: SourceId): Person {
  const { name, userName, externalId, userId, emails, status = 'active', attributes } = person;
  return {
    key: keyOf(source, id),
    id,
    name: name ?? userName ?? emails[0] ?? id,
    ...(userName !== undefined && { userName }),
    emails,
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status,
    ...(attributes !== undefined && { attributes }),
  };
}
