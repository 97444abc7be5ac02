import type { Directory, DirectoryGroup } from '../model/directory.ts';
import { type Paint, plainPaint } from './paint.ts';

/** What a source sees: its groups with counts and evidence. */
export function directoryText(directory: Directory, paint: Paint = plainPaint): string {
  const { groups, people, evidence } = directory;
  const away = people.filter(
    person => person.status === 'suspended' || person.status === 'deprovisioned',
  ).length;
  const lines = [
    `${paint.bold(directory.source)}  ${count(groups.length, 'group')}, ${people.length} people${away > 0 ? `, ${away} of them suspended or gone` : ''}, ${
      evidence.complete
        ? `complete, ${count(evidence.pages, 'read')}`
        : paint.warn(`INCOMPLETE: ${evidence.reasons.join('; ')}`)
    }`,
  ];
  const width = Math.max(0, ...groups.map(group => group.name.length));
  for (const group of groups) lines.push(`  ${group.name.padEnd(width)}  ${groupFacts(group, paint)}`);
  for (const note of directory.notes) lines.push(paint.dim(`  · ${note.text}`));
  return `${lines.join('\n')}\n`;
}

function groupFacts(group: DirectoryGroup, paint: Paint): string {
  const people = group.members.filter(member => member.kind === 'person').length;
  const nested = group.members.length - people;
  const skipped = group.skipped.map(({ type, count: many }) => `${many} ${type} skipped`);
  const facts = [`${people} people`, ...(nested > 0 ? [count(nested, 'nested group')] : []), ...skipped];
  const proof = group.evidence.complete
    ? ''
    : paint.warn(`  INCOMPLETE: ${group.evidence.reasons.join('; ')}`);
  return `${paint.dim(facts.join(', '))}${moved(group, people, paint)}${proof}`;
}

/** How many there were when it was last read completely, where there are others now: `120 → 3 since 2026-11-20`. */
function moved({ evidence, members }: DirectoryGroup, people: number, paint: Paint): string {
  const { lastGood, people: now = people, complete } = evidence;
  if (!lastGood || !complete || lastGood.people === now) return '';
  const whom = members.length === people ? '' : ' people at any depth';
  const text = `  ${lastGood.people} → ${now}${whom} since ${lastGood.readAt.slice(0, 10)}`;
  return now < lastGood.people ? paint.warn(text) : paint.dim(text);
}

/** One group with everything nested in it, as a tree; a group that stands above itself is named and not followed. */
export function treeText(directory: Directory, root: DirectoryGroup, paint: Paint = plainPaint): string {
  const groups = new Map(directory.groups.map(group => [group.id, group]));
  const people = new Map(directory.people.map(person => [person.id, person]));
  const lines: string[] = [];
  const draw = (group: DirectoryGroup, indent: string, above: readonly string[]): void => {
    const rows = group.members.toSorted((a, b) => (a.kind === b.kind ? 0 : a.kind === 'person' ? -1 : 1));
    for (const [index, member] of rows.entries()) {
      const last = index === rows.length - 1;
      const branch = `${indent}${last ? '└─' : '├─'} `;
      if (member.kind === 'person') {
        const person = people.get(member.id);
        const status =
          person && person.status !== 'active' && person.status !== 'unknown'
            ? paint.warn(` (${person.status})`)
            : '';
        lines.push(
          `${branch}${person?.name ?? member.id}${paint.dim(person?.emails[0] ? ` <${person.emails[0]}>` : '')}${status}`,
        );
        continue;
      }
      const nested = groups.get(member.id);
      if (!nested) lines.push(`${branch}${paint.warn(`${member.id} (not read)`)}`);
      else if (above.includes(nested.id))
        lines.push(`${branch}${paint.bold(nested.name)} ${paint.warn('(a cycle: it is above already)')}`);
      else {
        lines.push(`${branch}${paint.bold(nested.name)}  ${groupFacts(nested, paint)}`);
        draw(nested, `${indent}${last ? '   ' : '│  '}`, [...above, nested.id]);
      }
    }
  };
  lines.push(`${paint.bold(root.name)}  ${groupFacts(root, paint)}`);
  draw(root, '', [root.id]);
  return `${lines.join('\n')}\n`;
}

const count = (many: number, noun: string): string => `${many} ${noun}${many === 1 ? '' : 's'}`;
