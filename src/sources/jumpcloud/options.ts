import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';

/** Where an organisation is hosted; it cannot be reached from elsewhere. Hosts as in the vendor's own command line. */
export const jumpcloudHosts = {
  us: {
    console: 'https://console.jumpcloud.com',
    token: 'https://admin-oauth.id.jumpcloud.com/oauth2/token',
  },
  eu: {
    console: 'https://console.eu.jumpcloud.com',
    token: 'https://admin-oauth.id.eu.jumpcloud.com/oauth2/token',
  },
  in: {
    console: 'https://console.in.jumpcloud.com',
    token: 'https://admin-oauth.id.in.jumpcloud.com/oauth2/token',
  },
} as const;

/** Fields of a user, one or several. */
const names = z
  .union([text, z.array(text)])
  .transform(value => (typeof value === 'string' ? [value] : value));

const attributes = z.strictObject({
  email: names
    .default(['email'])
    .describe('Mail addresses; all are read, the first one is the primary address.'),
  externalId: names
    .default(['employeeIdentifier'])
    .describe('Id by which another system knows the person; the first that a user has is taken.'),
  userId: names.default([]).describe('Genesys Cloud user id, where a user holds it.'),
  extra: names.default([]).describe('Further fields and custom attributes of users to carry along.'),
});

export const jumpcloudOptions = lazily(() =>
  z
    .strictObject({
      region: z
        .enum(['us', 'eu', 'in'])
        .default('us')
        .describe('Where the organisation is hosted: us, eu or in, as in the address of its admin portal.'),
      clientId: text.optional().describe('Client id of a service account.'),
      clientSecret: z.string().optional().describe('Secret of clientId; take it from the environment.'),
      apiKey: text.optional().describe('API key of an admin instead of a service account.'),
      orgId: text
        .optional()
        .describe('Id of the organisation, for an API key of an admin of several (multi-tenant portal).'),
      consoleUrl: secureUrl
        .transform(trimmedUrl)
        .optional()
        .describe('Another address than that of the region, for a gateway in between.'),
      tokenUrl: secureUrl.optional().describe('Another token endpoint than that of the region.'),
      activeStates: z
        .array(z.enum(['STAGED', 'ACTIVATED', 'SUSPENDED']))
        .default(['ACTIVATED'])
        .describe('States of users who count as active.'),
      sort: z
        .string()
        .default('_id')
        .describe('Field by which lists are sorted while they are paged; empty leaves it out.'),
      attributes: attributes.prefault({}).describe('Fields and custom attributes that say who somebody is.'),
      pageSize: z.int().min(1).max(100).default(100).describe('Groups, members or users a page.'),
      ...webOptions,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const { apiKey, clientId, clientSecret } = options;
      if (apiKey !== undefined) {
        if (clientId !== undefined || clientSecret !== undefined)
          mistake('apiKey', 'give either an API key, or clientId and clientSecret of a service account');
      } else if (clientId === undefined && clientSecret === undefined) {
        mistake('clientId', 'is missing; give clientId and clientSecret of a service account, or an API key');
      } else if (clientId === undefined) mistake('clientId', 'is missing beside clientSecret');
      else if (!clientSecret) mistake('clientSecret', 'is missing or empty beside clientId');
    }),
);

export type JumpcloudOptions = z.output<ReturnType<typeof jumpcloudOptions>>;
