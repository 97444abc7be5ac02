import { z } from 'zod';
import type { LinkKey } from '../model/mapping.ts';

const keys = ['email', 'userName', 'externalId', 'id'] as const satisfies readonly LinkKey[];

/** `people:` — how people of the sources and users of Genesys Cloud find each other. */
export const peopleSection = z
  .strictObject({
    match: z
      .array(z.enum(keys))
      .min(1)
      .default(['email', 'userName', 'externalId'])
      .meta({
        description: 'Keys by which a person is linked to a user, tried in this order.',
        examples: [['email', 'userName', 'externalId']],
      }),
    missing: z
      .enum(['report', 'fail'])
      .default('report')
      .meta({
        description:
          'A person without a user in Genesys Cloud: tell it and go on (report), or stop the run (fail).',
        examples: ['report'],
      }),
  })
  .meta({ description: 'How people of the sources are linked to users of Genesys Cloud.' });
