import { z } from 'zod';
import { text } from '../web-options.ts';
import { normalDn } from './dn.ts';

/** A distinguished name. */
export const dn = text.refine(
  value => normalDn(value),
  'is not a distinguished name such as dc=example,dc=com',
);

/** One name or several. */
const names = z
  .union([text, z.array(text).min(1)])
  .transform(value => (typeof value === 'string' ? [value] : value));

/** Which attributes of an entry say what; each is left to the layout of the directory where it is not named. */
export const attributeNames = z
  .strictObject({
    groupId: names.describe('Immutable id of a group; the first that an entry has is taken.'),
    groupName: names.describe('Name of a group; the first that an entry has is taken.'),
    groupAliases: names.describe('Further names by which a mapping may select a group.'),
    members: names.describe('Attributes that list members by DN.'),
    memberLogins: names.describe('Attributes that list members by login name, as memberUid does.'),
    login: text.describe('Attribute of a person that those login names are looked for in.'),
    personId: names.describe('Immutable id of a person; the first that an entry has is taken.'),
    personName: names.describe('Display name of a person; the first that an entry has is taken.'),
    userName: names.describe('Login name of a person; the first that an entry has is taken.'),
    email: names.describe('Mail addresses; all are read, the first one is the primary address.'),
    externalId: names.describe('Id by which another system knows the person, e.g. employeeNumber.'),
    userId: names.describe('Genesys Cloud user id, where the directory holds it.'),
    extra: names.describe('Further attributes of people to carry along.'),
  })
  .partial();
