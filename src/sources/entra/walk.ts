import type { Graph } from './graph.ts';
import { isVeiled } from './map.ts';
import { type MemberList, readMembers, throwIfAllLost } from './members.ts';
import type { EntraOptions } from './options.ts';
import { type GroupRecord, typeOf } from './wire.ts';

/** Levels of nesting that are read; more than what the plan follows. */
export const maxLevels = 40;

export interface WalkJob {
  readonly graph: Graph;
  readonly options: EntraOptions;
  readonly progress: (groups: number, people: number) => void;
}

/**
 * Reads the groups of `roots`, the groups in them, and so on downwards, a level at a time. Each group is read once
 * however many hold it: that makes a cycle end. Throws where not one of the `roots` could be read.
 */
export async function walk(
  roots: ReadonlyMap<string, GroupRecord>,
  { graph, options, progress }: WalkJob,
): Promise<Map<string, { readonly record: GroupRecord; readonly list: MemberList }>> {
  const walked = new Map<string, { readonly record: GroupRecord; readonly list: MemberList }>();
  const people = new Set<string>();
  let level = new Map(roots);
  for (let depth = 0; level.size > 0 && depth < maxLevels; depth++) {
    const lists = await readMembers(graph, options, [...level.keys()]);
    if (depth === 0) throwIfAllLost(lists.values());
    const next = new Map<string, GroupRecord>();
    for (const [id, list] of lists) {
      walked.set(id, { record: level.get(id)!, list });
      for (const member of list.records) {
        const type = typeOf(member);
        if (type === 'user' && !isVeiled(member)) people.add(member.id);
        if (type === 'group') next.set(member.id, member);
      }
    }
    for (const id of walked.keys()) next.delete(id);
    progress(walked.size, people.size);
    level = next;
  }
  return walked;
}
