import { z } from 'zod';

/**
 * Ids of sources stand before a colon in the keys of groups and people and before a dot in the ids of mappings, so
 * neither may be in them.
 */
export const sourceId = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/u);

/**
 * `sources:` — identity providers by an id of the user's choice. What a source may hold besides its kind is said by
 * the kind itself (`src/sources/registry.ts`), so it is open here.
 */
export const sourcesSection = z
  .record(
    sourceId,
    z.looseObject({
      kind: z.string().meta({ description: 'Kind of identity provider.', examples: ['ldap'] }),
    }),
  )
  .meta({ description: 'Identity providers by an id of your choice; mappings name them in "from".' });
