import fc from 'fast-check';
import { expect, it } from 'vitest';
import { groupMatcher, selectorOf } from '../../src/model/select.ts';
import { directoryOf, selectedBy } from '../../src/sources/directory-of.ts';
import { directory, sourceGroup } from '../support/builders.ts';

it('a scope means the groups that one of its selectors means, by name, alias or id', () => {
  const names = fc.constantFrom('support', 'g1', 'night', 'Support', '');
  const texts = fc.constantFrom('support', 'g1', 'su*', '/^n/', 'nobody', '*');
  const groups = fc.record({ name: names, id: names, aliases: fc.array(names, { maxLength: 2 }) });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 3 }), groups, (selectors, group) => {
      const scope = { groups: selectors.map(selectorOf) };
      const isMeant = scope.groups.some(selector => groupMatcher(selector)(group) !== undefined);
      expect(selectedBy(scope)(group)).toBe(isMeant);
    }),
  );
});

it('members are in one order, groups before people, each once', () => {
  const [group] = directoryOf(directory([sourceGroup('a', ['bo', '@night', 'ana', 'bo', '@early'])])).groups;
  expect(group!.members.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
    'group early',
    'group night',
    'person ana',
    'person bo',
  ]);
});
