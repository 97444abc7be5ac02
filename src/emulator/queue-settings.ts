import { isUuid } from '../model/keys.ts';
import { refuse } from './answer.ts';
import { invalidId, objectsIn } from './call.ts';
import { type Db, type QueueRow, ringsOf } from './db.ts';

/** Fields that the server owns: never taken from a body (API reference §3.2). */
const serverOwned = new Set([
  'id',
  'name',
  'division',
  'memberCount',
  'userMemberCount',
  'joinedMemberCount',
  'selfUri',
  'dateCreated',
  'dateModified',
  'createdBy',
  'modifiedBy',
  'sourceQueueId',
]);

const media = (seconds: number) => ({
  alertingTimeoutSeconds: 30,
  enableAutoAnswer: false,
  serviceLevel: { percentage: 0.8, durationMs: seconds * 1000 },
});

/** What a queue has where nobody said anything; a PUT that leaves a field out brings this back (§3.3). */
export const queueDefaults = (): Record<string, unknown> => ({
  mediaSettings: {
    call: media(20),
    callback: media(20),
    chat: media(20),
    email: media(86_400),
    message: media(20),
  },
  acwSettings: { wrapupPrompt: 'MANDATORY_TIMEOUT', timeoutMs: 300_000 },
  skillEvaluationMethod: 'ALL',
  scoringMethod: 'TimestampAndPriority',
  autoAnswerOnly: true,
  enableTranscription: false,
  enableAudioMonitoring: false,
  enableManualAssignment: false,
  suppressInQueueCallRecording: true,
});

/** The settings that a body asks for. Whatever it does not mention is reset; unknown fields are kept as sent. */
export function settingsFrom(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const settings = queueDefaults();
  for (const [name, value] of Object.entries(body)) {
    if (serverOwned.has(name)) continue;
    if (value === null) delete settings[name];
    else settings[name] = structuredClone(value);
  }
  if (settings.memberGroups !== undefined) settings.memberGroups = bareGroups(settings.memberGroups);
  const noRing = () => refuse(400, 'invalid.value', 'A bullseye ring must be an object.');
  for (const ring of objectsIn(ringsOf(settings), noRing)) {
    if (ring.memberGroups !== undefined) ring.memberGroups = bareGroups(ring.memberGroups);
  }
  return settings;
}

/** The array has unique items, and all but `id` and `type` is the server's to tell. */
function bareGroups(list: unknown): { id: string; type: string }[] {
  if (!Array.isArray(list)) throw refuse(400, 'invalid.value', 'memberGroups must be a list.');
  const found = new Map<string, { id: string; type: string }>();
  for (const item of list) {
    const id = String(item?.id ?? '');
    const type = String(item?.type ?? 'GROUP');
    if (!isUuid(id)) throw invalidId(id);
    if (!['GROUP', 'TEAM', 'SKILLGROUP'].includes(type)) {
      throw refuse(400, 'invalid.type', 'The member group type {type} is not valid.', { type });
    }
    found.set(`${type} ${id.toLowerCase()}`, { id: id.toLowerCase(), type });
  }
  return [...found.values()];
}

/** The name rules: required, no `*`, unique without case (§3.1, §3.3). */
export function checkName(db: Db, name: unknown, own?: QueueRow): string {
  if (typeof name !== 'string' || name.trim() === '' || name.includes('*')) {
    throw refuse(400, 'invalid.name', 'The queue name {name} is not valid.', { name: String(name ?? '') });
  }
  if (db.queues.by('name', name).some(other => other.id !== own?.id)) {
    throw refuse(400, 'duplicate.name', 'A queue with the name {name} exists already.', { name });
  }
  return name;
}

/** The rules about groups and rings; `before` is the queue that a PUT replaces. */
export function checkSettings(db: Db, settings: Readonly<Record<string, unknown>>, before?: QueueRow): void {
  const rings = ringsOf(settings);
  if (rings.length > 6) throw refuse(400, 'invalid.value', 'A queue has at most 6 bullseye rings.');
  const lists = [
    settings.memberGroups,
    ...rings.map(ring => ring.memberGroups),
    ...rulesOf(settings.conditionalGroupRouting).map(rule => rule.groups),
    ...rulesOf(settings.conditionalGroupActivation).map(rule => rule.groups),
  ];
  for (const list of lists) {
    for (const entry of Array.isArray(list) ? list : []) {
      // Teams and skill groups are not part of this emulator; their ids are taken on trust.
      if (entry?.type === 'TEAM' || entry?.type === 'SKILLGROUP') continue;
      const id = String(entry?.id);
      if (db.groups.get(id)) continue;
      throw refuse(400, 'resource.not.found', 'The group {id} was not found.', { id }, { entityId: id });
    }
  }
  const routing = rulesOf(settings.conditionalGroupRouting);
  // An echo-back trap of the API (§3.3): what it answers in the first rule, it refuses there.
  if (routing[0]?.queue !== undefined) {
    throw refuse(400, 'invalid.rule', 'The first conditional group routing rule must not name a queue.');
  }
  if (routing.length > 5) throw refuse(400, 'invalid.rule', 'At most 5 conditional group routing rules.');
  if (before) checkDroppedRings(before, rings.length);
}

/** A ring cannot go while somebody serves it: groups are cleared in one PUT, the ring goes in the next (§3.2). */
function checkDroppedRings(before: QueueRow, kept: number): void {
  const dropped = ringsOf(before.settings).slice(kept);
  const hasGroups = dropped.some(ring => Array.isArray(ring.memberGroups) && ring.memberGroups.length > 0);
  const hasPeople =
    dropped.length > 0 && kept > 0 && [...before.direct.values()].some(row => row.ring > kept);
  if (hasGroups || hasPeople) {
    throw refuse(400, 'queue.ring.has.members', 'A bullseye ring that has members cannot be removed.');
  }
}

const rulesOf = (section: unknown) =>
  objectsIn((section as { rules?: unknown } | null | undefined)?.rules, () =>
    refuse(400, 'invalid.rule', 'A rule must be an object.'),
  );
