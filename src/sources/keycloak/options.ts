import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';

/** Attribute names, one or several. */
const names = z
  .union([text, z.array(text)])
  .transform(value => (typeof value === 'string' ? [value] : value));

const attributes = z.strictObject({
  externalId: text
    .optional()
    .describe('Attribute with the id by which another system knows the person, e.g. employeeNumber.'),
  userId: text.optional().describe('Attribute with the Genesys Cloud user id.'),
  email: names.default([]).describe('Attributes with further mail addresses.'),
  extra: names.default([]).describe('Further attributes of people to carry along.'),
});

export const keycloakOptions = lazily(() =>
  z.strictObject({
    url: secureUrl
      .transform(trimmedUrl)
      .describe(
        'Keycloak with whatever path it has, e.g. https://sso.example.com; /auth is found by itself.',
      ),
    realm: text.describe('Realm whose groups are read.'),
    clientId: text.describe('Confidential client with a service account that may view users.'),
    clientSecret: z
      .string()
      .min(1, 'must not be empty')
      .describe('Its secret; take it from the environment.'),
    clientRealm: text
      .optional()
      .describe('Realm that the client is in, where that is another one, e.g. master.'),
    includeSubgroups: z
      .boolean()
      .default(true)
      .describe('Whether the people of sub-groups count as people of the group above them.'),
    attributes: attributes.prefault({}).describe('Attributes of users that are read; none where left out.'),
    // A page is held against the last row of the one before, so one row alone would be no page.
    pageSize: z.int().min(10).max(10_000).default(500).describe('Groups or people a page.'),
    ...webOptions,
  }),
);

export type KeycloakOptions = z.output<ReturnType<typeof keycloakOptions>>;

/** Are there attributes to read? They come with the long form of a user alone. */
export const wantsAttributes = ({ attributes: wanted }: Pick<KeycloakOptions, 'attributes'>): boolean =>
  attributeNames(wanted).length > 0;

export const attributeNames = (wanted: KeycloakOptions['attributes']): string[] =>
  [wanted.externalId, wanted.userId, ...wanted.email, ...wanted.extra].filter(name => name !== undefined);
