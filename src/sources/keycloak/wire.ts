import { z } from 'zod';

/** What is read of a group. The long form has more, among it roles that are no business of ours. */
export const groupRow = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** `/CC/Support`. */
  path: z.string().nullish(),
  /** From version 23 on, though not in every answer (keycloak/keycloak issue 31410). */
  subGroupCount: z.int().nonnegative().nullish(),
  /** Up to version 22 all that is below; from 23 on empty but for the hits of a search. */
  get subGroups() {
    return z.array(groupRow).nullish();
  },
});

/** What is read of a user; `attributes` is in the long form alone. */
export const userRow = z.object({
  id: z.string().min(1),
  username: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  email: z.string().nullish(),
  enabled: z.boolean().nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
});

export const countRow = z.object({ count: z.int().nonnegative() });

/** Shown to accounts of the realm `master`, and by old versions to everybody. */
export const serverRow = z.object({
  systemInfo: z.object({ version: z.string().optional() }).nullish(),
});

/** Keycloak says what went wrong in one of two ways. */
export const errorRow = z.object({
  error: z.string().optional(),
  error_description: z.string().optional(),
  errorMessage: z.string().optional(),
});

export type GroupRow = z.output<typeof groupRow>;
export type UserRow = z.output<typeof userRow>;
