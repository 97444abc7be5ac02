import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRemoval } from '../../src/model/change.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { runs } from './runs.ts';
import { type Day, planFor, type Story, stories, worldOf } from './worlds.ts';

/** What somebody may do to a mapping while they mean to leave everybody where they are. */
const slips = ['none', 'typo', 'unread exclusion', 'exclusion that is not there'] as const;

interface Slip {
  readonly what: (typeof slips)[number];
  /** Ids that are made of what a mapping means change with it. */
  readonly newId: boolean;
}

function slipped(mapping: Mapping, { what, newId }: Slip): Mapping {
  const exclusion = what === 'unread exclusion' ? 'unread' : 'nowhere';
  return {
    ...mapping,
    id: newId ? `${mapping.id}-anew` : mapping.id,
    ...(what === 'typo' ? { group: { kind: 'exact', text: 'gropu' } } : {}),
    ...(what.includes('exclusion')
      ? { only: { anyOf: [], allOf: [], butNot: [{ group: { kind: 'exact', text: exclusion } }], where: {} } }
      : {}),
  };
}

/** The first day once more, with mappings that are not what they were meant to be. */
function withSlips({ directory, mappings }: Day, how: readonly Slip[]): Day {
  const unread = {
    id: 'unread',
    name: 'unread',
    aliases: [],
    members: [],
    skipped: [],
    evidence: { complete: false, reasons: ['no right to read it'], pages: 1, readAt: '2026-01-05T09:00:00Z' },
  };
  return {
    directory: { ...directory, groups: [...directory.groups, unread] },
    mappings: mappings.map((mapping, at) => slipped(mapping, how[at % how.length]!)),
  };
}

describe('whatever the world', () => {
  it('a slip in the config moves nobody: what a mapping placed waits until it finds its group again', () => {
    const slip = fc.record({ what: fc.constantFrom(...slips), newId: fc.boolean() });
    fc.assert(
      fc.property(stories, fc.array(slip, { minLength: 1, maxLength: 8 }), (story: Story, how) => {
        const world = worldOf({ ...story, between: [] });
        const plan = planFor(world, withSlips(story.first, how));
        expect(plan.changes.filter(isRemoval)).toEqual([]);
        // And nothing is forgotten by it: mended, the config finds its own.
        world.apply(plan);
        expect(planFor(world, story.first).changes).toEqual([]);
      }),
      runs,
    );
  });

  it('who counts as having left a group is not in it any more', () => {
    fc.assert(
      fc.property(stories, (story: Story) => {
        const plan = planFor(worldOf(story), story.second);
        for (const change of plan.changes) {
          if (!isRemoval(change) || !('person' in change) || change.because !== 'left') continue;
          expect(peopleIn(story.second, change.group)).not.toContain(change.person);
        }
      }),
      runs,
    );
  });
});

/** Everybody in a source group at any depth, by this oracle's own walk. */
function peopleIn({ directory }: Day, key: string): readonly string[] {
  const met = new Set<string>();
  const walk = (id: string): readonly string[] => {
    if (met.has(id)) return [];
    met.add(id);
    const members = directory.groups.find(group => group.id === id)?.members ?? [];
    return members.flatMap(member => (member.kind === 'group' ? walk(member.id) : [`corp:${member.id}`]));
  };
  return walk(key.replace('corp:', ''));
}
