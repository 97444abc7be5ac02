import { z } from 'zod';

/** Limited information (a right that is missing) gives null; an older or smaller object may leave a property out. */
const text = z.string().nullish();

export const groupRecord = z.looseObject({
  id: z.string().min(1),
  displayName: text,
  mail: text,
  mailNickname: text,
  onPremisesSamAccountName: text,
  /** `HiddenMembership` needs a right of its own. */
  visibility: text,
});
export type GroupRecord = z.output<typeof groupRecord>;

/** A member of any type, which `@odata.type` tells; of a group in a group all that is needed comes along. */
export const memberRecord = groupRecord.extend({ '@odata.type': z.string().optional() });
export type MemberRecord = z.output<typeof memberRecord>;

/** What a change says of one group. The annotation `@removed` may stand on the group or on a member. */
export const deltaEntry = groupRecord.extend({
  '@removed': z.looseObject({ reason: z.string().optional() }).optional(),
  'members@delta': z.array(memberRecord.extend({ '@removed': z.looseObject({}).optional() })).optional(),
});
export type DeltaEntry = z.output<typeof deltaEntry>;

/** A page of anything. `@odata.count` comes with advanced queries, on the first page at least. */
export const pageOf = <Item>(item: z.ZodType<Item>) =>
  z.looseObject({
    value: z.array(item),
    '@odata.nextLink': z.string().optional(),
    '@odata.deltaLink': z.string().optional(),
    '@odata.count': z.number().optional(),
  });

export const batchAnswer = z.looseObject({
  responses: z.array(
    z.looseObject({
      id: z.string(),
      status: z.number(),
      headers: z.record(z.string(), z.string()).nullish(),
      body: z.unknown(),
    }),
  ),
});

export const errorBody = z.looseObject({
  error: z.looseObject({
    code: text,
    message: text,
    innerError: z.looseObject({ 'request-id': text }).nullish(),
  }),
});

/** A list of people alone leaves the type out. */
export const userType = '#microsoft.graph.user';

/** `#microsoft.graph.user` → `user`; undefined where the server does not tell. */
export const typeOf = (record: MemberRecord): string | undefined =>
  record['@odata.type']?.split('.').at(-1) || undefined;

/** Value of a property path, e.g. `onPremisesExtensionAttributes/extensionAttribute5`, as texts. */
export function textsAt(record: Readonly<Record<string, unknown>>, path: string): string[] {
  let value: unknown = record;
  for (const part of path.split('/')) {
    if (typeof value !== 'object' || value === null) return [];
    value = (value as Record<string, unknown>)[part];
  }
  const values = Array.isArray(value) ? value : [value];
  return values
    .flatMap(each =>
      typeof each === 'string' || typeof each === 'number' || typeof each === 'boolean' ? [String(each)] : [],
    )
    .filter(each => each.trim() !== '');
}

/** What is asked of a group: names to select by, and whether its members are hidden. */
export const groupProperties = [
  'id',
  'displayName',
  'mail',
  'mailNickname',
  'onPremisesSamAccountName',
  'visibility',
] as const;
