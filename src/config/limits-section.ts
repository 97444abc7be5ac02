import { z } from 'zod';
import { windowFields } from './window-fields.ts';

const removals = z
  .strictObject({
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(20)
      .meta({
        description:
          'Most (person, queue) pairs that one run may take away, in percent of those that are ours.',
        examples: [20],
      }),
    count: z
      .int()
      .min(0)
      .default(50)
      .meta({ description: 'Most (person, queue) pairs that one run may take away.', examples: [50] }),
    percentFrom: z
      .int()
      .min(0)
      .default(10)
      .meta({
        description:
          'The percentage is asked only where at least so many pairs are ours: one of three is no alarm.',
        examples: [10],
      }),
    perQueuePercent: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .meta({
        description:
          'Most of the members of one queue, however small it is, that one run may take away, in percent; no limit where left out.',
        examples: [50],
      }),
    perMapping: z
      .int()
      .min(0)
      .optional()
      .meta({
        description:
          'Most (person, queue) pairs that one run may take away of what one mapping placed; no limit where left out.',
        examples: [100],
      }),
    whenGroupGone: z
      .enum(['keep', 'remove'])
      .default('keep')
      .meta({
        description:
          'A group that a mapping asks for, but that a complete reading of the source no longer shows, or shows empty: leave its people where they are and tell it (keep), or take them away (remove).',
        examples: ['keep'],
      }),
  })
  .meta({ description: 'How much one run may take away before it refuses.' });

const additions = z
  .strictObject({
    percent: z
      .number()
      .min(0)
      .optional()
      .meta({
        description:
          'Most pairs that one run may add, in percent of those that are ours; no limit where left out.',
        examples: [50],
      }),
    count: z
      .int()
      .min(0)
      .optional()
      .meta({
        description: 'Most pairs that one run may add; no limit where left out.',
        examples: [500],
      }),
  })
  .meta({ description: 'How much one run may add before it refuses; off by default.' });

const quarantine = z
  .strictObject({
    percent: z
      .number()
      .min(0)
      .max(100)
      .default(50)
      .meta({
        description:
          'A group that loses more than this share of the people that muster put there waits alone.',
        examples: [50],
      }),
    from: z
      .int()
      .min(1)
      .default(5)
      .meta({
        description: 'Only a group that loses at least so many is quarantined.',
        examples: [5],
      }),
  })
  .meta({ description: 'When the removals of one suspicious group wait while everything else goes on.' });

const grace = z.number().min(0).max(3_600);

const drain = z
  .strictObject({
    graceSeconds: grace.default(0).meta({
      description:
        'Seconds that people get between being unjoined from a queue and being taken off it; 0 takes them off at once.',
      examples: [120],
    }),
    queues: z
      .array(
        z
          .strictObject({
            queue: z
              .string()
              .min(1)
              .meta({ description: 'Queue name, id, glob or regular expression.', examples: ['Support_*'] }),
            graceSeconds: grace.meta({ description: 'The grace of these queues.', examples: [600] }),
          })
          .meta({ description: 'A grace of its own for some queues. The first rule that fits decides.' }),
      )
      .default([])
      .meta({ description: 'A grace of their own for some queues.' }),
  })
  .meta({ description: 'How long people are left to finish before they are taken off a queue.' });

const texts = (what: string) =>
  z
    .array(z.string().min(1))
    .default([])
    .meta({ description: `${what}: names, ids, globs or regular expressions.`, examples: [[]] });

const protect = z
  .strictObject({
    people: texts('People who are never taken away, also by mail address'),
    groups: texts('Genesys Cloud groups that nobody is taken out of'),
    queues: texts('Queues that nobody and no group is taken off'),
  })
  .meta({ description: 'What no plan takes anything away from.' });

const minJoined = z
  .int()
  .min(0)
  .optional()
  .meta({
    description:
      'No plan that takes away somebody who has activated a queue now leaves it with fewer who have; off where left out.',
    examples: [2],
  });

const staffingRule = z
  .strictObject({
    queue: z
      .string()
      .min(1)
      .meta({ description: 'Queue name, id, glob or regular expression.', examples: ['Support_*'] }),
    minMembers: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'The floor of these queues.', examples: [20] }),
    minJoined,
    ...windowFields,
  })
  .meta({
    description: 'A floor of its own for some queues, at some hours. The strictest one that holds is asked.',
  });

const staffing = z
  .strictObject({
    minMembers: z
      .int()
      .min(0)
      .default(1)
      .meta({ description: 'No plan takes a queue under so many members.', examples: [1] }),
    minJoined,
    queues: z.array(staffingRule).default([]).meta({ description: 'Floors for some queues, at some hours.' }),
  })
  .meta({ description: 'How few people a queue may be left with.' });

/** `limits:` — what guards measure a plan against; `Limits` of `model/limits.ts`. */
export const limitsSection = z
  .strictObject({
    removals: removals.prefault({}),
    additions: additions.prefault({}),
    staffing: staffing.prefault({}),
    quarantine: quarantine.prefault({}),
    protect: protect.prefault({}),
    drain: drain.prefault({}),
    queueSize: z
      .int()
      .min(1)
      .default(5_000)
      .meta({
        description: 'Members that the platform lets a queue have.',
        examples: [5_000],
      }),
    groupsPerUser: z
      .int()
      .min(1)
      .default(100)
      .meta({
        description: 'Groups that the platform lets a user be in.',
        examples: [100],
      }),
    takenAway: z
      .enum(['put-back', 'tell'])
      .default('put-back')
      .meta({
        description:
          'What another hand took away of what muster placed, and the config still asks for: add it again (put-back), or leave it so and tell it (tell).',
        examples: ['put-back'],
      }),
    overlap: z
      .enum(['note', 'refuse'])
      .default('note')
      .meta({
        description:
          'A person both directly on a queue and through a group that the plan attaches: tell it (note) or refuse the plan (refuse).',
        examples: ['note'],
      }),
  })
  .meta({ description: 'What a plan must keep to; a plan that does not is refused and nothing is written.' });
