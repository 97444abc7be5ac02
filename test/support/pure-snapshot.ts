import type { OfflineConfig } from '../../src/config/load.ts';
import type { Selector } from '../../src/model/mapping.ts';
import type { WorldSnapshot } from '../../src/model/world-snapshot.ts';
import { inSnapshotOrder } from '../../src/run/offline/snapshot-order.ts';
import { type Day, noLimits } from '../properties/worlds.ts';
import type { PureTenant } from './pure-tenant.ts';

const everything: Selector = { kind: 'glob', text: '*' };

/** What `muster snapshot --all-groups --queue-members '*' --with-names` would write of this world. */
export function pureSnapshot(world: PureTenant, { directory }: Pick<Day, 'directory'>): WorldSnapshot {
  const tenant = world.tenant('all');
  return inSnapshotOrder({
    kind: 'muster.snapshot',
    version: 1,
    writtenBy: 'test',
    takenAt: '2026-01-05T09:00:00.000Z',
    people: 'names',
    asked: {
      contract: 'auto',
      match: ['email'],
      groups: { [directory.source]: [everything] },
      attributes: 'all',
      anchors: [],
    },
    directories: [directory],
    tenant,
    groupNames:
      tenant.choice.contract === 'platform' ? tenant.groups.map(({ id, name }) => ({ id, name })) : [],
    protectedUsers: [],
    ledger: [...world.ledger.values()],
    seats: [],
    partings: [],
    mark: 1,
  });
}

export const pureConfig = ({ mappings, directory }: Day): Pick<OfflineConfig, 'config'> => ({
  config: {
    mappings,
    limits: noLimits,
    people: { match: ['email'], missing: 'report' },
    genesys: { contract: 'auto', memberBatch: 50, queueMemberBatch: 100 },
    sources: { [directory.source]: 'as it was' },
  },
});
