import type { SearchEntry } from 'ldapts';
import type { Entry } from '../entries/entry.ts';

/**
 * The bytes are taken from the parser as they stood on the wire: its decoded values are strings or buffers
 * depending on whether the bytes happen to be UTF-8, and an `objectGUID` sometimes is.
 */
export function entryOf(found: SearchEntry): Entry {
  const attributes = new Map<string, readonly Buffer[]>();
  for (const attribute of found.attributes)
    attributes.set(attribute.type.toLowerCase(), attribute.parsedBuffers);
  return { dn: found.name, attributes };
}
