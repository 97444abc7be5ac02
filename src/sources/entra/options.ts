import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';
import { cloudNames } from './clouds.ts';

const url = secureUrl.transform(trimmedUrl);

/** A property of Graph, or one inside another: `onPremisesExtensionAttributes/extensionAttribute5`. */
const property = text.regex(/^[A-Za-z]\w*(?:\/[A-Za-z]\w*)?$/u, 'is not the name of a property of Graph');

/** Properties of people, one or several. */
const properties = z
  .union([property, z.array(property)])
  .transform(value => (typeof value === 'string' ? [value] : value));

/** Properties of groups, besides the name, that a mapping may select by. */
export const aliasProperties = ['mail', 'mailNickname', 'onPremisesSamAccountName'] as const;

const attributes = z.strictObject({
  groupAliases: z
    .array(z.enum(aliasProperties))
    .default(['mail', 'mailNickname'])
    .describe('Properties that a mapping may select a group by, besides its name and id.'),
  userName: properties
    .default(['userPrincipalName'])
    .describe('Login name; the first that a person has is taken.'),
  email: properties
    .default(['mail', 'proxyAddresses'])
    .describe('Mail addresses; all are read, the first one is the primary address.'),
  externalId: properties
    .default(['employeeId'])
    .describe('Id by which another system knows the person; the first that a person has is taken.'),
  userId: properties.default([]).describe('Genesys Cloud user id, where the directory holds it.'),
  extra: properties.default([]).describe('Further properties of people to carry along.'),
});

export const authWays = ['client-secret', 'certificate', 'workload', 'managed-identity'] as const;

export const entraOptions = lazily(() =>
  z
    .strictObject({
      tenant: text
        .regex(
          /^[A-Za-z0-9.-]+$/u,
          'is not a tenant: write its id, or a domain such as contoso.onmicrosoft.com',
        )
        .describe('Id or a verified domain of the tenant.')
        .optional(),
      auth: z.enum(authWays).describe('How muster proves who it is.').default('client-secret'),
      clientId: text
        .describe('Application (client) id; with managed-identity the id of a user-assigned one.')
        .optional(),
      clientSecret: z
        .string()
        .describe('Secret of the application; take it from the environment.')
        .optional(),
      certificateFile: text
        .describe('PEM file with the certificate that the application knows; may hold the key as well.')
        .optional(),
      keyFile: text.describe('PEM file with the private key; certificateFile where left out.').optional(),
      keyPassphrase: z.string().describe('Passphrase of the private key.').optional(),
      assertionAlgorithm: z
        .enum(['PS256', 'RS256'])
        .describe('How the assertion is signed.')
        .default('PS256'),
      federatedTokenFile: text
        .describe('File with the token of the other side; AZURE_FEDERATED_TOKEN_FILE where left out.')
        .optional(),
      identityEndpoint: z
        .url({ protocol: /^https?$/u, error: 'must be a URL that begins with http:// or https://' })
        .describe('Where a managed identity gets its token, if not at the usual address.')
        .optional(),
      cloud: z.enum(cloudNames).describe('National cloud of the tenant.').default('global'),
      loginUrl: url.describe('Host that gives tokens, instead of that of the cloud.').optional(),
      graphUrl: url.describe('Host of Microsoft Graph, instead of that of the cloud.').optional(),
      resource: url.describe('What the token is for; the Graph host of the cloud where left out.').optional(),
      nested: z
        .enum(['walk', 'transitive'])
        .describe('walk reads nested groups one by one; transitive takes the flat list of the server.')
        .default('walk'),
      filter: text
        .describe("Which groups may be selected at all, in OData: endsWith(mail,'@contoso.com').")
        .optional(),
      attributes: attributes.prefault({}).describe('Properties of groups and people that are read.'),
      checkCounts: z
        .boolean()
        .describe('Hold every group against the number of members that Graph counts in it.')
        .default(false),
      delta: z.boolean().describe('Ask only for what has changed since the last read.').default(false),
      deltaDir: text
        .describe('Directory for what is remembered between reads with delta.')
        .default('.muster/entra'),
      pageSize: z.int().min(1).max(999).describe('Members and groups a page.').default(999),
      ...webOptions,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const needs = (path: 'tenant' | 'clientId' | 'clientSecret' | 'certificateFile', message: string) => {
        if (!options[path]) mistake(path, message);
      };
      const { auth } = options;
      if (auth === 'client-secret' || auth === 'certificate') {
        needs('tenant', `is missing; auth: ${auth} needs it`);
        needs('clientId', `is missing; auth: ${auth} needs it`);
      }
      if (auth === 'client-secret') needs('clientSecret', 'is missing; another "auth" goes without it');
      if (auth === 'certificate') needs('certificateFile', 'is missing; auth: certificate needs it');
      for (const [key, way] of Object.entries(ownerOf)) {
        if (options[key as keyof typeof ownerOf] !== undefined && auth !== way)
          mistake(key, `is for auth: ${way} only`);
      }
      if (options.delta && options.nested === 'transitive')
        mistake('nested', 'a delta query knows direct members only; use nested: walk with delta');
      if (options.delta && options.filter !== undefined)
        mistake('filter', 'a delta query cannot be filtered; leave one of the two out');
    }),
);

/** Keys that mean something for one way only: next to another one they are a misunderstanding. */
const ownerOf = {
  clientSecret: 'client-secret',
  certificateFile: 'certificate',
  keyFile: 'certificate',
  keyPassphrase: 'certificate',
  federatedTokenFile: 'workload',
  identityEndpoint: 'managed-identity',
} as const;

export type EntraOptions = z.output<ReturnType<typeof entraOptions>>;
