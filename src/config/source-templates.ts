/** What `muster init` writes of one kind of source; plain texts, because the command line asks for their names. */
export interface SourceTemplate {
  /** The lines below `corp:`, without the indent. */
  readonly lines: string;
  /** A group as mappings of this source name it. */
  readonly group: string;
  /** What people have to put in besides region and mappings. */
  readonly page: string;
}

/** One for each kind of the registry; a test holds the two together. */
export const sourceTemplates = {
  file: {
    lines: `kind: file
# CSV, LDIF, YAML or JSON with people and groups, relative to this file; a list and patterns work as well.
path: directory.yaml
# A file on a web server in the place of "path":
# url: https://hr.example.com/exports/agents.csv
# token: \${HR_TOKEN}
# How a CSV is written, where it is not with commas and our names of columns:
# csv: { delimiter: ";", columns: { group: Team, email: Work mail } }`,
    group: 'customer-support-tier1',
    page: 'docs/sources/file.md',
  },
  ldap: {
    lines: `kind: ldap
url: ldaps://ldap.example.com
baseDn: dc=example,dc=com
# An account that may read groups, their members and people. Active Directory also takes user@domain.
bindDn: cn=muster,ou=services,dc=example,dc=com
password: \${LDAP_PASSWORD}
# PEM file with the authority of the server's certificate, if it is your own.
# caFile: ldap-ca.pem`,
    group: 'cn=customer-support-tier1,ou=groups,dc=example,dc=com',
    page: 'docs/sources/ldap.md',
  },
  okta: {
    lines: `kind: okta
url: https://acme.okta.com
# A service app (API Services) with the scopes okta.groups.read and okta.users.read and a role that may read both.
clientId: 0oa1example
# Its private key, PEM or JWK, with its line breaks.
privateKey: \${OKTA_PRIVATE_KEY}
# Not needed where the key is a JWK with a "kid".
keyId: \${OKTA_KEY_ID}
# An API token works as well, in the place of those three.
# token: \${OKTA_API_TOKEN}`,
    group: 'customer-support-tier1',
    page: 'docs/sources/okta.md',
  },
  entra: {
    lines: `kind: entra
tenant: contoso.onmicrosoft.com
# An app registration with the application permissions GroupMember.Read.All and User.Read.All of Microsoft Graph, and
# the consent of an administrator.
clientId: 11111111-2222-3333-4444-555555555555
clientSecret: \${ENTRA_CLIENT_SECRET}
# A certificate, a federated credential or a managed identity in the place of the secret:
# auth: managed-identity`,
    group: 'customer-support-tier1',
    page: 'docs/sources/entra.md',
  },
  google: {
    lines: `kind: google
# JSON key of a service account, with domain-wide delegation of the scopes admin.directory.group.readonly,
# admin.directory.group.member.readonly and admin.directory.user.readonly.
key: \${GOOGLE_KEY}
# The same as a file:
# keyFile: google-key.json
# The administrator in whose name it reads; left out, it reads in its own, and "customer" has to be named.
subject: muster-reader@example.com
# customer: C01234567`,
    group: 'customer-support-tier1@example.com',
    page: 'docs/sources/google.md',
  },
  keycloak: {
    lines: `kind: keycloak
url: https://sso.example.com
realm: acme
# A confidential client of that realm, with a service account that has the role view-users of realm-management.
clientId: muster
clientSecret: \${KEYCLOAK_CLIENT_SECRET}
# If the client is in another realm:
# clientRealm: master`,
    group: '/customer-support/tier1',
    page: 'docs/sources/keycloak.md',
  },
  scim: {
    lines: `kind: scim
# /Users and /Groups are right below it.
baseUrl: https://idp.example.com/scim/v2
# An account that may read users and groups: a bearer token, or a name and a password, or an OAuth client.
token: \${SCIM_TOKEN}
# username: reader
# password: \${SCIM_PASSWORD}
# clientId: muster
# clientSecret: \${SCIM_CLIENT_SECRET}
# tokenUrl: https://idp.example.com/oauth2/token`,
    group: 'Customer Support Tier 1',
    page: 'docs/sources/scim.md',
  },
  jumpcloud: {
    lines: `kind: jumpcloud
# us, eu or in: as in the address of your admin portal.
region: us
# A service account that may read users and groups.
clientId: \${JUMPCLOUD_CLIENT_ID}
clientSecret: \${JUMPCLOUD_CLIENT_SECRET}
# An API key of an administrator works as well, in the place of the two.
# apiKey: \${JUMPCLOUD_API_KEY}`,
    group: 'Customer Support Tier 1',
    page: 'docs/sources/jumpcloud.md',
  },
} as const satisfies Readonly<Record<string, SourceTemplate>>;

export type TemplateKind = keyof typeof sourceTemplates;
export const templateKinds = Object.keys(sourceTemplates) as readonly TemplateKind[];
