import type { HeldMapping } from '../model/desired.ts';
import type { Directory, DirectoryGroup } from '../model/directory.ts';
import { type GroupKey, keyOf, type SourceId } from '../model/keys.ts';
import { type Mapping, type Selector, selectorText } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import { groupMatcher } from '../model/select.ts';

/** A source group that a mapping asks for, with what its regular expression captured. */
export interface SelectedGroup {
  readonly key: GroupKey;
  readonly group: DirectoryGroup;
  readonly directory: Directory;
  readonly mapping: Mapping;
  readonly captures: Readonly<Record<string, string>>;
}

export interface Selection {
  readonly selected: readonly SelectedGroup[];
  /** Mappings that selected nothing, or from a list of groups that is not proven complete. */
  readonly held: readonly HeldMapping[];
  readonly notes: readonly Note[];
}

/** A group whose people are narrowed or widened is another group than the same one as it stands. */
const groupKeyOf = (source: SourceId, group: DirectoryGroup, mapping: Mapping): GroupKey =>
  keyOf(source, mapping.only ? `${group.id}#${mapping.id}` : group.id);

/**
 * Which groups the mappings mean. A mapping that selects nothing is *held*: what we placed for it stays, because a
 * group that is suddenly not there is no proof that its people left.
 */
export function selectGroups(directories: readonly Directory[], mappings: readonly Mapping[]): Selection {
  const bySource = new Map<SourceId, Directory>(directories.map(directory => [directory.source, directory]));
  const candidates = candidateFinder();
  const selected: SelectedGroup[] = [];
  const held: HeldMapping[] = [];
  const notes: Note[] = [];
  for (const mapping of mappings) {
    const directory = bySource.get(mapping.from);
    const who = { mapping: mapping.id, from: mapping.from };
    if (!directory) {
      held.push({ ...who, why: `the source "${mapping.from}" was not read`, gone: false });
      continue;
    }
    const match = groupMatcher(mapping.group);
    let found = 0;
    for (const group of candidates(directory, mapping.group)) {
      const hit = match(group);
      if (!hit) continue;
      found++;
      selected.push({
        key: groupKeyOf(directory.source, group, mapping),
        group,
        directory,
        mapping,
        captures: hit.captures,
      });
    }
    const list = directory.evidence;
    if (!list.complete) {
      held.push({
        ...who,
        why: `the list of groups is incomplete: ${list.reasons.join('; ')}`,
        gone: false,
      });
    }
    if (found === 0) {
      held.push({ ...who, why: 'the source shows no such group', gone: list.complete });
      notes.push({
        code: 'group.gone',
        level: 'warning',
        subject: selectorText(mapping.group),
        text: `The source "${mapping.from}" shows no group for mapping "${mapping.id}". What it placed before stays.`,
        remedy:
          'Check the name and the rights of the reading account; remove the mapping if the group is meant to be gone.',
      });
    }
  }
  // Where two mappings want one thing, the same one is told whatever the order of the file.
  selected.sort((a, b) => (a.key === b.key ? before(a.mapping.id, b.mapping.id) : before(a.key, b.key)));
  return { selected, held, notes };
}

const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * The groups that may be the ones which a selector means. A text is looked up: thousands of mappings that name one group
 * each must not walk through thousands of groups each. In the order of the directory either way.
 */
function candidateFinder(): (directory: Directory, selector: Selector) => readonly DirectoryGroup[] {
  const indexes = new Map<Directory, ReadonlyMap<string, readonly DirectoryGroup[]>>();
  return (directory, selector) => {
    if (selector.kind !== 'exact') return directory.groups;
    const index = indexes.get(directory) ?? byEveryName(directory.groups);
    indexes.set(directory, index);
    return index.get(selector.text) ?? [];
  };
}

function byEveryName(groups: readonly DirectoryGroup[]): ReadonlyMap<string, readonly DirectoryGroup[]> {
  const index = new Map<string, DirectoryGroup[]>();
  for (const group of groups) {
    for (const name of new Set([group.name, group.id, ...group.aliases])) {
      const there = index.get(name);
      if (there) there.push(group);
      else index.set(name, [group]);
    }
  }
  return index;
}
