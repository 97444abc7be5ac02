import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Crowd, type Holding } from '../../src/model/crowd.ts';

const holding = (mapping: string): Holding => ({
  state: 'owned',
  mapping,
  key: `corp:${mapping}`,
  run: 'r',
  at: '2026-01-05T09:00:00.000Z',
});
const holdings = ['a', 'b', 'c'].map(holding);

it('counts each way of holding as often as there are people who are held so', () => {
  const step = fc.record({
    user: fc.integer({ min: 0, max: 6 }),
    how: fc.constantFrom(...holdings),
    also: fc.boolean(),
    gone: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), steps => {
      const crowd = new Crowd();
      for (const { user, how, also, gone } of steps) {
        const id = `u${user}`;
        if (gone) crowd.delete(id);
        else
          crowd.set(id, {
            holding: how,
            person: id,
            ...(also ? { also: [{ mapping: 'z', key: 'corp:z' }] } : {}),
          });
      }
      const told = (held: { holding: Holding; also?: readonly object[] }) =>
        `${held.holding.mapping}${held.also ? '+' : ''}`;
      const oneByOne = [...crowd].map(([, held]) => told(held));
      const byWay = [...crowd.ways()].flatMap(way => Array.from({ length: way.count }, () => told(way)));
      expect(byWay.toSorted()).toEqual(oneByOne.toSorted());
    }),
  );
});
