import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/model/change.ts';
import type { QueueOutlook } from '../../src/model/plan.ts';
import { type KeptSeat, type Seats, seatId } from '../../src/model/seat.ts';
import { drainOf, graceOf } from '../../src/plan/finish/drain.ts';
import { openQueues, seatsOf } from '../../src/plan/finish/seats.ts';
import { queue, tenant } from '../support/builders.ts';

const kept = (user: string, change: Partial<KeptSeat> = {}): KeptSeat => ({
  queue: 'Q',
  user,
  joined: true,
  mapping: 'm',
  key: 'corp:g',
  state: 'open',
  run: 'r',
  write: 1,
  ...change,
});
const seats = (...all: readonly KeptSeat[]): Seats => new Map(all.map(seat => [seatId(seat), seat]));
const outlook = (change: Partial<QueueOutlook> = {}): QueueOutlook => ({
  queue: 'Q',
  before: 2,
  after: 2,
  joining: [],
  leaving: [],
  groups: ['g'],
  exact: true,
  ...change,
});
const member = (user: string, change: object = {}) => ({
  user,
  by: 'group' as const,
  joined: true,
  ...change,
});
const world = (...members: readonly ReturnType<typeof member>[]) =>
  tenant({ queues: [queue('Q', { members })] });
const remove = (user: string): Change => ({
  kind: 'member.remove',
  group: 'corp:g',
  id: 'g',
  user,
  because: 'left',
  mapping: 'm',
});
const attach = (user: string): Change => ({
  kind: 'queue.attach',
  queue: 'Q',
  how: 'direct-members',
  group: 'corp:g',
  user,
  mapping: 'm',
});

describe('the grace of a queue', () => {
  const rules = {
    graceSeconds: 60,
    queues: [
      { queue: 'Support_VIP', graceSeconds: 0 },
      { queue: 'Support_*', graceSeconds: 300 },
    ],
  };
  it.each([
    ['Support_VIP', 0],
    ['Support_1', 300],
    ['Billing', 60],
  ])('of %s is that of the first rule that fits: %d', (name, seconds) => {
    expect(graceOf(rules)({ id: 'x', name })).toBe(seconds);
  });
});

describe('who is drained', () => {
  const rules = { graceSeconds: 60, queues: [] };
  const leaving = [outlook({ leaving: ['ana', 'bo'] })];
  const changes = [remove('ana'), remove('bo')];

  it('is whoever leaves and has activated the queue', () => {
    const seen = world(member('ana'), member('bo', { joined: false }));
    expect(drainOf(leaving, changes, seen, seats(), rules)).toEqual({
      graceSeconds: 60,
      queues: [
        { queue: 'Q', seats: [{ queue: 'Q', user: 'ana', joined: true, mapping: 'm', key: 'corp:g' }] },
      ],
    });
  });

  it('is also whoever a run that died has unjoined', () => {
    const seen = world(member('ana', { joined: false }), member('bo', { joined: false }));
    const drain = drainOf(leaving, changes, seen, seats(kept('bo')), rules);
    expect(drain!.queues[0]!.seats.map(seat => seat.user)).toEqual(['bo']);
  });

  it('keeps the ring of a direct member, and of nobody else', () => {
    const seen = world(member('ana', { by: 'user', ring: 4 }), member('bo', { ring: 2 }));
    const [ana, bo] = drainOf(leaving, changes, seen, seats(), rules)!.queues[0]!.seats;
    expect([ana!.ring, bo!.ring]).toEqual([4, undefined]);
  });

  it('is nobody without a grace, and nobody on a queue whose people were not read', () => {
    expect(
      drainOf(leaving, changes, world(member('ana')), seats(), { graceSeconds: 0, queues: [] }),
    ).toBeUndefined();
    const unread = tenant({ queues: [queue('Q')] });
    expect(drainOf(leaving, changes, unread, seats(), rules)).toBeUndefined();
  });
});

describe('a seat that is kept', () => {
  const verdict = (
    seat: KeptSeat,
    queues: readonly QueueOutlook[],
    seen = world(),
    changes: readonly Change[] = [],
  ) => seatsOf(seats(seat), queues, changes, seen);

  it('comes back with somebody who returns directly, ring and activation', () => {
    const seat = kept('ana', { state: 'left', ring: 3, joined: false });
    expect(verdict(seat, [outlook({ joining: ['ana'] })], world(), [attach('ana')])).toEqual({
      changes: [
        {
          kind: 'queue.seat',
          queue: 'Q',
          user: 'ana',
          ring: 3,
          joined: false,
          because: 'returned',
          group: 'corp:g',
          mapping: 'm',
        },
      ],
      moves: { open: ['Q ana'], left: [], gone: [] },
    });
  });

  it('gives the ring back that a group hid to somebody who comes directly instead, and nothing that is older', () => {
    const seat = kept('ana', { state: 'left', ring: 3, joined: false });
    const instead = { ...attach('ana'), insteadOf: ['g'] } as Change;
    const { changes, moves } = verdict(seat, [outlook()], world(member('ana')), [instead]);
    expect(changes).toMatchObject([{ ring: 3, because: 'returned' }]);
    expect(changes[0]).not.toHaveProperty('joined');
    expect(moves).toBeUndefined();
    const open = verdict(
      { ...seat, state: 'open', joined: true },
      [outlook()],
      world(member('ana', { joined: false })),
      [instead],
    );
    expect(open.changes).toMatchObject([
      { joined: true, because: 'owed' },
      { ring: 3, because: 'returned' },
    ]);
    const without = verdict(kept('ana', { state: 'left' }), [outlook()], world(member('ana')), [instead]);
    expect(without).toEqual({ changes: [] });
  });

  it('of somebody who stays by a group is given back where it is owed, and else is done with', () => {
    const seat = kept('ana', { ring: 3, stays: true });
    expect(verdict(seat, [outlook()], world(member('ana', { joined: false }))).changes).toMatchObject([
      { joined: true, because: 'owed' },
    ]);
    expect(verdict(seat, [outlook()], world(member('ana')))).toEqual({
      changes: [],
      moves: { open: [], left: [], gone: ['Q ana'] },
    });
  });

  it('never unjoins somebody who has activated the queue since', () => {
    const seat = kept('ana', { ring: 2, joined: false });
    const seen = world(member('ana', { by: 'user', ring: 2 }));
    expect(verdict(seat, [outlook()], seen)).toEqual({
      changes: [],
      moves: { open: [], left: [], gone: ['Q ana'] },
    });
    const [given] = verdict(seat, [outlook()], world(member('ana', { by: 'user', ring: 1 }))).changes;
    expect(given).toMatchObject({ ring: 2, because: 'owed' });
    expect(given).not.toHaveProperty('joined');
  });

  it('gives somebody who returns through a group the activation that we took, and nothing else', () => {
    const joining = [outlook({ joining: ['ana'] })];
    const [given] = verdict(kept('ana', { state: 'left', ring: 3 }), joining).changes;
    expect(given).toMatchObject({ joined: true });
    expect(given).not.toHaveProperty('ring');
    expect(verdict(kept('ana', { state: 'left', ring: 3, joined: false }), joining).changes).toEqual([]);
  });

  it('waits where nobody returns, and needs no queue to be read', () => {
    const waiting = seats(kept('ana', { state: 'left' }));
    expect(seatsOf(waiting, [], [], tenant())).toEqual({ changes: [] });
    expect(openQueues(waiting)).toEqual([]);
    expect(openQueues(seats(kept('ana'), kept('bo')))).toEqual(['Q']);
  });

  it('is owed to whoever a dead run has unjoined and who stays', () => {
    const seen = world(member('ana', { joined: false }));
    expect(verdict(kept('ana'), [], seen).changes).toMatchObject([{ because: 'owed', joined: true }]);
  });

  it('is settled where they have it again, are off the queue, or the queue is gone', () => {
    expect(verdict(kept('ana'), [], world(member('ana'))).moves).toMatchObject({ gone: ['Q ana'] });
    expect(verdict(kept('ana'), [], world()).moves).toMatchObject({ left: ['Q ana'] });
    expect(verdict(kept('ana'), [], tenant()).moves).toMatchObject({ gone: ['Q ana'] });
  });

  it('is left open where the people of the queue were not read, and where they are leaving', () => {
    expect(verdict(kept('ana'), [], tenant({ queues: [queue('Q')] }))).toEqual({ changes: [] });
    expect(verdict(kept('ana'), [outlook({ leaving: ['ana'] })], world(member('ana')))).toEqual({
      changes: [],
    });
  });
});
