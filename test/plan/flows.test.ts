import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { PresentAssignment } from '../../src/model/desired.ts';
import type { OwnedEdge } from '../../src/model/ledger.ts';
import type { TenantQueue } from '../../src/model/tenant.ts';
import { outlookOf } from '../../src/plan/finish/outlook.ts';
import { group, ledgerOf, owned, queue, tenant } from '../support/builders.ts';

const groups = [group('A', ['ana', 'bo']), group('B', ['bo', 'cy'])];
const on = (...ids: string[]): PresentAssignment[] =>
  ids.map(id => ({ how: 'member-groups', queue: 'Q', group: id }));
const attach: Change = {
  kind: 'queue.attach',
  queue: 'Q',
  how: 'member-groups',
  group: 'corp:b',
  id: 'B',
  mapping: 'm',
};
const flows = (
  changes: readonly Change[],
  present: readonly PresentAssignment[],
  edges: readonly OwnedEdge[] = [],
  seen: Partial<TenantQueue> = {},
) =>
  outlookOf(changes, tenant({ queues: [queue('Q', seen)], groups }), present, ledgerOf(...edges)).queues[0]!
    .flows;

describe('through which groups people come to a queue', () => {
  it('counts somebody in two of its groups once', () => {
    expect(flows([attach], on('A'))).toEqual([
      { via: 'A', staying: 2, joining: 0, leaving: 0 },
      { from: 'corp:b', via: 'B', staying: 0, joining: 1, leaving: 0 },
    ]);
  });

  it('knows the source group behind a group from the ledger', () => {
    const edge = { kind: 'attachment', queue: 'Q', group: 'A', how: 'member-groups' } as const;
    const gone: Change = {
      kind: 'member.remove',
      group: 'corp:a',
      id: 'A',
      user: 'ana',
      because: 'left',
      mapping: 'm',
    };
    expect(flows([attach, gone], on('A'), [owned(edge, 'a')])).toEqual([
      { from: 'corp:a', via: 'A', staying: 1, joining: 0, leaving: 1 },
      { from: 'corp:b', via: 'B', staying: 0, joining: 1, leaving: 0 },
    ]);
  });

  it('names the source group of people who are placed one by one, and none for those of another hand', () => {
    const place: Change = {
      kind: 'queue.attach',
      queue: 'Q',
      how: 'direct-members',
      group: 'corp:a',
      user: 'dee',
      person: 'corp:dee',
      mapping: 'm',
    };
    const byHand: PresentAssignment = { how: 'direct-members', queue: 'Q', user: 'hal' };
    expect(flows([place], [byHand])).toEqual([
      { staying: 1, joining: 0, leaving: 0 },
      { from: 'corp:a', staying: 0, joining: 1, leaving: 0 },
    ]);
  });

  it('does not let somebody come who stood there by hand before', () => {
    const members = [{ user: 'cy', by: 'user' as const }];
    expect(flows([attach], [], [], { members })).toEqual([
      { from: 'corp:b', via: 'B', staying: 0, joining: 1, leaving: 0 },
    ]);
  });
});
