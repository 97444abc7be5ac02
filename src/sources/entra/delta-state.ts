import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { GroupGraph } from './delta-graph.ts';
import { groupRecord } from './wire.ts';

/** Where a read left off: the groups as they were then, and the link that tells what has changed since. */
export interface DeltaState {
  readonly graph: GroupGraph;
  readonly deltaLink: string;
  readonly savedAt: string;
}

/** A state is worth something only for the directory and the properties that it was made from. */
export interface StateKey {
  readonly root: string;
  readonly identity: string;
  readonly properties: string;
}

const version = 1;

const stateFile = z.object({
  version: z.literal(version),
  root: z.string(),
  identity: z.string(),
  properties: z.string(),
  deltaLink: z.string(),
  savedAt: z.string(),
  groups: z.array(
    z.object({
      record: groupRecord,
      /** Ids by type: shorter than a type beside each id. */
      members: z.record(z.string(), z.array(z.string())),
      removed: z.boolean(),
      doubtful: z.boolean(),
    }),
  ),
});

/**
 * The state in this file; `why` tells why there is none that can be used. It is only a short cut: without it
 * everything is read anew, so nothing here is an error.
 */
export async function loadState(
  file: string,
  key: StateKey,
): Promise<{ readonly state?: DeltaState; readonly why: string }> {
  let raw: unknown;
  try {
    raw = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { why: missing ? 'nothing is remembered yet' : 'what was remembered cannot be read' };
  }
  const parsed = stateFile.safeParse(raw);
  if (!parsed.success) return { why: 'what was remembered is of another version or damaged' };
  const { data } = parsed;
  if (data.root !== key.root || data.identity !== key.identity || data.properties !== key.properties) {
    return { why: 'what was remembered is of another tenant, application or version' };
  }
  // The token goes where the link points.
  if (URL.parse(data.deltaLink)?.origin !== new URL(key.root).origin) {
    return { why: 'what was remembered points to another server' };
  }
  const graph: GroupGraph = new Map(
    data.groups.map(({ record, members, removed, doubtful }) => {
      const typed = Object.entries(members).flatMap(([type, ids]) => ids.map(id => [id, type] as const));
      return [record.id, { record, members: new Map(typed), removed, doubtful }];
    }),
  );
  return { state: { graph, deltaLink: data.deltaLink, savedAt: data.savedAt }, why: '' };
}

/** Puts the state in place of the old one at once: a crash leaves the one or the other, whole. */
export async function saveState(file: string, key: StateKey, state: DeltaState): Promise<void> {
  const groups = [...state.graph.values()].map(({ record, members, removed, doubtful }) => {
    const byType = Map.groupBy([...members.keys()], id => members.get(id)!);
    return { record, members: Object.fromEntries(byType), removed, doubtful };
  });
  const { deltaLink, savedAt } = state;
  const text = JSON.stringify({ version, ...key, savedAt, deltaLink, groups });
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    // Group names and ids of people: for the owner's eyes.
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(text);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
