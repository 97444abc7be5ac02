import { z } from 'zod';
import { numberOf } from '../http/exact-json.ts';

/**
 * What the target says, as far as we read it; parsed once at the border. Everything is loose (unknown fields pass)
 * and nearly everything optional, because the public definition marks hardly anything as required. Evidence:
 * the vendor's public API definition, by the names given here, and the API reference's sections.
 */

const text = z.string();
const count = z.coerce.number();
/** Of something that is read to be written back. */
const exactCount = z.preprocess(numberOf, count);

/** `MemberGroup`, §3.2. */
export const memberGroup = z.looseObject({
  id: text,
  type: text.default('GROUP'),
  name: text.optional(),
  memberCount: exactCount.optional(),
});

const groupList = z.array(memberGroup).nullish();

/** Groups that a rule of a queue names. They go back in a PUT as they came, so nothing is added to them or read into them. */
const ruleList = z.array(z.looseObject({ groups: z.array(z.looseObject({ id: text })).nullish() })).nullish();

/** `Queue`, §3.2. The raw object is kept beside this for the read-modify-write. */
export const queue = z.looseObject({
  id: text,
  name: text,
  memberCount: exactCount.nullish(),
  userMemberCount: exactCount.nullish(),
  joinedMemberCount: exactCount.nullish(),
  memberGroups: groupList,
  bullseye: z.looseObject({ rings: z.array(z.looseObject({ memberGroups: groupList })).nullish() }).nullish(),
  conditionalGroupRouting: z.looseObject({ rules: ruleList }).nullish(),
  conditionalGroupActivation: z.looseObject({ rules: ruleList }).nullish(),
});
export type WireQueue = z.infer<typeof queue>;

/** `QueueMember`, §3.4. */
export const queueMember = z.looseObject({
  id: text,
  name: text.nullish(),
  memberBy: text.nullish(),
  joined: z.boolean().nullish(),
  ringNumber: count.nullish(),
});
export type WireQueueMember = z.infer<typeof queueMember>;

/** `Group` of `/api/v2/groups`, §4. */
export const group = z.looseObject({
  id: text,
  name: text,
  state: text.nullish(),
  version: exactCount.nullish(),
  dateModified: text.nullish(),
  memberCount: exactCount.nullish(),
  owners: z.array(z.looseObject({ id: text })).nullish(),
});
export type WireGroup = z.infer<typeof group>;

const scimMeta = z
  .looseObject({ version: z.union([text, z.number()]).nullish(), lastModified: text.nullish() })
  .nullish();

/** As much of a SCIM group as a listing cut down to `id` and `meta` gives (§2.3). */
export const scimGroupHead = z.looseObject({ id: text, meta: scimMeta });
export type WireScimGroupHead = z.infer<typeof scimGroupHead>;

/** `ScimV2Group`, §2.2, with the documented contract's `routingQueueIds` (claims 22 to 25). */
export const scimGroup = z.looseObject({
  id: text,
  displayName: text,
  externalId: text.nullish(),
  members: z.array(z.looseObject({ value: text, type: text.nullish() })).nullish(),
  routingQueueIds: z.array(text).nullish(),
  meta: scimMeta,
});
export type WireScimGroup = z.infer<typeof scimGroup>;

/** `User`, §5. */
export const user = z.looseObject({
  id: text,
  name: text.nullish(),
  email: text.nullish(),
  username: text.nullish(),
  state: text.nullish(),
  /** Only where `expand` asks for them. */
  groups: z.array(z.looseObject({ id: text.nullish(), type: text.nullish() })).nullish(),
});

/** `ScimV2SchemaListResponse`; only the ids matter. */
export const schemaList = z.looseObject({ Resources: z.array(z.looseObject({ id: text })).nullish() });

/** `TokenInfo`, §1.5. */
export const tokenInfo = z.looseObject({
  organization: z.looseObject({ id: text.nullish(), name: text.nullish() }).nullish(),
  OAuthClient: z.looseObject({ id: text.nullish(), name: text.nullish() }).nullish(),
});

/** `ErrorBody` (§7) and `ScimError` (§2.6) in one: the two are told apart by what is there. */
export const errorBody = z.looseObject({
  message: text.nullish(),
  code: text.nullish(),
  contextId: text.nullish(),
  messageParams: z.record(text, z.unknown()).nullish(),
  details: z.array(z.looseObject({ errorCode: text.nullish(), fieldName: text.nullish() })).nullish(),
  detail: text.nullish(),
  scimType: text.nullish(),
});
