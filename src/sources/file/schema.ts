import { z } from 'zod';
import { statuses } from './options.ts';

/** YAML reads 007 as the number 7 and no as false, so texts that look like something else must be quoted. */
const text = z
  .string({
    error: issue =>
      issue.input === undefined
        ? 'is missing'
        : `is a ${typeof issue.input}; write it in quotes to make it a text`,
  })
  .trim()
  .min(1, 'must not be empty');

/** No more than that: what stands in a directory as an address is one, and a name beside it is not part of it. */
export const isAddress = (value: string): boolean => /^[^\s@,;<>]+@[^\s@,;<>]+$/u.test(value);

const email = text.refine(isAddress, 'is no mail address');

export const personShape = z
  .strictObject({
    id: text.optional(),
    name: text.optional(),
    email: email.optional(),
    emails: z.array(email).optional(),
    userName: text.optional(),
    externalId: text.optional(),
    userId: text.optional(),
    status: z.enum(statuses).optional(),
  })
  .superRefine((person, context) => {
    const emails = person.emails ?? (person.email === undefined ? [] : [person.email]);
    if (person.email !== undefined && person.emails !== undefined)
      context.addIssue({
        code: 'custom',
        message: 'has both "email" and "emails"; write all addresses in "emails"',
      });
    else if (person.id === undefined && person.userName === undefined && emails.length === 0)
      context.addIssue({ code: 'custom', message: 'has neither "id" nor "email" nor "userName"' });
  });

export const groupShape = z.strictObject({
  id: text.optional(),
  name: text,
  aliases: z.array(text).default([]),
  members: z.array(text).default([]),
  groups: z.array(text).default([]),
});

/** One entry of a list: of JSON Lines, or of a file whose top is a list. */
export const entryShape = z
  .strictObject({ person: personShape.optional(), group: groupShape.optional() })
  .refine(entry => (entry.person === undefined) !== (entry.group === undefined), {
    message: 'must be { "person": … } or { "group": … }',
  });

export const fileShape = z.strictObject({
  people: z.array(personShape).nullish(),
  groups: z.array(groupShape).nullish(),
});

export type PersonShape = z.output<typeof personShape>;
export type GroupShape = z.output<typeof groupShape>;
