import { queueExtensionUrn } from '../model/contract.ts';
import { attributeRules } from '../scim/attribute-rules.ts';
import { enterpriseUserSchema } from '../scim/core-schemas.ts';
import { schemaList } from '../scim/discovery.ts';
import { urn } from '../scim/messages.ts';
import { attribute, references, type SchemaDefinition, values } from '../scim/schema.ts';

/** The vendor's extension of users; there is none for groups (API reference §2.2, §2.7). */
export const genesysUserUrn = 'urn:ietf:params:scim:schemas:extension:genesys:purecloud:2.0:User';

const proficiencies = [
  attribute('name', 'Name of the skill or language.', { required: true }),
  attribute('proficiency', 'From 0 to 5.', { type: 'decimal' }),
];

const genesysUserSchema: SchemaDefinition = {
  id: genesysUserUrn,
  name: 'GenesysUser',
  description: 'What a contact centre knows about a user.',
  attributes: [
    attribute('routingSkills', 'At most 50.', { multiValued: true, subAttributes: proficiencies }),
    attribute('routingLanguages', 'At most 50.', { multiValued: true, subAttributes: proficiencies }),
    attribute('externalIds', 'Ids by which other systems know the user.', {
      multiValued: true,
      subAttributes: [
        attribute('authority', 'Who gave the id.', { required: true, caseExact: true }),
        attribute('value', 'The id.', { required: true, caseExact: true }),
      ],
    }),
  ],
};

const userSchema: SchemaDefinition = {
  id: urn.user,
  name: 'User',
  description: 'A user.',
  attributes: [
    attribute('userName', 'The primary e-mail address.', { required: true, uniqueness: 'global' }),
    attribute('displayName', 'Name as shown to people.', { required: true }),
    attribute('title', 'Job title.'),
    attribute('active', 'Whether the user is active.', { type: 'boolean' }),
    attribute('password', 'Never returned.', { mutability: 'writeOnly', returned: 'never', caseExact: true }),
    values('emails', 'The work address is the user name; others cannot change.', ['work', 'other']),
    values('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'other']),
    references('groups', 'Groups of the user; edited through the groups.', ['Group'], {
      mutability: 'readOnly',
    }),
    attribute('roles', 'Roles of the user.', {
      multiValued: true,
      subAttributes: [attribute('value', 'Name of the role.')],
    }),
  ],
};

/** `displayName` is required and yet read-only: a group is renamed by the native API (§2.2). */
const groupSchema: SchemaDefinition = {
  id: urn.group,
  name: 'Group',
  description: 'A group.',
  attributes: [
    attribute('displayName', 'Name as shown to people.', { required: true, mutability: 'readOnly' }),
    references('members', 'Members of the group.', ['User']),
  ],
};

/** Under the documented contract the name is the client's. */
const namedGroupSchema: SchemaDefinition = {
  ...groupSchema,
  attributes: [
    attribute('displayName', 'Name as shown to people.', { required: true }),
    references('members', 'Members of the group.', ['User']),
  ],
};

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

/** The seven schemas of the platform (§2.2), and the extension where it is advertised. */
export const schemasAt = (location: string, extension: boolean): readonly SchemaDefinition[] =>
  schemaList(
    [userSchema, extension ? namedGroupSchema : groupSchema, genesysUserSchema, queueExtensionSchema],
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

export const userRules = attributeRules([userSchema, enterpriseUserSchema, genesysUserSchema]);

export const groupRules = attributeRules([groupSchema]);

/** Under the documented contract `routingQueueIds` stand at the top of the resource. */
export const extensionGroupRules = attributeRules([
  { ...namedGroupSchema, attributes: [...namedGroupSchema.attributes, routingQueueIds] },
  queueExtensionSchema,
]);
