import { z } from 'zod';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';

const text = z.string();
const count = z.int().min(0);
const texts = z.array(text);
/** Each once, whoever wrote the file: such lists are counted and compared by their length. */
const userIds = texts.transform(ids => [...new Set(ids)]);

const evidence = z.strictObject({
  complete: z.boolean(),
  reasons: texts,
  pages: count,
  expected: count.optional(),
  readAt: text,
  lastGood: z.strictObject({ members: count, people: count, readAt: text }).optional(),
});

const note = z.strictObject({
  code: text,
  level: z.enum(['info', 'warning']),
  subject: text,
  text,
  remedy: text.optional(),
});

const directory = z.strictObject({
  source: text,
  groups: z.array(
    z.strictObject({
      id: text,
      name: text,
      aliases: texts,
      members: z.array(z.strictObject({ kind: z.enum(['person', 'group']), id: text })),
      skipped: z.array(z.strictObject({ type: text, count })),
      evidence,
    }),
  ),
  people: z.array(
    z.strictObject({
      key: text,
      id: text,
      name: text,
      userName: text.optional(),
      emails: texts,
      externalId: text.optional(),
      userId: text.optional(),
      status: z.enum(['active', 'suspended', 'deprovisioned', 'unknown']),
      attributes: z.record(text, texts).optional(),
    }),
  ),
  evidence,
  notes: z.array(note),
});

const contract = z.enum(['platform', 'scim-extension']);
const strategy = z.enum(['member-groups', 'direct-members', 'ring-groups', 'scim-extension']);

const queueGroups = z.array(
  z.strictObject({ id: text, type: text, name: text.optional(), memberCount: count.optional() }),
);

const tenant = z.strictObject({
  choice: z.strictObject({
    contract,
    by: z.enum(['configured', 'detected', 'switched']),
    reason: text,
  }),
  queues: z.array(
    z.strictObject({
      id: text,
      name: text,
      memberGroups: queueGroups,
      rings: z.array(z.strictObject({ number: count, memberGroups: queueGroups })),
      otherGroups: texts,
      memberCount: count.optional(),
      userMemberCount: count.optional(),
      joinedMemberCount: count.optional(),
      members: z
        .array(
          z.strictObject({
            user: text,
            name: text.optional(),
            by: z.enum(['user', 'group']),
            joined: z.boolean().optional(),
            ring: count.optional(),
          }),
        )
        .optional(),
    }),
  ),
  groups: z.array(
    z.strictObject({
      id: text,
      name: text,
      externalId: text.optional(),
      version: text.optional(),
      memberIds: userIds,
      dynamic: z.boolean(),
      routingQueueIds: texts.optional(),
    }),
  ),
  users: z.array(
    z.strictObject({
      id: text,
      name: text,
      email: text.optional(),
      userName: text.optional(),
      externalIds: texts.optional(),
      state: z.enum(['active', 'inactive', 'deleted']),
      groupCount: count.optional(),
    }),
  ),
  bystanders: z
    .array(z.strictObject({ id: text, memberIds: texts, routingQueueIds: texts.optional() }))
    .optional(),
  elsewhere: texts.optional(),
  budget: z.strictObject({ perMinute: z.number().positive() }),
  notes: z.array(note).optional(),
});

const edge = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('group'), group: text, key: text }),
  z.strictObject({ kind: z.literal('member'), group: text, user: text }),
  z.strictObject({
    kind: z.literal('attachment'),
    queue: text,
    group: text,
    how: strategy.exclude(['direct-members']),
    ring: count.optional(),
  }),
  z.strictObject({ kind: z.literal('queue-member'), queue: text, user: text }),
]);

/** What every version of the file has: enough to say which muster can read it. */
export const snapshotHeader = z.looseObject({
  kind: z.literal('muster.snapshot'),
  version: z.number(),
  writtenBy: text.optional(),
});

const owner = { mapping: text, key: text, person: text.optional() };

const selector = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['exact', 'glob']), text }),
  z.strictObject({ kind: z.literal('regex'), source: text, flags: text }),
]);

export const snapshotSchema = z.strictObject({
  kind: z.literal('muster.snapshot'),
  version: z.literal(1),
  writtenBy: text,
  takenAt: z.iso.datetime(),
  people: z.enum(['names', 'pseudonyms']),
  asked: z.strictObject({
    contract: z.enum(['auto', 'platform', 'scim-extension']),
    match: z.array(z.enum(['email', 'userName', 'externalId', 'id'])),
    groups: z.record(text, z.array(selector)),
    attributes: z.union([z.literal('all'), texts]),
    anchors: texts,
  }),
  directories: z.array(directory),
  tenant,
  groupNames: z.array(z.strictObject({ id: text, name: text })),
  protectedUsers: texts,
  ledger: z.array(
    z.strictObject({
      edge,
      state: z.enum(['claimed', 'owned', 'leaving']),
      ...owner,
      also: z.array(z.strictObject(owner)).optional(),
      run: text,
      at: text,
      again: count.optional(),
    }),
  ),
  seats: z.array(
    z.strictObject({
      queue: text,
      user: text,
      ring: count.optional(),
      joined: z.boolean().optional(),
      stays: z.literal(true).optional(),
      mapping: text,
      key: text,
      person: text.optional(),
      state: z.enum(['open', 'left']),
      run: text,
      write: count,
    }),
  ),
  partings: z.array(z.strictObject({ id: text, times: count, at: text })),
  mark: count,
});

type Read = z.output<typeof snapshotSchema>;

/** A note's code may be one of a later version: it is told, and nothing is decided by it. */
export const asSnapshot = (parsed: Read): WorldSnapshot => parsed as WorldSnapshot;

type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

/** Does not compile while a snapshot may hold a value, such as a new state of an edge, that could not be read again. */
export const readable = (snapshot: WorldSnapshot): Frozen<Read> => snapshot;
