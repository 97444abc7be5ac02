import type { ScimResourceType } from './messages.ts';

/** One attribute of a schema (RFC 7643 §7), in the form that `/Schemas` serves. */
export interface SchemaAttribute {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'decimal' | 'integer' | 'dateTime' | 'reference' | 'complex';
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: 'readWrite' | 'readOnly' | 'immutable' | 'writeOnly';
  readonly returned: 'always' | 'never' | 'default' | 'request';
  readonly uniqueness: 'none' | 'server' | 'global';
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly SchemaAttribute[];
}

export interface SchemaDefinition {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly SchemaAttribute[];
  readonly meta?: { readonly resourceType: ScimResourceType; readonly location?: string };
}

type Traits = Partial<Omit<SchemaAttribute, 'name' | 'description'>>;

/** An attribute with the defaults of RFC 7643 §2.2: an optional string that anyone may write. */
export const attribute = (name: string, description: string, traits: Traits = {}): SchemaAttribute => ({
  name,
  type: traits.subAttributes ? 'complex' : 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
  ...traits,
});

/**
 * A list that points at other resources. Its `value` is the id alone, so two elements with one `value` are the same
 * element; what describes the target (`$ref`, `type`, `display`) is the server's to say.
 */
export const references = (name: string, description: string, to: readonly string[], traits: Traits = {}) =>
  attribute(name, description, {
    multiValued: true,
    ...traits,
    subAttributes: [
      attribute('value', 'Id of the resource.', { caseExact: true, mutability: 'immutable' }),
      attribute('$ref', 'URI of the resource.', {
        type: 'reference',
        caseExact: true,
        mutability: 'immutable',
        referenceTypes: to,
      }),
      attribute('type', 'Kind of the resource.', { mutability: 'immutable', canonicalValues: to }),
      attribute('display', 'Name of the resource, for people.', { mutability: 'readOnly' }),
    ],
  });

/** A list of the common form `value`, `display`, `type`, `primary` (RFC 7643 §2.4). */
export const values = (name: string, description: string, types?: readonly string[], traits: Traits = {}) =>
  attribute(name, description, {
    multiValued: true,
    subAttributes: [
      attribute('value', 'The value itself.', traits),
      attribute('display', 'A form for people.'),
      attribute('type', 'What it is for.', types && { canonicalValues: types }),
      attribute('primary', 'Is this the preferred one? True at most once.', { type: 'boolean' }),
    ],
  });

/** The attributes and their sub-attributes but for those of these names: what a service leaves out of a standard one. */
export const without = (
  attributes: readonly SchemaAttribute[],
  names: readonly string[],
): readonly SchemaAttribute[] =>
  attributes
    .filter(({ name }) => !names.includes(name))
    .map(({ subAttributes, ...rest }) => ({
      ...rest,
      ...(subAttributes ? { subAttributes: without(subAttributes, names) } : {}),
    }));
