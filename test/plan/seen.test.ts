import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { PresentAssignment } from '../../src/model/desired.ts';
import { nothingSeen } from '../../src/model/seen.ts';
import { type SeenInput, seenAfter, seenChange } from '../../src/plan/seen.ts';
import { group, ledgerOf, owned, queue, tenant } from '../support/builders.ts';

const ledger = ledgerOf(
  owned({ kind: 'member', group: 'g', user: 'ana' }, 'g'),
  owned({ kind: 'attachment', queue: 'Q', group: 'g', how: 'member-groups' }, 'g'),
  owned({ kind: 'queue-member', queue: 'R', user: 'bo' }, 'g'),
);
const present: PresentAssignment[] = [
  { how: 'member-groups', queue: 'Q', group: 'g' },
  { how: 'ring-groups', queue: 'Q', group: 'h', ring: 2 },
];
const input = (change: Partial<SeenInput> = {}): SeenInput => ({
  tenant: tenant({
    groups: [group('g', ['ana', 'zoe', 'cy'], { externalId: 'x' }), group('h', ['dee'])],
    queues: [queue('Q', { userMemberCount: 2 }), queue('R', { userMemberCount: 3 }), queue('S')],
  }),
  present,
  ledger,
  done: [],
  made: {},
  ...change,
});
const m = { group: 'corp:g', mapping: 'm' };

describe('how a run leaves what is ours', () => {
  it('is who is there by another hand, and how everything is called', () => {
    const { groups, queues } = seenAfter(input());
    expect([...groups]).toEqual([['g', { name: 'g', externalId: 'x', strangers: ['cy', 'zoe'] }]]);
    expect([...queues]).toEqual([
      ['Q', { name: 'Q', groups: ['h ring-groups 2'], direct: 2 }],
      ['R', { name: 'R', groups: [], direct: 2 }],
    ]);
  });

  it('counts people of a queue who were read one by one, and says nothing where nobody knows', () => {
    const member = (user: string, by: 'user' | 'group' = 'user') => ({ user, by });
    const queues = [
      queue('Q'),
      queue('R', { members: [member('bo'), member('eve'), member('fay', 'group')], userMemberCount: 9 }),
    ];
    const seen = seenAfter(input({ tenant: tenant({ queues }) })).queues;
    expect([seen.get('Q')!.direct, seen.get('R')!.direct]).toEqual([undefined, 1]);
  });

  it('is the state after what it did: nobody whom it took away is left behind as a stranger', () => {
    const done: Change[] = [
      { kind: 'member.remove', id: 'g', user: 'cy', because: 'left', ...m },
      { kind: 'group.rename', id: 'g', from: 'g', to: 'Support', ...m },
      { kind: 'group.anchor', id: 'g', from: 'x', to: 'y', ...m },
      { kind: 'queue.detach', queue: 'Q', how: 'ring-groups', ring: 2, id: 'h', because: 'unmapped', ...m },
    ];
    const { groups, queues } = seenAfter(input({ done }));
    expect(groups.get('g')).toEqual({ name: 'Support', externalId: 'y', strangers: ['zoe'] });
    expect(queues.get('Q')!.groups).toEqual([]);
  });

  it('counts who stands there directly after it: whoever comes through a group now is no longer among them', () => {
    const attach: Change = { kind: 'queue.attach', queue: 'Q', how: 'member-groups', id: 'h', ...m };
    const join: Change = { kind: 'member.add', id: 'g', user: 'eve', path: ['g'], ...m };
    for (const change of [attach, join]) {
      const shown = new Map([['Q', queue('Q', { userMemberCount: 1 })]]);
      const read = seenAfter(input({ done: [change], shown })).queues;
      expect([read.get('Q')!.direct, read.get('R')!.direct]).toEqual([1, 2]);
      expect(seenAfter(input({ done: [change] })).queues.get('Q')).not.toHaveProperty('direct');
    }
  });

  it('knows the groups that it made', () => {
    const made = owned({ kind: 'group', group: 'new', key: 'corp:n' }, 'n');
    const done: Change[] = [{ kind: 'group.create', name: 'N', externalId: 'n', ...m, group: 'corp:n' }];
    const { groups } = seenAfter(input({ done, made: { 'corp:n': 'new' }, ledger: ledgerOf(made) }));
    expect([...groups]).toEqual([['new', { name: 'N', externalId: 'n', strangers: [] }]]);
  });
});

describe('what is written down of it', () => {
  it('is what is other than before, and nothing where all is the same', () => {
    const now = seenAfter(input());
    const first = seenChange(nothingSeen, now, ledger)!;
    expect(Object.keys(first.groups)).toEqual(['g']);
    expect(Object.keys(first.queues)).toEqual(['Q', 'R']);
    expect(seenChange(now, now, ledger)).toBeUndefined();
    const renamed = input({ done: [{ kind: 'group.rename', id: 'g', from: 'g', to: 'Support', ...m }] });
    const next = seenChange(now, seenAfter(renamed), ledger)!;
    expect([Object.keys(next.groups), Object.keys(next.queues)]).toEqual([['g'], []]);
  });

  it('lets go what is no longer ours, and keeps what the run did not look at', () => {
    const now = seenAfter(input());
    const less = ledgerOf(owned({ kind: 'member', group: 'g', user: 'ana' }, 'g'));
    expect(seenChange(now, nothingSeen, less)).toEqual({ groups: {}, queues: { Q: null, R: null } });
  });
});
