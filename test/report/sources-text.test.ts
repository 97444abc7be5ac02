import { describe, expect, it } from 'vitest';
import type { Directory, DirectoryGroup, MemberRef } from '../../src/model/directory.ts';
import { directoryText, treeText } from '../../src/report/sources-text.ts';

const complete = { complete: true, reasons: [], pages: 2, readAt: '2026-01-01T00:00:00.000Z' };
const group = (name: string, members: MemberRef[], extra: Partial<DirectoryGroup> = {}): DirectoryGroup => ({
  id: name,
  name,
  aliases: [],
  members,
  skipped: [],
  evidence: complete,
  ...extra,
});
const inside = (id: string): MemberRef => ({ kind: 'group', id });
const person = (id: string): MemberRef => ({ kind: 'person', id });

const directory: Directory = {
  source: 'corp',
  groups: [
    group('evening', [person('bo'), inside('support')], { skipped: [{ type: 'device', count: 2 }] }),
    group('night', [], { evidence: { ...complete, complete: false, reasons: ['page 2 was lost'] } }),
    group('support', [inside('evening'), person('ana'), inside('night'), inside('secret')]),
  ],
  people: [
    { key: 'corp:ana', id: 'ana', name: 'Ana', emails: ['ana@example.com'], status: 'active' },
    { key: 'corp:bo', id: 'bo', name: 'Bo', emails: [], status: 'suspended' },
  ],
  evidence: complete,
  notes: [],
};

describe('what a source sees', () => {
  it('is listed with counts and evidence', () => {
    expect(directoryText(directory).split('\n')).toEqual([
      'corp  3 groups, 2 people, 1 of them suspended or gone, complete, 2 reads',
      '  evening  1 people, 1 nested group, 2 device skipped',
      '  night    0 people  INCOMPLETE: page 2 was lost',
      '  support  1 people, 3 nested groups',
      '',
    ]);
  });

  it('is drawn as a tree in which a cycle ends and what is missing is named', () => {
    expect(treeText(directory, directory.groups[2]!).split('\n')).toEqual([
      'support  1 people, 3 nested groups',
      '├─ Ana <ana@example.com>',
      '├─ evening  1 people, 1 nested group, 2 device skipped',
      '│  ├─ Bo (suspended)',
      '│  └─ support (a cycle: it is above already)',
      '├─ night  0 people  INCOMPLETE: page 2 was lost',
      '└─ secret (not read)',
      '',
    ]);
  });
});
