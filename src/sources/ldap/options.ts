import { isIP } from 'node:net';
import { FilterParser } from 'ldapts';
import { z } from 'zod';
import { lazily } from '../../model/lazily.ts';
import { attributeNames, dn } from '../entries/entry-options.ts';
import { vendors } from '../entries/layout.ts';
import { text } from '../web-options.ts';

const url = text.refine(
  value => /^ldaps?:\/\/[^/?#@\s]+\/?$/u.test(value) && URL.canParse(value),
  'must look like ldaps://host or ldap://host:389, without path, user or query',
);

const filter = text.superRefine((value, context) => {
  try {
    FilterParser.parseString(value);
  } catch (error) {
    context.addIssue({ code: 'custom', message: `is not an LDAP filter: ${(error as Error).message}` });
  }
  // The library reads each escaped byte as a letter of its own, so `\c3\bc` would never match an ü: a filter that
  // silently finds nobody.
  if (/\\[89a-f][0-9a-f]/iu.test(value))
    context.addIssue({
      code: 'custom',
      message: 'write letters such as ü themselves instead of escaped bytes',
    });
});

export const ldapOptions = lazily(() =>
  z
    .strictObject({
      url: url.describe('Server, e.g. ldaps://ldap.example.com; ldap:// goes with startTls.'),
      baseDn: dn.describe('Where groups and people are looked for, e.g. dc=example,dc=com.'),
      bindDn: text.describe('Name to bind with; Active Directory also takes user@domain.').optional(),
      password: z.string().describe('Password of bindDn; take it from the environment.').optional(),
      // Explicit, because a forgotten password would otherwise do the same.
      anonymous: z.boolean().describe('Read without a bind name.').default(false),
      certificateBind: z
        .boolean()
        .describe('Bind by the client certificate (SASL EXTERNAL), without name and password.')
        .default(false),
      startTls: z
        .boolean()
        .describe('Go over to TLS on an ldap:// connection before the bind.')
        .default(false),
      allowInsecure: z.boolean().describe('Let the password travel in plain text.').default(false),
      caFile: text
        .describe('PEM file with the only authority that may have signed the certificate.')
        .optional(),
      servername: text
        .refine(name => isIP(name) === 0, 'must be a host name, not an address')
        .describe('Name in the certificate, where url has another one or an address.')
        .optional(),
      certFile: text.describe('PEM file with our client certificate.').optional(),
      keyFile: text.describe('PEM file with the key of certFile.').optional(),
      keyPassphrase: z.string().describe('Passphrase of keyFile.').optional(),
      vendor: z
        .enum(['auto', ...vendors])
        .describe('Kind of server; auto asks the server.')
        .default('auto'),
      groupBaseDn: dn.describe('Where groups are looked for; baseDn where left out.').optional(),
      peopleBaseDn: dn.describe('Where people are looked for; baseDn where left out.').optional(),
      groupFilter: filter.describe('Which entries are groups, e.g. (objectClass=groupOfNames).').optional(),
      attributes: attributeNames.describe('Attribute names that differ from the usual ones.').default({}),
      ignoreMembers: z
        .array(dn)
        .describe('Members that stand for nobody, as groupOfNames needs where a group is empty.')
        .default([]),
      nested: z
        .enum(['walk', 'server'])
        .describe('Nested groups: read level by level, or asked of Active Directory in one search.')
        .default('walk'),
      memberOf: z
        .enum(['compare', 'ignore'])
        .describe('Compare the members of groups with what the members say of themselves in memberOf.')
        .default('compare'),
      primaryGroup: z
        .enum(['note', 'include'])
        .describe('Active Directory: people for whom a group is the primary one are told, or counted in.')
        .default('note'),
      pageSize: z.int().min(1).max(1000).describe('Entries a page.').default(500),
      timeoutSeconds: z.number().positive().max(3600).describe('Patience for each answer.').default(30),
    })
    .superRefine((options, context) => {
      const mistake = (path: string, message: string) =>
        context.addIssue({ code: 'custom', path: [path], message });
      const secure = options.url.toLowerCase().startsWith('ldaps:');
      if (secure && options.startTls)
        mistake('startTls', 'is for ldap:// only; ldaps:// has TLS from the start');
      const named = options.bindDn !== undefined || options.password !== undefined;
      if (options.nested === 'server' && !['auto', 'active-directory'].includes(options.vendor))
        mistake('nested', 'only Active Directory can do that: leave it out for any other vendor');
      if (options.anonymous) {
        if (named || options.certificateBind)
          mistake('anonymous', 'leave bindDn, password and certificateBind out when reading anonymously');
      } else if (options.certificateBind) {
        if (named)
          mistake('certificateBind', 'leave bindDn and password out: the certificate stands for both');
        if (options.certFile === undefined) mistake('certificateBind', 'needs certFile and keyFile');
        if (!secure && !options.startTls) mistake('certificateBind', 'needs ldaps:// or "startTls: true"');
      } else {
        if (options.bindDn === undefined)
          mistake('bindDn', 'is missing; say "anonymous: true" to read without one');
        // A bind with a name and an empty password succeeds as anonymous (RFC 4513 §5.1.2) and reads almost nothing.
        if (!options.password)
          mistake('password', 'must not be empty: servers take that for an anonymous bind');
      }
      if ((options.certFile === undefined) !== (options.keyFile === undefined))
        mistake('certFile', 'certFile and keyFile belong together');
    }),
);

export type LdapOptions = z.output<ReturnType<typeof ldapOptions>>;
