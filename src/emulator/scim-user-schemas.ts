import { attributeRules } from '../scim/attribute-rules.ts';
import { enterpriseUserSchema } from '../scim/core-schemas.ts';
import { urn } from '../scim/messages.ts';
import { attribute, references, type SchemaDefinition, values, without } from '../scim/schema.ts';

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
    values('phoneNumbers', 'Telephone numbers.', [
      ...['work', 'work2', 'work3', 'work4', 'home', 'mobile', 'other'],
      ...['microsoftteams', 'zoomphone', 'eightbyeight', 'ringcentral'],
    ]),
    references('groups', 'Groups of the user; edited through the groups.', ['Group'], {
      mutability: 'readOnly',
    }),
    attribute('roles', 'Roles of the user.', {
      multiValued: true,
      subAttributes: [attribute('value', 'Name of the role.')],
    }),
  ],
};

/** `ScimV2EnterpriseUser`: less than RFC 7643 §4.3 has, and the date of hire. */
const vendorEnterpriseSchema: SchemaDefinition = {
  ...enterpriseUserSchema,
  attributes: [
    ...without(enterpriseUserSchema.attributes, ['costCenter', 'organization', 'displayName']),
    attribute('dateHire', 'Date of hire.'),
  ],
};

export const userSchemas = [userSchema, vendorEnterpriseSchema, genesysUserSchema];

/** What a write may speak of: more than is kept, as other services have it. */
export const userRules = attributeRules([userSchema, enterpriseUserSchema, genesysUserSchema]);
