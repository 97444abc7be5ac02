/**
 * The names by which things are told apart. Every one is a string on the wire and in the state files, so each is an
 * alias and not a brand: what they cost in ceremony they would not give back in mistakes found.
 */

/** Id of a configured source, e.g. `corp`. */
export type SourceId = string;
/** A group of a source: `<source>:<immutable id in the source>`. Never a name: names change. */
export type GroupKey = string;
/** A person of a source: `<source>:<immutable id in the source>`. */
export type PersonKey = string;
/** Position-free id of a mapping; stable while the mapping's own text is. */
export type MappingId = string;
/** UUID of a Genesys Cloud routing queue. */
export type QueueId = string;
/** UUID of a Genesys Cloud user. */
export type UserId = string;
/** UUID of a Genesys Cloud group; the same entity under `/api/v2/groups` and SCIM. */
export type GroupId = string;

export const keyOf = (source: SourceId, id: string): string => `${source}:${id}`;

/** UUID in any version and case, as the API accepts it. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
