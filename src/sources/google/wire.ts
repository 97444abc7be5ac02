import { z } from 'zod';

/**
 * `kind` is asked for and checked in every list: an empty list has no other key, so without it `{}` from anybody
 * would read as "there is nothing".
 */
const page = <Kind extends string, Key extends string, Item extends z.ZodType>(
  kind: Kind,
  key: Key,
  item: Item,
) =>
  z
    .object({ kind: z.literal(kind), nextPageToken: z.string().optional() })
    .and(z.object({ [key]: z.array(item).optional() } as Record<Key, z.ZodOptional<z.ZodArray<Item>>>));

export const googleGroup = z.object({
  id: z.string().min(1),
  email: z.string().min(1),
  name: z.string().default(''),
  /** A number, written as a text. A check on the side: one that cannot be read must not lose the page. */
  directMembersCount: z.coerce.number().int().nonnegative().optional().catch(undefined),
  aliases: z.array(z.string()).default([]),
  nonEditableAliases: z.array(z.string()).default([]),
});

export const googleMember = z.object({
  id: z.string().min(1),
  /** Missing for `CUSTOMER`, which is everybody in the account. */
  email: z.string().optional(),
  type: z.string(),
  status: z.string().optional(),
});

export const googleUser = z.looseObject({
  id: z.string().min(1),
  primaryEmail: z.string().min(1),
  suspended: z.boolean().optional(),
  archived: z.boolean().optional(),
  aliases: z.array(z.string()).default([]),
});

export const groupsPage = page('admin#directory#groups', 'groups', googleGroup);
export const membersPage = page('admin#directory#members', 'members', googleMember);
export const usersPage = page('admin#directory#users', 'users', googleUser);

export const googleError = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().optional(),
    errors: z
      .array(z.object({ reason: z.string().default(''), message: z.string().default('') }))
      .default([]),
    details: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});

export type GoogleGroup = z.output<typeof googleGroup>;
export type GoogleMember = z.output<typeof googleMember>;
export type GoogleUser = z.output<typeof googleUser>;
