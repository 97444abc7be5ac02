import type { Directory, Person } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { GoogleApi } from './client.ts';
import { listGroups } from './list-groups.ts';
import { groupOf } from './map.ts';
import type { GoogleOptions } from './options.ts';
import { nobodyRead, type PeopleRead, readPeople } from './people.ts';
import { type WalkedGroup, walk } from './walk.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: GoogleOptions;
  readonly api: GoogleApi;
  readonly scope: Scope;
  readonly readAt: string;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, walks down from the selected ones, looks up the people, then puts it together in one pure step. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const { source, options, api, scope, readAt, signal, progress } = job;
  const listed = await listGroups(api, scope, readAt, signal);
  const walked = await walk(listed.selected, { api, options, known: listed.known, signal, progress });
  const people = await peopleBehind(walked, job);
  signal.throwIfAborted();
  const facts = { source, options, people, readAt };
  const mapped = [...walked.values()].map(group => groupOf(group, facts));
  const byId = new Map<string, Person>(
    mapped.flatMap(each => each.people.map(person => [person.id, person])),
  );
  progress(mapped.length, byId.size);
  return directoryOf({
    source,
    groups: mapped.map(({ group }) => group),
    people: [...byId.values()],
    evidence: listed.evidence,
    notes: people.doubts.map(doubt => unreadPeople(source, doubt)),
  });
}

async function peopleBehind(
  walked: ReadonlyMap<string, WalkedGroup>,
  { options, api, signal }: ReadJob,
): Promise<PeopleRead> {
  if (!options.readUsers) return nobodyRead;
  const ids = [...walked.values()].flatMap(({ members }) =>
    members.filter(({ type }) => type === 'USER').map(({ id }) => id),
  );
  return readPeople(new Set(ids), api, { width: options.concurrency, signal });
}

const unreadPeople = (source: SourceId, doubt: string): Note => ({
  code: 'source.note',
  level: 'warning',
  subject: source,
  text: `Names and aliases of some people could not be read, so only the address in the group is known of them. ${doubt}`,
  remedy:
    'Let the account read users (scope admin.directory.user.readonly), or set "readUsers: false" if the addresses are enough.',
});
