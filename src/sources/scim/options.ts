import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { parseAttributePath } from '../../scim/attribute-path.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';

/** Where a server tells who is in a group; `memberships.ts` finds out where it is not told. */
export const membershipWays = ['groups', 'users', 'users-by-group', 'groups-by-user'] as const;
export type MembershipWay = (typeof membershipWays)[number];

const attribute = text.refine(
  value => parseAttributePath(value)?.name !== undefined,
  'is not the name of an attribute such as externalId or urn:…:2.0:User:employeeNumber',
);

const attributes = z.strictObject({
  externalId: attribute
    .default('externalId')
    .describe(
      'Id by which another system knows the person, e.g. the employeeNumber of the enterprise extension.',
    ),
  userId: attribute.optional().describe('Genesys Cloud user id, where the server holds it.'),
  extra: z
    .array(attribute)
    .default([])
    .describe('Further attributes of people to carry along, under their names without the URN.'),
});

export const scimOptions = lazily(() =>
  z
    .strictObject({
      baseUrl: secureUrl
        .transform(trimmedUrl)
        .describe('Base of the server, with whatever path it has, e.g. https://idp.example.com/scim/v2.'),
      token: text.optional().describe('Bearer token.'),
      username: text.optional().describe('User name for Basic authentication.'),
      password: z.string().optional().describe('Password of username; take it from the environment.'),
      clientId: text.optional().describe('OAuth client (client credentials grant).'),
      clientSecret: z.string().optional().describe('Secret of clientId; take it from the environment.'),
      tokenUrl: secureUrl.optional().describe('Token endpoint for clientId.'),
      scope: text.optional().describe('Scopes to ask the token endpoint for, separated by spaces.'),
      clientAuth: z
        .enum(['auto', 'basic', 'form'])
        .default('auto')
        .describe('How the client shows its secret; auto tries the Basic header, then the form body.'),
      memberships: z
        .enum(['auto', ...membershipWays])
        .default('auto')
        .describe('Where the server tells who is in a group; auto finds out.'),
      filters: z
        .enum(['auto', 'off'])
        .default('auto')
        .describe('Whether exact group names are asked for by a filter; off lists all groups instead.'),
      paging: z
        .enum(['auto', 'index', 'cursor'])
        .default('auto')
        .describe('How lists are paged; auto goes by what the server says of itself.'),
      pageSize: z.int().min(1).max(1000).default(100).describe('Resources a page; a server may give fewer.'),
      attributes: attributes.prefault({}).describe('Attributes of users that say who somebody is.'),
      ...webOptions,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const { token, username, password, clientId, clientSecret, tokenUrl, scope } = options;
      const basic = username !== undefined || password !== undefined;
      const oauth = [clientId, clientSecret, tokenUrl, scope].some(each => each !== undefined);
      const ways = [token !== undefined, basic, oauth].filter(Boolean).length;
      if (ways === 0)
        mistake(
          'token',
          'is missing; give a token, or username and password, or clientId, clientSecret and tokenUrl',
        );
      if (ways > 1)
        mistake(
          'token',
          'give only one of: token; username and password; clientId, clientSecret and tokenUrl',
        );
      if (basic && username === undefined) mistake('username', 'is missing beside password');
      if (basic && !password) mistake('password', 'is missing or empty beside username');
      if (oauth && clientId === undefined) mistake('clientId', 'is missing beside the other OAuth options');
      if (oauth && !clientSecret) mistake('clientSecret', 'is missing or empty beside clientId');
      if (oauth && tokenUrl === undefined) mistake('tokenUrl', 'is missing beside clientId');
    }),
);

export type ScimOptions = z.output<ReturnType<typeof scimOptions>>;
