import { describe, expect, it } from 'vitest';
import { selectGroups } from '../../src/desired/select-groups.ts';
import { completeEvidence, type Directory, type DirectoryGroup } from '../../src/model/directory.ts';
import type { Mapping, Selector } from '../../src/model/mapping.ts';

const readAt = '2026-01-05T09:00:00.000Z';
const group = (id: string, name: string, aliases: readonly string[] = []): DirectoryGroup => ({
  id,
  name,
  aliases,
  members: [],
  skipped: [],
  evidence: completeEvidence(readAt),
});
const directory = (groups: readonly DirectoryGroup[]): Directory => ({
  source: 'corp',
  groups,
  people: [],
  evidence: completeEvidence(readAt),
  notes: [],
});
const mapping = (id: string, selector: Selector): Mapping => ({
  id,
  from: 'corp',
  group: selector,
  queues: ['Q'],
});
const exact = (text: string): Selector => ({ kind: 'exact', text });

describe('a mapping that names a group', () => {
  it('means every group that has the text as its name, its id or an alias, each once', () => {
    const groups = [
      group('1', 'support', ['support']),
      group('2', 'sales', ['support']),
      group('support', 'other'),
      group('4', 'Support'),
    ];
    const { selected } = selectGroups([directory(groups)], [mapping('m', exact('support'))]);
    expect(selected.map(each => each.group.id)).toEqual(['1', '2', 'support']);
  });

  it('walks through the groups once, however many mappings there are', () => {
    const size = 300;
    let looks = 0;
    const groups = Array.from({ length: size }, (_, n) =>
      Object.defineProperty(group(`g${n}`, ''), 'name', {
        get: () => {
          looks++;
          return `team-${n}`;
        },
      }),
    );
    const mappings = groups.map((_, n) => mapping(`m${n}`, exact(`team-${n}`)));
    const { selected } = selectGroups([directory(groups)], mappings);
    expect(selected.map(each => each.mapping.id).toSorted()).toEqual(mappings.map(({ id }) => id).toSorted());
    expect(looks).toBeLessThanOrEqual(3 * size);
  });
});
