import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';

/** Every status of a user (identity sources reference §1). */
export const oktaStatuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'RECOVERY',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'SUSPENDED',
  'DEPROVISIONED',
] as const;

/** Attributes of the user profile, one or several. */
const names = z
  .union([text, z.array(text)])
  .transform(value => (typeof value === 'string' ? [value] : value));

const attributes = z.strictObject({
  userName: names.default(['login']).describe('Login name; the first that a profile has is taken.'),
  email: names
    .default(['email', 'secondEmail'])
    .describe('Mail addresses; all are read, the first one is the primary address.'),
  externalId: names
    .default(['employeeNumber'])
    .describe('Id by which another system knows the person; the first that a profile has is taken.'),
  userId: names.default([]).describe('Genesys Cloud user id, where the profile holds it.'),
  extra: names.default([]).describe('Further attributes of the profile to carry along.'),
});

const url = secureUrl
  .refine(value => !/^[^.]+-admin\./u.test(URL.parse(value)?.hostname ?? ''), {
    message: 'is the address of the admin console; take "-admin" out',
  })
  .refine(value => ['', '/'].includes(URL.parse(value)?.pathname ?? ''), {
    message: 'must be the address of the org alone, without a path such as /oauth2/default',
  })
  .transform(trimmedUrl);

export const oktaOptions = lazily(() =>
  z
    .strictObject({
      url: url.describe('Address of the org, e.g. https://acme.okta.com.'),
      clientId: text
        .optional()
        .describe('Client id of a service app (API Services) whose public key Okta knows.'),
      privateKey: z
        .union([text, z.looseObject({ kty: text })])
        .optional()
        .describe('Private key of the service app: PEM or JWK, from the environment or a file.'),
      keyId: text
        .optional()
        .describe('Id (kid) of that key in Okta, where the key itself does not say it, as PEM does not.'),
      scopes: z
        .array(text)
        .min(1)
        .default(['okta.groups.read', 'okta.users.read'])
        .describe('Scopes to ask for; the service app must have been granted them.'),
      token: text.optional().describe('API token (SSWS) instead of a service app.'),
      search: text
        .optional()
        .describe('Okta search expression that every group must meet, e.g. type eq "OKTA_GROUP".'),
      activeStatuses: z
        .array(z.enum(oktaStatuses))
        .default(['ACTIVE', 'PASSWORD_EXPIRED', 'LOCKED_OUT', 'RECOVERY'])
        .describe('Statuses of users who count as active.'),
      attributes: attributes
        .prefault({})
        .describe('Attributes of the user profile that say who somebody is.'),
      checkCounts: z
        .boolean()
        .default(true)
        .describe('Hold every group against the number of users that Okta counts in it.'),
      pageSize: z.int().min(1).max(200).default(200).describe('Groups or users a page.'),
      headroom: z
        .number()
        .min(0)
        .max(0.9)
        .default(0.15)
        .describe('Share of each rate limit that is left to the other clients of the org.'),
      ...webOptions,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const { clientId, privateKey, keyId, token } = options;
      if (token !== undefined) {
        if (clientId !== undefined || privateKey !== undefined || keyId !== undefined)
          mistake('token', 'give either a token, or clientId and privateKey of a service app');
      } else if (clientId === undefined && privateKey === undefined) {
        mistake('clientId', 'is missing; give clientId and privateKey of a service app, or an API token');
      } else if (clientId === undefined) mistake('clientId', 'is missing beside privateKey');
      else if (privateKey === undefined) mistake('privateKey', 'is missing beside clientId');
    }),
);

export type OktaOptions = z.output<ReturnType<typeof oktaOptions>>;
