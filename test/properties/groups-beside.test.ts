import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/model/plan.ts';
import type { Tenant } from '../../src/model/tenant.ts';
import { bystandersToRead } from '../../src/plan/finish/bystanders.ts';
import { queuesToCount, queuesToRead } from '../../src/plan/finish/outlook.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { runs } from './runs.ts';
import { type Day, noLimits, planOn, stories, worldOf } from './worlds.ts';

const drain = { ...noLimits, drain: { graceSeconds: 60, queues: [] } };

/** What a run is shown at first: the groups of the ledger, and those that the mappings find by name or by anchor. */
function firstLook(world: PureTenant, read: ReadonlySet<string>): Tenant {
  const tenant = world.tenant(read);
  const ours = new Set(
    [...world.ledger.values()].flatMap(({ edge }) => (edge.kind === 'queue-member' ? [] : [edge.group])),
  );
  const isFound = ({ name, externalId }: Tenant['groups'][number]) =>
    tenant.choice.contract === 'platform' ? name.startsWith('g') : externalId?.startsWith('iam-');
  return {
    ...tenant,
    queues: tenant.queues.map(({ members, ...queue }) => ({
      ...queue,
      ...(members ? { members: members.map(member => ({ ...member, joined: true })) } : {}),
    })),
    groups: tenant.groups.filter(group => ours.has(group.id) || isFound(group)),
    users: tenant.users.map(user => ({ ...user, groupCount: groupsOf(world, user.id).length })),
  };
}

const groupsOf = (world: PureTenant, user: string) =>
  [...world.groups.values()].filter(group => group.members.has(user));

/** As `run/look-closer` does it, with the world instead of the API. */
function lookedAt(world: PureTenant, { directory, mappings }: Day): { plan: Plan; tenant: Tenant } {
  const planned = (tenant: Tenant) => planOn(tenant, world, directory, mappings, drain);
  const direct =
    mappings.some(mapping => mapping.assign === 'direct-members') ||
    [...world.ledger.values()].some(({ edge }) => edge.kind === 'queue-member');
  const everything = new Set(world.queues.keys());
  let tenant = firstLook(world, direct ? everything : new Set());
  const { queues } = planned(tenant);
  const uncertain = new Set([...queuesToRead(queues, tenant), ...queuesToCount(queues, tenant, () => true)]);
  if (uncertain.size > 0) tenant = firstLook(world, direct ? everything : uncertain);
  const asked = bystandersToRead(planned(tenant).queues, tenant);
  const known = new Set(tenant.groups.map(group => group.id));
  const found = [
    ...asked.groups.flatMap(id => world.groups.get(id) ?? []),
    ...asked.users.flatMap(user => groupsOf(world, user)),
  ].filter(group => !known.has(group.id));
  const bystanders = found.map(({ id, members, queues }) => ({
    id,
    memberIds: [...members],
    routingQueueIds: [...queues],
  }));
  tenant = { ...tenant, bystanders };
  return { plan: planned(tenant), tenant };
}

/** Plans, does it, and hands over what was told and what came of it, queue by queue. */
const always = (
  check: (
    told: Plan['queues'][number],
    came: { gone: string[]; new: string[]; was: number; is: number },
    plan: Plan,
  ) => void,
) =>
  fc.assert(
    fc.property(stories, story => {
      const world = worldOf(story);
      const { plan } = lookedAt(world, story.second);
      const before = new Map([...world.queues.keys()].map(queue => [queue, world.on(queue)]));
      // Who stands there directly behind a group is shown as brought by the group: nobody can see that they stay.
      const hidden = new Map(
        [...world.queues.values()].map(({ id, direct }) => {
          const byGroup = new Set(world.suppliersOf(id).flatMap(group => [...group.members]));
          const comes = (user: string) =>
            plan.changes.some(
              change => change.kind === 'queue.attach' && change.queue === id && change.user === user,
            );
          return [id, [...direct].filter(user => byGroup.has(user) && !comes(user))];
        }),
      );
      world.apply(plan);
      for (const [queue, was] of before) {
        const is = world.on(queue);
        for (const user of hidden.get(queue)!)
          if (world.suppliersOf(queue).every(group => !group.members.has(user))) is.delete(user);
        const gone = [...was].filter(user => !is.has(user)).sort();
        const come = [...is].filter(user => !was.has(user)).sort();
        const told = plan.queues.find(each => each.queue === queue);
        if (told) check(told, { gone, new: come, was: was.size, is: is.size }, plan);
        else expect([gone, come]).toEqual([[], []]);
      }
    }),
    runs,
  );

describe('whatever groups stand beside ours', () => {
  it('who leaves a queue is who is off it afterwards, and nobody else is unjoined', () => {
    always((told, { gone, was, is }, plan) => {
      expect(told.leaving).toEqual(gone);
      const unjoined = plan.drain?.queues.find(each => each.queue === told.queue)?.seats ?? [];
      expect(unjoined.map(seat => seat.user).sort()).toEqual(gone);
      if (gone.length > 0) expect(told).toMatchObject({ before: was, after: is, exact: true });
    });
  });

  it('who comes to a queue is counted once', () => {
    always((told, { new: come, was, is }) => {
      if (told.joining.length + come.length === 0) return;
      expect(told).toMatchObject({ joining: come, before: was, after: is });
    });
  });
});
