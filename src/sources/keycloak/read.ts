import type { Log } from '../../log.ts';
import {
  type Directory,
  type DirectoryGroup,
  incompleteEvidence,
  type Person,
} from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf } from '../directory-of.ts';
import { readEach, throwIfAllFailed } from '../read-each.ts';
import type { Scope } from '../source.ts';
import { type KeycloakApi, nameOf } from './client.ts';
import { listGroups } from './list-groups.ts';
import { groupOf, isServiceAccount, personOf } from './map.ts';
import { attributeNames, type KeycloakOptions } from './options.ts';
import { readWhole } from './whole.ts';
import type { UserRow } from './wire.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: KeycloakOptions;
  readonly api: KeycloakApi;
  readonly scope: Scope;
  readonly readAt: string;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups with what is below them, then reads who is in each. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, api, scope, readAt, log, signal } = job;
  const { includeSubgroups, concurrency: width } = options;
  const listed = await listGroups({ api, scope, includeSubgroups, readAt, width, signal });
  const nodes = [...listed.groups.values()];
  const people = new Map<string, Person>();
  const shown = new Set<string>();
  let done = 0;

  const gather = (users: readonly UserRow[]) => {
    for (const user of users) {
      if (isServiceAccount(user)) continue;
      people.set(user.id, personOf(user, source, options));
      for (const name of Object.keys(user.attributes ?? {})) shown.add(name);
    }
  };

  const attempts = await readEach(nodes, { width, signal }, async (node): Promise<DirectoryGroup> => {
    const walk = () => api.members(node.row);
    const { items, evidence } = await readWhole({ walk, what: 'members', signal });
    gather(items);
    done += 1;
    job.progress(done, people.size);
    return groupOf(node, items, { ...evidence, readAt });
  });
  throwIfAllFailed(attempts);
  const groups = attempts.map((attempt, at) => {
    if ('result' in attempt) return attempt.result;
    const node = nodes[at]!;
    const { message } = attempt.error;
    log.warn('keycloak.members-unread', { group: nameOf(node.row), because: message });
    return groupOf(node, [], incompleteEvidence(readAt, 0, message));
  });
  signal.throwIfAborted();
  return directoryOf({
    source,
    groups,
    people: [...people.values()],
    evidence: listed.evidence,
    notes: people.size > 0 ? attributeNotes(source, options, shown) : [],
  });
}

/**
 * Keycloak shows no attribute that the user profile of the realm does not know, and does not say that it left one out
 * (seen with 26.7.4).
 */
function attributeNotes(
  source: SourceId,
  { attributes }: KeycloakOptions,
  shown: ReadonlySet<string>,
): Note[] {
  return attributeNames(attributes)
    .filter(name => !shown.has(name))
    .map(name => ({
      code: 'source.note',
      level: 'warning',
      subject: source,
      text: `Nobody who was read has the attribute "${name}".`,
      remedy:
        'Check its spelling, and that the user profile of the realm has it or lets unmanaged attributes be seen (Realm settings).',
    }));
}
