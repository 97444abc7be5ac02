import { z } from 'zod';

const text = z.string().min(1);

/** One entry of `mappings:` as it is written; `read-mappings.ts` makes the model's `Mapping` of it. */
export const mappingSection = z
  .strictObject({
    id: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/u, {
        error:
          'must begin with a letter or digit and hold only letters, digits, ".", "_" and "-" (at most 100)',
      })
      .optional()
      .meta({
        description:
          'Name of the mapping in plans and in the ledger; made of from, group, assign and ring where it is left out.',
        examples: ['support'],
      }),
    from: text.optional().meta({
      description: 'Id of the source; may be left out where there is one source.',
      examples: ['corp'],
    }),
    group: z
      .union([text, z.strictObject({ name: text.meta({ description: 'Exact name, whatever is in it.' }) })])
      .meta({
        description:
          'Source groups: a name or id, a glob (gc-*), a regular expression (/^gc-queue-(?<queue>.+)$/), or { name: … } for a name that looks like one of these.',
        examples: ['customer-support-tier1'],
      }),
    queues: z.union([text, z.array(text).min(1)]).meta({
      description:
        'Queues that the groups serve: name, glob, regular expression or id, one or a list; {name} stands for a named capture of group.',
      examples: ['Support_Tier1'],
    }),
    externalId: text.optional().meta({
      description:
        "SCIM externalId that anchors the Genesys Cloud group; the source's own group id where it is left out. May hold {name}.",
      examples: ['iam-group-customer-support-01'],
    }),
    displayName: text.optional().meta({
      description:
        "Name of the Genesys Cloud group; the source's group name where it is left out. May hold {name}.",
      examples: ['Customer Support Tier 1'],
    }),
    assign: z
      .enum(['member-groups', 'direct-members', 'ring-groups', 'scim-extension'])
      .optional()
      .meta({
        description:
          "How the queue is told; the contract's own way where it is left out (member-groups, or scim-extension).",
        examples: ['member-groups'],
      }),
    ring: z
      .int()
      .min(1)
      .max(6)
      .optional()
      .meta({
        description: 'Bullseye ring, 1 to 6; for assign: ring-groups, and required there.',
        examples: [1],
      }),
  })
  .meta({ description: 'These groups serve those queues.' });

export type WrittenMapping = z.output<typeof mappingSection>;

export const mappingsSection = z
  .array(mappingSection)
  .meta({ description: 'Which groups serve which queues. What no mapping asks for any more is taken away.' });
