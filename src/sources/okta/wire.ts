import { z } from 'zod';

/** What is read of a group. Fields beyond these come and go with the version of the API. */
export const oktaGroup = z.object({
  id: z.string().min(1),
  type: z.string().optional(),
  profile: z.object({ name: z.string() }),
  /** A check on the side: a count that cannot be read must not lose the page. */
  _embedded: z
    .object({ stats: z.object({ usersCount: z.number().int().nonnegative() }).optional() })
    .nullish()
    .catch(undefined),
});

/** What is read of a user. The profile holds whatever attributes the org has given it. */
export const oktaUser = z.object({
  id: z.string().min(1),
  status: z.string(),
  profile: z.record(z.string(), z.unknown()),
});

export const oktaError = z.object({
  errorCode: z.string(),
  errorSummary: z.string().default(''),
});

export type OktaGroup = z.output<typeof oktaGroup>;
export type OktaUser = z.output<typeof oktaUser>;
