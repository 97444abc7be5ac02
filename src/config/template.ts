import { stringify } from 'yaml';
import { sourceTemplates, type TemplateKind } from './source-templates.ts';

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
  # "corp" is a name of your choice. Keep it: what muster remembers is filed under it. What to set up on the other
  # side, and all that can be said here: ${sourceTemplates[kind].page}.
  corp:
${indented(sourceTemplates[kind].lines)}

mappings:
  # One group, by its exact name.
  - group: ${sourceTemplates[kind].group}
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

const indented = (lines: string): string => lines.replace(/^/gmu, '    ');

/** The environment variables that a config asks for, in its order; those in comments not. */
export const variablesOf = (config: string): string[] => {
  const live = config.replace(/^\s*#.*$/gmu, '');
  return [...new Set([...live.matchAll(/\$\{([A-Z][A-Z0-9_]*)\}/gu)].map(match => match[1]!))];
};
