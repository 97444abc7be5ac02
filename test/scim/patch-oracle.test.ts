import fc from 'fast-check';
import { type ScimPatchOperation, type ScimResource, scimPatch } from 'scim-patch';
import { describe, expect, test } from 'vitest';
import { matches, parseFilter } from '../../src/scim/filter.ts';
import { applyPatch, type PatchOperation } from '../../src/scim/patch.ts';
import { members } from './patching.ts';

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const idSet = fc.uniqueArray(id, { maxLength: 5 });

describe('the oracle scim-patch', () => {
  const text = fc.constantFrom('x', 'y', 'z');
  const type = fc.constantFrom('work', 'home', 'other');
  const emails = fc.uniqueArray(fc.record({ type, value: text }), {
    maxLength: 3,
    selector: email => `${email.type} ${email.value}`,
  });
  const plain = fc.constantFrom(
    'title',
    'nickName',
    'name.givenName',
    'name.familyName',
    `${enterprise}:department`,
  );
  const write = fc.constantFrom('add', 'replace', 'Add', 'Replace');

  /**
   * The dialect that both speak. Where they differ knowingly, and why ours follows the RFC:
   * - names in another case make a second attribute there (RFC 7643 §2.1: names are case-insensitive);
   * - `replace` of a filtered record merges there (RFC 7644 §3.5.2.3: the record is replaced);
   * - a complex value without path replaces the whole attribute there (§3.5.2.3: what is not named is left);
   * - `add` to a record that a filter does not find does nothing there (§3.5.2.1: what does not exist is added);
   * - one object where a list is due stays an object there, or is merged into every element (§3.5.2.3: all values are
   *   replaced, and the schema makes it a list);
   * - a list without path is appended with its duplicates there (§3.5.2.1: what exists is not added again);
   * - a value that differs in its `display` alone is added again there (RFC 7643 §2.4: value and type are unique);
   * - a new `primary` leaves the old one primary there (§3.5.2: the others become false);
   * - `remove` with values compares whole elements there, so Entra's `$ref: null` or a stored `display` keeps a
   *   member in the group that was to go, and it throws where there is no list (ours: nobody is removed).
   */
  const operations: fc.Arbitrary<PatchOperation> = fc.oneof(
    fc.record({ op: write, path: plain, value: text }),
    fc.record({ op: fc.constantFrom('remove', 'Remove'), path: plain }),
    fc.tuple(write, fc.dictionary(plain, text, { minKeys: 1 })).map(([op, value]) => ({ op, value })),
    fc.record({ op: write, path: fc.constant('name'), value: fc.record({ givenName: text }) }),
    fc.record({ op: write, path: fc.constant('members'), value: idSet.map(ids => members(...ids)) }),
    fc.record({ op: fc.constant('remove'), path: id.map(one => `members[value eq "${one}"]`) }),
    fc.record({
      op: fc.constant('Remove'),
      path: fc.constant('members'),
      value: idSet.map(ids => members(...ids)),
    }),
    fc.constantFrom({ op: 'remove', path: 'members' }, { op: 'remove', path: 'emails' }),
    fc.record({ op: write, path: fc.constant('emails'), value: emails }),
    fc.record({ op: write, path: type.map(one => `emails[type eq "${one}"].value`), value: text }),
    fc.record({ op: fc.constant('remove'), path: type.map(one => `emails[type eq "${one}"]`) }),
    fc.record({
      op: fc.constant('add'),
      path: type.map(one => `phoneNumbers[type eq "${one}"]`),
      value: fc.record({ display: text }),
    }),
  );

  /** One form for both: lists as sets, nothing empty, `schemas` aside (ours declares extensions that are in use). */
  function normal(value: unknown): unknown {
    if (Array.isArray(value)) return [...new Set(value.map(one => JSON.stringify(normal(one))))].toSorted();
    if (typeof value !== 'object' || value === null) return value;
    const parts = Object.entries(value)
      .filter(([key]) => key !== 'schemas')
      .map(([key, one]) => [key, normal(one)] as const)
      .filter(([, one]) => typeof one !== 'object' || one === null || Object.keys(one).length > 0);
    return Object.fromEntries(parts.toSorted(([one], [two]) => (one < two ? -1 : 1)));
  }

  test('both come to the same resource, one operation after the other', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(operations, { minLength: 1, maxLength: 10 }), list => {
        let state: Record<string, unknown> = {
          schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
          meta: {},
          title: 'x',
          emails: [{ type: 'work', value: 'x' }],
          phoneNumbers: [
            { type: 'work', value: '1' },
            { type: 'home', value: '2' },
          ],
          members: members('a', 'b'),
        };
        for (const operation of list) {
          const next = applyPatch(state, [operation], { missingTarget: 'add' }).resource;
          const list = /^(?:members|emails)/.exec(operation.path ?? '')?.[0];
          const addsRecord = typeof operation.value === 'object' && /\]$/.test(operation.path ?? '');
          if (/remove/i.test(operation.op) && list && state[list] === undefined) {
            expect(next).toBe(state);
          } else if (!addsRecord || matches(parseFilter(String(operation.path)), state)) {
            const oracle = scimPatch(state as unknown as ScimResource, [operation as ScimPatchOperation], {
              mutateDocument: false,
              treatMissingAsAdd: true,
            });
            expect(normal(next)).toEqual(normal(oracle));
            compared += 1;
          }
          state = next;
        }
      }),
      { numRuns: 500 },
    );
    expect(compared).toBeGreaterThan(500);
  });
});
