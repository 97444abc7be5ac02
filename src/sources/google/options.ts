import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { secureUrl, text, trimmedUrl, webOptions } from '../web-options.ts';

/**
 * Where in a user something stands: `primaryEmail`, `name.fullName`, `customSchemas.Genesys.login`. In a list of
 * typed entries the type is the name: `externalIds.organization`.
 */
const place = text.regex(
  /^[A-Za-z]\w*(?:\.[\w-]+)*$/u,
  'must be the name of a field of a user, with dots between its parts',
);

const attributes = z.strictObject({
  name: place.default('name.fullName').describe('Field of a user that holds the display name.'),
  userName: place.default('primaryEmail').describe('Field of a user that holds the login name.'),
  externalId: place
    .default('externalIds.organization')
    .describe('Field that holds the id by which another system knows the person; usually the employee id.'),
  userId: place
    .optional()
    .describe('Field that holds the Genesys Cloud user id, e.g. customSchemas.Genesys.id.'),
  extra: z.array(place).default([]).describe('Further fields of users to carry along.'),
});

export const googleOptions = lazily(() =>
  z
    .strictObject({
      keyFile: text
        .optional()
        .describe('JSON key file of the service account, from the directory of the config.'),
      key: z
        .union([text, z.looseObject({ client_email: text, private_key: text })])
        .optional()
        .describe('The same key as text, from the environment or a file, instead of keyFile.'),
      subject: text
        .optional()
        .describe(
          'Mail address of the administrator in whose name the service account reads (domain-wide delegation). Left out where the service account itself has an admin role.',
        ),
      customer: text
        .optional()
        .describe(
          'Id of the Workspace account, e.g. C01abcdef; my_customer where left out, and domain as well.',
        ),
      domain: text.optional().describe('One domain of the account instead of all of them.'),
      query: text
        .optional()
        .describe("Google's group query that every group must meet, e.g. email:cc-* or name:Support*."),
      includeDerivedMembership: z
        .boolean()
        .default(false)
        .describe(
          'Let Google flatten nested groups. Our own walk (the default) knows through which group somebody is in.',
        ),
      external: z
        .enum(['skip', 'include', 'incomplete'])
        .default('skip')
        .describe(
          'Members from outside the account: counted and left out, taken as people by their address, or a reason to take nobody away from the group.',
        ),
      readUsers: z
        .boolean()
        .default(true)
        .describe('Read names, aliases, ids and the suspension of people, which takes a scope of its own.'),
      attributes: attributes.prefault({}).describe('Fields of a user that say who somebody is.'),
      scopes: z
        .array(text)
        .min(1)
        .optional()
        .describe(
          'OAuth scopes to ask for, exactly as the delegation lists them; the read-only ones by default.',
        ),
      checkCounts: z
        .boolean()
        .default(true)
        .describe('Hold every group against the number of members that Google counts in it.'),
      pageSize: z.int().min(1).max(200).default(200).describe('Groups or members a page.'),
      apiUrl: secureUrl
        .default('https://admin.googleapis.com')
        .transform(trimmedUrl)
        .describe('Base URL of the API.'),
      tokenUrl: secureUrl
        .optional()
        .describe('URL of the token endpoint instead of the one in the key, which is that of Google.'),
      ...webOptions,
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      if (options.key !== undefined && options.keyFile !== undefined)
        mistake('key', 'give either key or keyFile');
      else if (options.key === undefined && options.keyFile === undefined)
        mistake('keyFile', 'is missing; name the JSON key file of a service account');
      if (options.customer !== undefined && options.domain !== undefined)
        mistake('domain', 'give either customer or domain');
      if (options.query !== undefined && /\bmemberKey\b/u.test(options.query))
        mistake('query', 'memberKey asks for the groups of one person, not for groups to serve queues');
    }),
);

export type GoogleOptions = z.output<ReturnType<typeof googleOptions>>;

const scopeBase = 'https://www.googleapis.com/auth/admin.directory';

/** What a delegation must list (identity sources reference §3). */
export const scopesOf = ({ scopes, readUsers }: GoogleOptions): readonly string[] =>
  scopes ?? [
    `${scopeBase}.group.readonly`,
    `${scopeBase}.group.member.readonly`,
    ...(readUsers ? [`${scopeBase}.user.readonly`] : []),
  ];

/** Whose groups: one domain, or the whole account. */
export const accountOf = ({ domain, customer }: GoogleOptions): Readonly<Record<string, string>> =>
  domain === undefined ? { customer: customer ?? 'my_customer' } : { domain };
