import { z } from 'zod';

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

const staffing = z
  .strictObject({
    minMembers: z
      .int()
      .min(0)
      .default(1)
      .meta({ description: 'No plan takes a queue under so many members.', examples: [1] }),
  })
  .meta({ description: 'How few people a queue may be left with.' });

/** `limits:` — what guards measure a plan against; the model's `Limits`. */
export const limitsSection = z
  .strictObject({
    removals: removals.prefault({}),
    staffing: staffing.prefault({}),
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
