import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { MusterError } from '../errors.ts';

/** A reference to a person or thing by id, name, or (people) e-mail. */
const reference = z.string().min(1);

const memberGroup = z.union([
  reference,
  z.strictObject({ group: reference }),
  z.strictObject({ id: z.uuid(), type: z.enum(['GROUP', 'TEAM', 'SKILLGROUP']) }),
]);

const user = z.strictObject({
  id: z.string().min(1).optional(),
  name: z.string().min(1),
  email: z.string().min(3),
  state: z.enum(['active', 'inactive', 'deleted']).default('active'),
  division: reference.optional(),
  department: z.string().optional(),
  title: z.string().optional(),
  employeeNumber: z.string().optional(),
  manager: reference.optional(),
  externalId: z.string().optional(),
  externalIds: z.array(z.strictObject({ authority: z.string(), value: z.string() })).default([]),
});

const group = z.strictObject({
  id: z.uuid().optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  type: z.enum(['official', 'social']).default('official'),
  visibility: z.enum(['public', 'owners', 'members']).default('public'),
  externalId: z.string().optional(),
  version: z.int().min(1).default(1),
  members: z.array(reference).default([]),
  owners: z.array(reference).default([]),
  includeOwners: z.boolean().default(false),
  /** People whom a rule brings; makes the group a dynamic one. */
  ruleMembers: z.array(reference).optional(),
  /** The documented contract's `routingQueueIds`, by name or id. */
  queues: z.array(reference).default([]),
});

const queue = z.strictObject({
  id: z.uuid().optional(),
  name: z.string().min(1),
  division: reference.optional(),
  members: z
    .array(
      z.union([
        reference,
        z.strictObject({
          user: reference,
          ring: z.int().min(1).max(6).default(1),
          joined: z.boolean().optional(),
        }),
      ]),
    )
    .default([]),
  memberGroups: z.array(memberGroup).default([]),
  /** Bullseye rings from the first, each with the groups that serve it. */
  rings: z.array(z.strictObject({ memberGroups: z.array(memberGroup).default([]) })).optional(),
  /** Every other field of a queue, as the API has it. */
  settings: z.record(z.string(), z.unknown()).default({}),
});

const client = z.strictObject({
  id: z.string().min(1),
  secret: z.string().min(1),
  name: z.string().optional(),
  permissions: z.array(z.string()).default(['*']),
  /** Division names or ids; `*` is every division. */
  divisions: z.array(reference).default(['*']),
  /** Roles that differ by division, beside the two fields above. */
  grants: z
    .array(z.strictObject({ permissions: z.array(z.string()), divisions: z.array(reference) }))
    .default([]),
  /** Audits name this user in the place of the client, as for somebody at the administrator's desk. */
  actsFor: reference.optional(),
  tokenSeconds: z.number().positive().optional(),
});

export const seedSchema = z.strictObject({
  organization: z.strictObject({ id: z.uuid().optional(), name: z.string() }).default({ name: 'Example' }),
  /** The first one is the home division. */
  divisions: z.array(z.string().min(1)).min(1).default(['Home']),
  clients: z.array(client).default([]),
  users: z.array(user).default([]),
  groups: z.array(group).default([]),
  queues: z.array(queue).default([]),
});

/** A tenant as it is written down: names where the API has ids, and most fields left out. */
export type SeedInput = z.input<typeof seedSchema>;
export type Seed = z.output<typeof seedSchema>;

/** Checks a seed; `config.invalid` names every mistake with its place in the document. */
export function parseSeed(input: unknown, subject = 'seed'): Seed {
  const result = seedSchema.safeParse(input ?? {});
  if (result.success) return result.data;
  const mistakes = result.error.issues.map(issue => `${issue.path.join('.') || '(top)'}: ${issue.message}`);
  throw new MusterError('config.invalid', {
    happened: `The seed of the emulator has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}: ${mistakes.join('; ')}.`,
    subject,
    remedy: 'Correct the named fields; docs/emulator-differences.md shows a seed.',
  });
}

/** Reads a tenant from a JSON or YAML file. */
export async function loadSeed(path: string): Promise<Seed> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new MusterError('config.not-found', {
      happened: 'The seed file of the emulator could not be read.',
      subject: path,
      remedy: 'Give the path of a JSON or YAML file that exists and may be read.',
      cause,
    });
  }
  let document: unknown;
  try {
    document = parse(text);
  } catch (cause) {
    throw new MusterError('config.invalid', {
      happened: `The seed file is neither JSON nor YAML: ${cause instanceof Error ? cause.message : String(cause)}`,
      subject: path,
      remedy: 'Correct the syntax at the named line.',
      cause,
    });
  }
  return parseSeed(document, path);
}
