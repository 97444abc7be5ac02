import { urn } from './messages.ts';
import { attribute, type SchemaAttribute, type SchemaDefinition } from './schema.ts';

const readOnly = { mutability: 'readOnly' } as const;
const flag = (name: string, description: string): SchemaAttribute =>
  attribute(name, description, { type: 'boolean', ...readOnly });
const count = (name: string, description: string): SchemaAttribute =>
  attribute(name, description, { type: 'integer', ...readOnly });
const text = (name: string, description: string, required = false): SchemaAttribute =>
  attribute(name, description, { required, ...readOnly });
const uri = (name: string, description: string, required = false): SchemaAttribute =>
  attribute(name, description, {
    type: 'reference',
    required,
    caseExact: true,
    referenceTypes: ['uri'],
    ...readOnly,
  });
const object = (
  name: string,
  description: string,
  subAttributes: readonly SchemaAttribute[],
  required = true,
) => attribute(name, description, { subAttributes, required, ...readOnly });
const list = (name: string, description: string, subAttributes: readonly SchemaAttribute[]) =>
  attribute(name, description, { subAttributes, multiValued: true, required: true, ...readOnly });

const supported = flag('supported', 'Is it supported?');

/** RFC 7643 §5 and §8.7.2. */
export const serviceProviderConfigSchema: SchemaDefinition = {
  id: urn.serviceProviderConfig,
  name: 'ServiceProviderConfig',
  description: 'What the service supports',
  attributes: [
    uri('documentationUri', 'Documentation for people.'),
    object('patch', 'Support for PATCH.', [supported]),
    object('bulk', 'Support for bulk requests.', [
      supported,
      count('maxOperations', 'Operations in a request at most.'),
      count('maxPayloadSize', 'Bytes of a request at most.'),
    ]),
    object('filter', 'Support for filters.', [
      supported,
      count('maxResults', 'Resources in an answer at most.'),
    ]),
    object('changePassword', 'Support for setting passwords.', [supported]),
    object('sort', 'Support for sorted lists.', [supported]),
    object('etag', 'Support for versions.', [supported]),
    list('authenticationSchemes', 'Ways to authenticate.', [
      text('type', 'Kind of the scheme.', true),
      text('name', 'Name of the scheme.', true),
      text('description', 'What the scheme is.', true),
      uri('specUri', 'The specification.'),
      uri('documentationUri', 'Documentation for people.'),
      flag('primary', 'Is this the preferred one?'),
    ]),
  ],
};

/** RFC 7643 §6 and §8.7.2. */
export const resourceTypeSchema: SchemaDefinition = {
  id: urn.resourceType,
  name: 'ResourceType',
  description: 'Kinds of resources',
  attributes: [
    text('id', 'Id of the resource type.'),
    text('name', 'Name of the resource type.', true),
    text('description', 'What it is.'),
    uri('endpoint', 'Path below the base URL.', true),
    uri('schema', 'The main schema.', true),
    {
      ...list('schemaExtensions', 'Extensions of the main schema.', [
        uri('schema', 'URN of the extension.', true),
        flag('required', 'Must every resource have it?'),
      ]),
      required: false,
    },
  ],
};

const attributeFacts = [
  text('name', 'Name.', true),
  text('type', 'Type of the values.', true),
  flag('multiValued', 'Is it a list?'),
  text('description', 'What it is.'),
  flag('required', 'Must it be there?'),
  attribute('canonicalValues', 'Values that are usual.', { multiValued: true, ...readOnly }),
  flag('caseExact', 'Does case matter in comparisons?'),
  text('mutability', 'Who may write it when.'),
  text('returned', 'When it is returned.'),
  text('uniqueness', 'Within what it is unique.'),
  attribute('referenceTypes', 'What it may point at.', { multiValued: true, ...readOnly }),
];

/** RFC 7643 §7 and §8.7.2. */
export const schemaSchema: SchemaDefinition = {
  id: urn.schema,
  name: 'Schema',
  description: 'Definitions of attributes',
  attributes: [
    uri('id', 'URN of the schema.', true),
    text('name', 'Name of the schema.'),
    text('description', 'What it describes.'),
    list('attributes', 'Attributes of the schema.', [
      ...attributeFacts,
      list('subAttributes', 'Parts of a complex attribute.', attributeFacts),
    ]),
  ],
};
