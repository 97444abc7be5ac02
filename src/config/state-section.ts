import { z } from 'zod';

/** `state:` — where the command line keeps journal and ledger. */
export const stateSection = z
  .strictObject({
    dir: z
      .string()
      .min(1)
      .default('.muster')
      .meta({
        description:
          'Directory of journal and ledger, relative to the config file. Keep it: it says what is ours.',
        examples: ['.muster'],
      }),
  })
  .meta({ description: 'Where muster keeps what it must remember.' });
