import { expect, it } from 'vitest';
import { toGroup } from '../../src/genesys/scim-groups.ts';

it('a member whom a server lists twice is one person: lists are counted and compared by their length', () => {
  const members = ['ana', 'bo', 'ana'].map(value => ({ value }));
  expect(toGroup({ id: 'g', displayName: 'G', members }).memberIds).toEqual(['ana', 'bo']);
  expect(toGroup({ id: 'g', displayName: 'G' }).memberIds).toEqual([]);
});
