import type { Directory, Evidence } from '../../model/directory.ts';
import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { directoryOf } from '../directory-of.ts';
import type { Scope } from '../source.ts';
import type { Graph } from './graph.ts';
import { listGroups } from './list-groups.ts';
import { type Related, relate, type Walked } from './map.ts';
import type { EntraOptions } from './options.ts';
import { walk } from './walk.ts';

export interface ReadJob {
  readonly source: SourceId;
  readonly options: EntraOptions;
  readonly graph: Graph;
  readonly scope: Scope;
  readonly readAt: string;
  readonly progress: (groups: number, people: number) => void;
}

/** Lists the groups, walks down from them, then relates records in one pure step. */
export async function readDirectory(job: ReadJob): Promise<Directory> {
  const listed = await listGroups(job.graph, job.options, job.scope, job.readAt);
  return assemble(job, await walk(listed.groups, job), listed.evidence);
}

/** The directory of what was read, with what people should know about it. */
export function assemble(
  { source, options, readAt }: ReadJob,
  walked: Walked,
  evidence: Evidence,
  notes: readonly Note[] = [],
): Directory {
  const related = relate(walked, source, options, readAt);
  const { groups, people } = related;
  return directoryOf({
    source,
    groups,
    people,
    evidence,
    notes: [...notes, ...rightsNotes(source, related)],
  });
}

function rightsNotes(source: SourceId, { veiled, hidden }: Related): Note[] {
  const notes: Note[] = [];
  if (veiled.members > 0) {
    notes.push({
      code: 'source.note',
      level: 'warning',
      subject: source,
      text: `${veiled.members} memberships in ${veiled.groups} groups came with nothing but an id: the application may see that somebody is there, not who.`,
      remedy: 'Give the application the application permission User.Read.All, and grant admin consent.',
    });
  }
  if (hidden.length > 0) {
    notes.push({
      code: 'source.note',
      level: 'warning',
      subject: source,
      text: `The membership of ${hidden.slice(0, 5).join(', ')}${hidden.length > 5 ? ', …' : ''} is hidden and came empty.`,
      remedy:
        'Give the application the application permission Member.Read.Hidden; if it has it, nobody is in there.',
    });
  }
  return notes;
}
