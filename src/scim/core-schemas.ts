import { urn } from './messages.ts';
import { attribute, references, type SchemaDefinition, values } from './schema.ts';

const name = [
  attribute('formatted', 'The whole name as shown.'),
  attribute('familyName', 'Family name.'),
  attribute('givenName', 'Given name.'),
  attribute('middleName', 'Middle names.'),
  attribute('honorificPrefix', 'Title before the name.'),
  attribute('honorificSuffix', 'Suffix behind the name.'),
];

const address = [
  attribute('formatted', 'The whole address as shown.'),
  attribute('streetAddress', 'Street, house number, box.'),
  attribute('locality', 'City.'),
  attribute('region', 'State or region.'),
  attribute('postalCode', 'Postal code.'),
  attribute('country', 'Country, ISO 3166-1 alpha-2.'),
  attribute('type', 'What it is for.', { canonicalValues: ['work', 'home', 'other'] }),
  attribute('primary', 'Is this the preferred one? True at most once.', { type: 'boolean' }),
];

/** RFC 7643 §4.1 and §8.7.1. */
export const userSchema: SchemaDefinition = {
  id: urn.user,
  name: 'User',
  description: 'User account',
  attributes: [
    attribute('userName', 'Unique name to sign in with.', { required: true, uniqueness: 'server' }),
    attribute('name', 'Parts of the real name.', { subAttributes: name }),
    attribute('displayName', 'Name as shown to people.'),
    attribute('nickName', 'Casual name.'),
    attribute('profileUrl', 'Page about the person.', {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    attribute('title', 'Job title.'),
    attribute('userType', 'Relation to the organisation.'),
    attribute('preferredLanguage', 'Languages as in the Accept-Language header.'),
    attribute('locale', 'Locale for dates and numbers.'),
    attribute('timezone', 'Time zone by its IANA name.'),
    attribute('active', 'May this person use the service?', { type: 'boolean' }),
    attribute('password', 'Password in plain text; never returned.', {
      caseExact: true,
      mutability: 'writeOnly',
      returned: 'never',
    }),
    values('emails', 'Mail addresses.', ['work', 'home', 'other']),
    values('phoneNumbers', 'Telephone numbers.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    values('ims', 'Addresses for instant messages.'),
    values('photos', 'Pictures.', ['photo', 'thumbnail'], {
      type: 'reference',
      caseExact: true,
      referenceTypes: ['external'],
    }),
    attribute('addresses', 'Postal addresses.', { multiValued: true, subAttributes: address }),
    references('groups', 'Groups that hold this person, by themselves or through others.', ['Group'], {
      mutability: 'readOnly',
    }),
    values('entitlements', 'Things that the person may have.'),
    values('roles', 'Roles of the person.'),
    values('x509Certificates', 'Certificates, DER in base64.', undefined, { caseExact: true }),
  ],
};

/** RFC 7643 §4.2 and §8.7.1. The prose makes `displayName` required, whatever the example listing says. */
export const groupSchema: SchemaDefinition = {
  id: urn.group,
  name: 'Group',
  description: 'Group',
  attributes: [
    attribute('displayName', 'Name as shown to people.', { required: true }),
    references('members', 'Members of the group.', ['User', 'Group']),
  ],
};

/** RFC 7643 §4.3 and §8.7.1. */
export const enterpriseUserSchema: SchemaDefinition = {
  id: urn.enterpriseUser,
  name: 'EnterpriseUser',
  description: 'Enterprise user',
  attributes: [
    attribute('employeeNumber', 'Number that the organisation gave the person.'),
    attribute('costCenter', 'Cost centre.'),
    attribute('organization', 'Organisation.'),
    attribute('division', 'Division.'),
    attribute('department', 'Department.'),
    attribute('manager', 'Who the person reports to.', {
      subAttributes: [
        attribute('value', 'Id of the manager.', { caseExact: true }),
        attribute('$ref', 'URI of the manager.', {
          type: 'reference',
          caseExact: true,
          referenceTypes: ['User'],
        }),
        attribute('displayName', 'Name of the manager.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};

/** Attributes of every resource (RFC 7643 §3.1). No schema lists them. */
export const commonAttributes = [
  attribute('schemas', 'Schemas in use.', { multiValued: true, mutability: 'readOnly', returned: 'always' }),
  attribute('id', 'Id that the service gave.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'Id that the provisioning client gave.', { caseExact: true }),
  attribute('meta', 'Facts about the resource.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'Kind of the resource.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When it was made.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it last changed.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'URI of the resource.', {
        type: 'reference',
        caseExact: true,
        mutability: 'readOnly',
      }),
      attribute('version', 'Changes with every change; the ETag.', {
        caseExact: true,
        mutability: 'readOnly',
      }),
    ],
  }),
];
