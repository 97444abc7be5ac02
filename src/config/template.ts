import { stringify } from 'yaml';

export const templateKinds = ['file', 'ldap'] as const;
export type TemplateKind = (typeof templateKinds)[number];

export interface TemplateFacts {
  /** AWS region or domain; `eu-west-1` unless told. */
  readonly region?: string;
  /** Where the editor finds the JSON Schema; `./muster.schema.json`, which `muster schema` writes, unless told. */
  readonly schema?: string;
}

/**
 * The config that `muster init` writes: complete, with every choice explained where it is made. It loads as it is,
 * once the variables that it names are set.
 */
export const configTemplate = (kind: TemplateKind, facts: TemplateFacts = {}): string =>
  `# yaml-language-server: $schema=${facts.schema ?? './muster.schema.json'}
#
# Which groups of which identity provider serve which routing queues. Every key is explained in
# docs/configuration.md; with "muster schema > muster.schema.json" your editor explains them as you type.
#
#   muster check     reads this file and tries everything that it names
#   muster plan      says who would be on which queue, why, and what it costs; changes nothing
#   muster apply     does it

genesys:
  # AWS region or domain of your organisation.
  region: ${stringify(facts.region ?? 'eu-west-1').trim()}
  # An OAuth client with the grant "Client Credentials". \${NAME} is an environment variable, \${file:path} a file.
  clientId: \${GENESYS_CLIENT_ID}
  clientSecret: \${GENESYS_CLIENT_SECRET}
  # For a first try without an organisation, "muster emulate" starts one on this machine:
  # baseUrl: http://127.0.0.1:4010

sources:
  # "corp" is a name of your choice. Keep it: what muster remembers is filed under it.
${sources[kind]}

mappings:
  # One group, by its exact name.
  - group: ${groups[kind]}
    queues: [Support_Tier1]
    # What the Genesys Cloud group is anchored to and called; the id and the name of the source group if left out.
    externalId: iam-group-customer-support-01
    displayName: Customer Support Tier 1

  # One rule for many groups: gc-queue-Billing serves the queue Billing, and so on.
  # - group: /^gc-queue-(?<queue>.+)$/
  #   queues: ["{queue}"]

limits:
  # A run that would take more (person, queue) pairs away than this is refused, and nothing is written.
  removals: { percent: 20, count: 50 }
  # No queue is left with fewer people.
  staffing: { minMembers: 1 }

people:
  # How a person finds their Genesys Cloud user: keys in the order in which they are tried.
  match: [email, userName, externalId]
  # Somebody without a user is reported; "fail" stops the run instead.
  missing: report
`;

const sources: Readonly<Record<TemplateKind, string>> = {
  file: `  corp:
    kind: file
    # YAML, JSON or CSV with people and groups, relative to this file.
    path: directory.yaml`,
  ldap: `  corp:
    kind: ldap
    url: ldaps://ldap.example.com
    baseDn: dc=example,dc=com
    # An account that may read groups, their members and people. Active Directory also takes user@domain.
    bindDn: cn=muster,ou=services,dc=example,dc=com
    password: \${LDAP_PASSWORD}
    # PEM file with the authority of the server's certificate, if it is your own.
    # caFile: ldap-ca.pem`,
};

const groups: Readonly<Record<TemplateKind, string>> = {
  file: 'customer-support-tier1',
  ldap: 'cn=customer-support-tier1,ou=groups,dc=example,dc=com',
};
