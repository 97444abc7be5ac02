import type { DirectoryGroup, MemberRef } from '../../model/directory.ts';
import { byText } from '../directory-of.ts';
import type { StatedMember } from './members.ts';
import type { People } from './people.ts';
import type { Walked, WalkedGroup } from './walk.ts';

/**
 * Turns ids into references, each member into exactly one of four: a person, a group, a type that was skipped, or a
 * reason why the group is incomplete.
 */
export function relate(
  walked: Walked,
  people: Pick<People, 'found' | 'missing'>,
  readAt: string,
): DirectoryGroup[] {
  return [...walked.groups.values()].map(group => groupOf(group, walked, people, readAt));
}

function groupOf(
  group: WalkedGroup,
  walked: Walked,
  people: Pick<People, 'found' | 'missing'>,
  readAt: string,
): DirectoryGroup {
  const members: MemberRef[] = [];
  const skipped = new Tally();
  const absent = new Tally();
  for (const member of group.members) {
    const { id, kind } = member;
    if (typeof kind === 'object') skipped.add(kind.other, id);
    else if (kind !== 'group' && people.found.has(id)) members.push({ kind: 'person', id });
    else if (kind !== 'person' && walked.groups.has(id)) members.push({ kind: 'group', id });
    else absent.add(whyAbsent(member, walked, people), id);
  }
  const reasons = [
    ...group.doubts,
    ...(group.nameless > 0 ? [`${countOf(group.nameless)} came without an id`] : []),
    ...absent.sentences(),
  ];
  return {
    id: group.id,
    name: group.name,
    aliases: group.aliases,
    members,
    skipped: skipped.counts(),
    evidence: { complete: reasons.length === 0, reasons, pages: group.pages, readAt },
  };
}

function whyAbsent({ id, kind }: StatedMember, walked: Walked, people: Pick<People, 'missing'>): string {
  const asGroup = walked.missing.get(id);
  const asPerson = people.missing.get(id)?.why;
  return (kind === 'group' ? asGroup : (asPerson ?? asGroup)) ?? 'it was not asked for';
}

export const countOf = (count: number): string => (count === 1 ? '1 member' : `${count} members`);

/** Counts by kind, with the first few examples of each. */
class Tally {
  readonly #seen = new Map<string, Set<string>>();

  add(kind: string, example: string): void {
    const examples = this.#seen.get(kind);
    if (examples) examples.add(example);
    else this.#seen.set(kind, new Set([example]));
  }

  counts(): { type: string; count: number }[] {
    const counted = [...this.#seen].map(([type, examples]) => ({ type, count: examples.size }));
    return counted.sort((a, b) => byText(a.type, b.type));
  }

  sentences(): string[] {
    return [...this.#seen].map(([kind, examples]) => {
      const some = [...examples].slice(0, 3).join(', ');
      return `${countOf(examples.size)} could not be read: ${kind} (${some}${examples.size > 3 ? ', …' : ''})`;
    });
  }
}
