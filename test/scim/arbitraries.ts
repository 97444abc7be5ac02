import fc from 'fast-check';
import type { AttributePath } from '../../src/scim/attribute-path.ts';
import type { CompareOperator, Filter, FilterValue } from '../../src/scim/filter.ts';

/** Text without backslash and control characters, which the oracles read differently. */
export const plainText = fc.string({
  unit: fc.constantFrom(...'abcXYZ 019"\'()[]@.-_:/äß日'),
  maxLength: 8,
});

const names = fc.constantFrom('userName', 'title', 'emails', 'x-y_1', 'orders', 'android', 'Notes');
const urns = fc.constantFrom(
  'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  'urn:example:params:1.0:Thing',
);

const paths: fc.Arbitrary<AttributePath> = fc.oneof(
  names.map(name => ({ name })),
  fc.tuple(names, names).map(([name, sub]) => ({ name, sub })),
  fc.tuple(urns, names).map(([urn, name]) => ({ urn, name })),
  fc.tuple(urns, names, names).map(([urn, name, sub]) => ({ urn, name, sub })),
);

const ofOperators = (operators: readonly CompareOperator[], values: fc.Arbitrary<FilterValue>) =>
  fc
    .record({ attribute: paths, operator: fc.constantFrom(...operators), value: values })
    .map((parts): Filter => ({ kind: 'compare', ...parts }));

/** Random filters in the form that the parser gives: chains have two parts or more. */
export function filters(text: fc.Arbitrary<string>): fc.Arbitrary<Filter> {
  const numbers = fc.oneof(fc.nat(), fc.constantFrom(0.5, 12.25));
  const leaf = fc.oneof(
    ofOperators(
      ['eq', 'ne'],
      fc.oneof<fc.Arbitrary<FilterValue>[]>(text, numbers, fc.boolean(), fc.constant(null)),
    ),
    ofOperators(['gt', 'ge', 'lt', 'le'], fc.oneof<fc.Arbitrary<FilterValue>[]>(text, numbers)),
    ofOperators(['co', 'sw', 'ew'], text),
    paths.map((attribute): Filter => ({ kind: 'present', attribute })),
  );
  const { tree } = fc.letrec<{ tree: Filter }>(tie => ({
    tree: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      leaf,
      fc
        .tuple(
          fc.constantFrom('and' as const, 'or' as const),
          fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
        )
        .map(([kind, parts]): Filter => ({ kind, filters: parts })),
      tie('tree').map((filter): Filter => ({ kind: 'not', filter })),
      fc
        .tuple(names, tie('tree'))
        .map(([name, filter]): Filter => ({ kind: 'values', attribute: { name }, filter })),
    ),
  }));
  return tree;
}
