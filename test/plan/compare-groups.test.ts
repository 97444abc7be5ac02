import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bookOf } from '../../src/model/ledger-book.ts';
import { compareGroups } from '../../src/plan/weigh/compare-groups.ts';
import { desiredGroup, group, ledgerOf, owned } from '../support/builders.ts';

const users = fc.subarray(['ana', 'bo', 'cy', 'di'], { minLength: 0 });

it('who is missing, a stranger or open is told by the three lists alone, also where they hold as many people', () => {
  fc.assert(
    fc.property(users, users, users, (wanted, there, ours) => {
      const wish = desiredGroup('a', wanted);
      const found = group('G', there);
      const ledger = ledgerOf(...ours.map(user => owned({ kind: 'member', group: 'G', user }, 'a')));
      const compared = compareGroups(new Map([[wish, found]]), bookOf(ledger)).get('G')!;
      const without = (some: readonly string[], others: readonly string[]) =>
        some.filter(user => !others.includes(user)).sort();
      expect([...compared.missing].sort()).toEqual(without(wanted, there));
      expect([...compared.strangers].sort()).toEqual(without(there, wanted));
      const settled = wanted.filter(user => there.includes(user));
      expect([...compared.unsettled].sort()).toEqual(without(ours, settled));
    }),
    { numRuns: 2_000 },
  );
});
