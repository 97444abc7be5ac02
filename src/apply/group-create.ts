import { isMusterError } from '../errors.ts';
import { createGroup, groupsNamed } from '../genesys/groups.ts';
import { fillScimGroup, patchScimGroup } from '../genesys/scim-groups.ts';
import type { WireGroup } from '../genesys/wire.ts';
import { routes } from '../plan/finish/price.ts';
import { addedEdge, groupEdge, isKind } from './edges.ts';
import { chunks, type Hand, type Work } from './hand.ts';

/**
 * Platform contract: `POST /groups`, then anchor and everybody in one SCIM PUT. The PUT replaces everybody, which is
 * safe only here: the group did not exist a moment ago.
 */
export const groupCreate: Hand = async work => {
  const create = work.changes.find(isKind('group.create'))!;
  const adds = work.changes.filter(isKind('member.add'));
  const group = await work.write(
    {
      route: routes.createGroup,
      subject: `group ${create.name}`,
      adds: [groupEdge(create)],
      drops: [],
      preimage: null,
    },
    () => createOnce(work, create.name),
    made => ({ key: create.group, group: made.id }),
  );
  work.made.set(create.group, group.id);
  const first = adds.slice(0, work.batches.newMembers);
  const edges = first.map(add => addedEdge(add, group.id));
  let current = await work.write(
    {
      route: routes.putScimGroup,
      subject: `group ${create.name}`,
      adds: edges,
      drops: [],
      preimage: { members: [] },
    },
    () =>
      fillScimGroup(
        work.api,
        group,
        create.externalId,
        first.map(add => add.user),
        work.signal,
      ),
  );
  for (const batch of chunks(adds.slice(first.length), work.batches.members)) {
    current = await work.write(
      {
        route: routes.patchScimGroup,
        subject: `group ${create.name}`,
        adds: batch.map(add => addedEdge(add, group.id)),
        drops: [],
      },
      () => patchScimGroup(work.api, current, { add: batch.map(add => add.user), remove: [] }, work.signal),
    );
  }
  work.groups.set(group.id, current);
};

/** A POST whose answer was lost is not sent again: the name tells whether it was done (API reference §6.3). */
async function createOnce(work: Work, name: string): Promise<WireGroup> {
  try {
    return await createGroup(work.api, name, work.signal);
  } catch (error) {
    const mayBeDone =
      isMusterError(error) && (error.status === undefined || error.status >= 500 || error.status === 408);
    if (!mayBeDone || work.signal.aborted) throw error;
    const [found] = await groupsNamed(work.api, name, work.signal);
    if (found) return found;
    throw error;
  }
}
