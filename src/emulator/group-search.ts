import { type Answer, ok } from './answer.ts';
import type { Call } from './call.ts';
import { q64Body, readSearch, type SearchRequest, satisfies, searchPage } from './criteria.ts';
import type { GroupRow } from './db.ts';
import { groupView } from './group-view.ts';

/** The searchable fields of a group (§4). */
const fields = new Set(['id', 'name', 'description', 'state']);

/** `POST /groups/search`. A new group shows only after the index has caught up. */
export const searchGroups = (call: Call): Answer => search(call, readSearch(call, fields));

/** `GET /groups/search?q64=…`. */
export const searchGroupsAgain = (call: Call): Answer =>
  search(call, readSearch(call, fields, q64Body(call)));

function search(call: Call, request: SearchRequest): Answer {
  const { db, knobs } = call;
  const found = candidates(call, request).filter(
    group =>
      (group.created === 0 || call.now >= group.created + knobs.searchDelayMs) &&
      satisfies(request.query, field => valuesOf(group, field)),
  );
  if (request.descending) found.reverse();
  return ok(searchPage(request, found, 'groups', group => groupView(db, group)));
}

/** The usual search, one exact name, is a look-up and not a walk. */
function candidates(call: Call, request: SearchRequest): GroupRow[] {
  const exact = request.query.find(
    part =>
      part.operator === 'AND' &&
      part.type === 'EXACT' &&
      part.group.length === 0 &&
      part.fields.join() === 'name',
  );
  if (!exact) return [...call.db.groups.sorted()];
  return [...new Set(exact.values.flatMap(name => call.db.groups.by('name', name)))];
}

function valuesOf(group: GroupRow, field: string): string[] {
  if (field === 'id') return [group.id];
  if (field === 'name') return [group.name];
  if (field === 'state') return ['active'];
  return group.description ? [group.description] : [];
}
