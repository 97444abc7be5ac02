import { queueExtensionUrn } from '../model/contract.ts';
import { attributeRules } from '../scim/attribute-rules.ts';
import { schemaList } from '../scim/discovery.ts';
import { urn } from '../scim/messages.ts';
import {
  attribute,
  references,
  type SchemaAttribute,
  type SchemaDefinition,
  without,
} from '../scim/schema.ts';
import { genesysUserUrn, userSchemas } from './scim-user-schemas.ts';

const groupWith = (mutability: SchemaAttribute['mutability']): SchemaDefinition => ({
  id: urn.group,
  name: 'Group',
  description: 'A group.',
  attributes: [
    attribute('displayName', 'Name as shown to people.', { required: true, mutability }),
    references('members', 'Members of the group.', ['User']),
  ],
});

/** `displayName` is required and yet read-only: a group is renamed by the native API (§2.2). */
const groupSchema = groupWith('readOnly');

/** Under the documented contract the name is the client's. */
const namedGroupSchema = groupWith('readWrite');

const routingQueueIds = attribute('routingQueueIds', 'Ids of the routing queues that the members serve.', {
  multiValued: true,
  caseExact: true,
});

/** The extension of groups that the documented contract describes. */
const queueExtensionSchema: SchemaDefinition = {
  id: queueExtensionUrn,
  name: 'GenesysGroup',
  description: 'The queues that a group serves.',
  attributes: [routingQueueIds],
};

/** No model of the vendor has `display`; whoever sends it is understood all the same. */
const withoutDisplay = (schema: SchemaDefinition): SchemaDefinition => ({
  ...schema,
  attributes: without(schema.attributes, ['display']),
});

/** The seven schemas of the platform (§2.2), and the extension where it is advertised. */
export const schemasAt = (location: string, extension: boolean): readonly SchemaDefinition[] =>
  schemaList(
    [...userSchemas, extension ? namedGroupSchema : groupSchema, queueExtensionSchema].map(withoutDisplay),
    {
      location,
      urns: [
        urn.user,
        urn.group,
        urn.serviceProviderConfig,
        urn.resourceType,
        urn.schema,
        urn.enterpriseUser,
        genesysUserUrn,
        ...(extension ? [queueExtensionUrn] : []),
      ],
    },
  );

export const groupRules = attributeRules([groupSchema]);

/** Under the documented contract `routingQueueIds` stand at the top of the resource. */
export const extensionGroupRules = attributeRules([
  { ...namedGroupSchema, attributes: [...namedGroupSchema.attributes, routingQueueIds] },
  queueExtensionSchema,
]);
