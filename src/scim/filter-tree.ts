import { type AttributePath, formatAttributePath } from './attribute-path.ts';

export const compareOperators = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;

export type CompareOperator = (typeof compareOperators)[number];

export type FilterValue = string | number | boolean | null;

/** A parsed filter (RFC 7644 §3.4.2.2). Plain readonly data. */
export type Filter =
  | {
      readonly kind: 'compare';
      readonly attribute: AttributePath;
      readonly operator: CompareOperator;
      readonly value: FilterValue;
    }
  | { readonly kind: 'present'; readonly attribute: AttributePath }
  /** `emails[type eq "work"]`: names inside are relative to one element. */
  | { readonly kind: 'values'; readonly attribute: AttributePath; readonly filter: Filter }
  /** A chain `a and b and c` is one node with three parts, however long. */
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter };

/** `externalId eq "a\"b"`: a filter's strings are JSON strings, so JSON escapes them. */
export const formatEq = (attribute: string, value: string): string =>
  `${attribute} eq ${JSON.stringify(value)}`;

/** The filter as text that `parseFilter` reads back to the same tree. */
export function formatFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'compare':
      return `${formatAttributePath(filter.attribute)} ${filter.operator} ${JSON.stringify(filter.value)}`;
    case 'present':
      return `${formatAttributePath(filter.attribute)} pr`;
    case 'values':
      return `${formatAttributePath(filter.attribute)}[${formatFilter(filter.filter)}]`;
    case 'not':
      return `not (${formatFilter(filter.filter)})`;
    case 'and':
    case 'or':
      return filter.filters
        .map(part =>
          part.kind === 'and' || part.kind === 'or' ? `(${formatFilter(part)})` : formatFilter(part),
        )
        .join(` ${filter.kind} `);
  }
}
