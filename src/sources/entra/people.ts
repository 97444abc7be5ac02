import { collectWhatComes } from '../../http/pages.ts';
import { readAll } from './batch.ts';
import { clauseOf } from './failures.ts';
import { failed, type Graph, settle } from './graph.ts';
import { personProperties } from './members.ts';
import type { EntraOptions } from './options.ts';
import { mostClauses, quoted } from './queries.ts';
import { type MemberRecord, memberRecord, userType } from './wire.ts';

export interface FoundPeople {
  readonly records: ReadonlyMap<string, MemberRecord>;
  /** Ids that could not be looked up, with the reason. What is in neither map is not there any more. */
  readonly failures: ReadonlyMap<string, string>;
}

/**
 * People by id, as they are now: a delta of groups tells who is a member and nothing about them. Fifteen in a
 * request and twenty requests in a batch; `directoryObjects/getByIds` would take a thousand, and leaves out
 * `accountEnabled`.
 */
export async function readPeople(
  graph: Graph,
  options: EntraOptions,
  ids: readonly string[],
): Promise<FoundPeople> {
  const records = new Map<string, MemberRecord>();
  const failures = new Map<string, string>();
  const chunks = Array.from({ length: Math.ceil(ids.length / mostClauses) }, (_, at) =>
    ids.slice(at * mostClauses, (at + 1) * mostClauses),
  );
  const select = personProperties(options).join(',');
  const asks = chunks.map(chunk => ({
    url: `${graph.root}/users?$filter=${encodeURIComponent(`id in (${chunk.map(quoted).join(',')})`)}&$select=${select}`,
    route: 'GET /users',
    subject: 'people by id',
  }));
  const firsts = await readAll(graph, asks);
  for (const [at, first] of firsts.entries()) {
    if (failed(first) && first.status === 403) {
      // What a list of members would show of them without the right: that they are there.
      for (const id of chunks[at]!) records.set(id, { '@odata.type': userType, id });
      continue;
    }
    const rest = failed(first)
      ? first
      : await settle(graph, collectWhatComes(graph.pages(asks[at]!, memberRecord, first), graph.signal));
    const why = failed(rest) ? clauseOf(rest) : rest.evidence.reasons.join('; ');
    for (const record of failed(rest) ? [] : rest.items) {
      records.set(record.id, { '@odata.type': userType, ...record });
    }
    if (why === '') continue;
    for (const id of chunks[at]!) if (!records.has(id)) failures.set(id, why);
  }
  return { records, failures };
}
