import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type LdapOptions, ldapOptions } from './options.ts';

/** LDAP directories: Active Directory, OpenLDAP, 389DS, FreeIPA, LLDAP and others of their kind. */
export const ldapSource: SourceKind<LdapOptions> = {
  kind: 'ldap',
  title: 'LDAP directory (Active Directory, OpenLDAP, 389DS, FreeIPA)',
  get options() {
    return ldapOptions();
  },
  secrets: ['password', 'keyPassphrase'],
  create: (id, options, tools) =>
    lazySource(id, 'ldap', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
