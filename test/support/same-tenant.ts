import { join } from 'node:path';
import { ringsOf } from '../../src/emulator/db.ts';
import type { Emulator } from '../../src/emulator/emulate.ts';
import { type Edge, isUnmade, type Ledger } from '../../src/model/ledger.ts';
import { readLedger } from '../../src/store/file.ts';
import { shortName, type World } from './world.ts';

/** The tenant in names, without ids, versions and times: equal for two worlds that went different ways to one end. */
export function tenantState({ db }: Pick<Emulator, 'db'>) {
  const user = (id: string) => shortName({ db } as Emulator, id);
  const group = (id: string) => db.groups.get(id)?.name ?? id;
  const named = (list: unknown) =>
    ((list ?? []) as { id: string }[]).map(entry => group(entry.id)).sort((a, b) => (a < b ? -1 : 1));
  return {
    groups: db.groups.sorted().map(row => ({
      name: row.name,
      externalId: row.externalId,
      members: [...row.individuals].map(user).sort(),
      queues: row.routingQueueIds.map(id => db.queues.get(id)?.name ?? id).sort(),
    })),
    queues: db.queues.sorted().map(row => {
      const { memberGroups, bullseye, ...settings } = row.settings;
      return {
        name: row.name,
        groups: named(memberGroups),
        rings: ringsOf(row.settings).map(ring => named(ring.memberGroups)),
        direct: [...row.direct.keys()].map(user).sort(),
        settings,
      };
    }),
  };
}

/** The ledger in names: `owned member support ana`. */
export async function ledgerState(world: Pick<World, 'dir' | 'emulator'>): Promise<string[]> {
  return ledgerText((await readLedger(join(world.dir, '.muster'))).ledger, world.emulator);
}

export function ledgerText(ledger: Ledger, emulator: Emulator): string[] {
  return [...ledger.values()]
    .map(({ edge, state, mapping }) => `${state} ${edgeText(edge, emulator)} (${mapping})`)
    .sort();
}

function edgeText(edge: Edge, emulator: Emulator): string {
  const queue = (id: string) => emulator.db.queues.get(id)?.name ?? id;
  const group = (id: string) => (isUnmade(id) ? id : (emulator.db.groups.get(id)?.name ?? id));
  switch (edge.kind) {
    case 'group':
      return `group ${group(edge.group)}`;
    case 'member':
      return `member ${group(edge.group)} ${shortName(emulator, edge.user)}`;
    case 'attachment':
      return `attachment ${queue(edge.queue)} ${group(edge.group)} ${edge.how}${edge.ring ? ` ${edge.ring}` : ''}`;
    case 'queue-member':
      return `queue-member ${queue(edge.queue)} ${shortName(emulator, edge.user)}`;
  }
}
