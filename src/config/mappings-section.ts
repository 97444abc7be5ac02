import { z } from 'zod';
import { windowFields } from './window-fields.ts';

const text = z.string().min(1);
const selectors = z.array(text).min(1);

/** A day means its first instant in UTC. */
const date = z
  .string()
  .refine(value => /^\d{4}-\d{2}-\d{2}/u.test(value) && !Number.isNaN(Date.parse(value)), {
    error: 'must be a day or an instant in ISO 8601, e.g. 2027-01-31 or 2027-01-31T18:00:00Z',
  });

const window = z
  .strictObject(windowFields)
  .refine(({ hours, days }) => hours !== undefined || days !== undefined, {
    error: 'names neither hours nor days',
    params: { remedy: 'Add "hours:" or "days:", or take "when" away: without it the mapping always holds.' },
  });

const exclusion = z.strictObject({
  group: text.meta({ description: 'Name, id, glob or regular expression of the groups.' }),
  until: date.optional().meta({ description: 'Day or instant (ISO 8601) at which the exclusion ends.' }),
});

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
    anyOf: selectors.optional().meta({
      description: 'Further groups of the same source whose people are meant as well.',
      examples: [['support-night']],
    }),
    allOf: selectors.optional().meta({
      description: 'Groups of the same source: only people who are in every one of them are meant.',
      examples: [['certified-agents']],
    }),
    butNot: z
      .array(z.union([text, exclusion]))
      .min(1)
      .optional()
      .meta({
        description:
          'Groups of the same source whose people are left out; { group: …, until: … } for an exclusion that ends. While one cannot be read, nobody is added or taken away.',
        examples: [['contractors']],
      }),
    where: z
      .record(text, z.union([text, z.array(text).min(1)]))
      .optional()
      .meta({
        description:
          'Attributes of the people as the source gives them: each must have one of its values. Case does not count.',
        examples: [{ employeeType: ['Captain', 'Pilot'] }],
      }),
    validFrom: date.optional().meta({
      description: 'Day or instant (ISO 8601) before which the mapping is as if it were not there.',
      examples: ['2027-01-01'],
    }),
    until: date.optional().meta({
      description:
        'Day or instant (ISO 8601) from which the mapping is as if it were not there: its people leave, under the guards.',
      examples: ['2027-06-30'],
    }),
    when: z
      .union([window, z.array(window).min(1)])
      .optional()
      .meta({
        description:
          'Hours of the week at which the mapping holds, one window or a list; outside of them it is as if it were not there: its people leave, under the guards.',
        examples: [{ days: ['mon', 'fri'], hours: '08:00-18:00', timeZone: 'Europe/Berlin' }],
      }),
  })
  .meta({ description: 'These groups serve those queues.' });

export type WrittenMapping = z.output<typeof mappingSection>;

export const mappingsSection = z
  .array(mappingSection)
  .meta({ description: 'Which groups serve which queues. What no mapping asks for any more is taken away.' });
