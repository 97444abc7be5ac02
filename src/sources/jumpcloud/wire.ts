import { z } from 'zod';

interface Identified {
  readonly id: string;
  readonly [field: string]: unknown;
}

/** API v1 calls it `_id`, v2 `id`; v1 sends both. */
const identified = z
  .looseObject({ id: z.string().min(1).optional(), _id: z.string().min(1).optional() })
  .transform((value, context): Identified => {
    const id = value.id ?? value._id;
    if (id !== undefined) return { ...value, id };
    context.addIssue({ code: 'custom', message: 'has no id' });
    return z.NEVER;
  });

export const jumpcloudGroup = z.object({ id: z.string().min(1), name: z.string() });

/** What is on the other end of a membership: `user`, and whatever else the graph of JumpCloud knows. */
export const jumpcloudMember = z
  .object({ to: z.object({ id: z.string().min(1), type: z.string() }) })
  .transform(({ to }) => to);

/** A system user with whatever fields it has. */
export const jumpcloudUser = identified;

export const userList = z.object({
  totalCount: z.number().int().nonnegative(),
  results: z.array(jumpcloudUser),
});

export const jumpcloudError = z.object({
  message: z.string().optional(),
  error: z.string().optional(),
});

export type JumpcloudGroup = z.output<typeof jumpcloudGroup>;
export type JumpcloudMember = z.output<typeof jumpcloudMember>;
export type JumpcloudUser = z.output<typeof jumpcloudUser>;
