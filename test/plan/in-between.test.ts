import { describe, expect, it } from 'vitest';
import { holdBack } from '../../src/apply/hold-back.ts';
import { strategies } from '../../src/assignment/registry.ts';
import type { Change } from '../../src/model/change.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import type { StepOutcome } from '../../src/model/outcome.ts';
import type { Plan, Step } from '../../src/model/plan.ts';
import { planFor } from '../properties/worlds.ts';
import { directory, mapping, sourceGroup } from '../support/builders.ts';
import { PureTenant } from '../support/pure-tenant.ts';

// Worlds that random ones were shrunk to, and what is between two steps of their plans.

type Groups = Readonly<Record<string, readonly string[]>>;

const users = ['ana', 'bo', 'cy', 'dee', 'eve', 'fay', 'gil', 'hal'];
const tenantOf = ({ keepsBoth = false } = {}) => new PureTenant('platform', users, ['Q', 'R'], keepsBoth);
const day = (groups: Groups, mappings: readonly Mapping[]) => ({
  directory: directory(Object.entries(groups).map(([name, members]) => sourceGroup(name, members))),
  mappings: mappings.map(each => ({ ...each, externalId: `iam-${each.id}` })),
});
const directly = (name: string, queues: readonly string[]) =>
  mapping(name, queues, { assign: 'direct-members' });

const changeText = (change: Change) =>
  [
    change.kind,
    'queue' in change ? change.queue : '',
    ('user' in change && change.user) || change.group.replace('corp:', ''),
  ]
    .filter(text => text !== '')
    .join(' ');
const stepsOf = (plan: Plan) =>
  plan.steps.map(
    step => `${step.phase} ${step.kind}: ${step.changes.map(at => changeText(plan.changes[at]!)).join(', ')}`,
  );
const codesOf = ({ notes }: Plan) => notes.map(note => note.code);

describe('people and groups that change places', () => {
  it('from a group to people: it lets go of them and they come, in one step', () => {
    const world = tenantOf();
    world.apply(planFor(world, day({ a: ['ana', 'bo'] }, [mapping('a', ['Q'])])));
    const after = day({ a: ['ana', 'bo'] }, [directly('a', ['Q'])]);
    const plan = planFor(world, after);
    expect(stepsOf(plan)).toEqual([
      '3 queue.handover: queue.detach Q a, queue.attach Q ana, queue.attach Q bo',
      '5 group.update: member.remove ana, member.remove bo',
    ]);
    expect(plan.queues).toMatchObject([{ before: 2, after: 2, joining: [], leaving: [] }]);
    expect(codesOf(plan)).toContain('queue.handover');
    world.apply(plan);
    expect([...world.queues.get('Q')!.direct]).toEqual(['ana', 'bo']);
    expect(planFor(world, after).changes).toEqual([]);
  });

  it('from people to a group: the group comes before they go', () => {
    const world = tenantOf();
    world.apply(planFor(world, day({ a: ['ana', 'bo'] }, [directly('a', ['Q'])])));
    const plan = planFor(world, day({ a: ['ana', 'bo'] }, [mapping('a', ['Q'])]));
    expect(stepsOf(plan)).toEqual([
      '1 group.create: group.create a, member.add ana, member.add bo',
      '2 queue.groups: queue.attach Q a',
      '4 queue.members: queue.detach Q ana, queue.detach Q bo',
    ]);
    expect(codesOf(plan)).toEqual([]);
  });

  it('somebody who goes out of a group for one queue comes directly to all that it serves', () => {
    const world = tenantOf();
    const mappings = [mapping('a', ['Q', 'R']), directly('b', ['Q', 'R'])];
    world.apply(planFor(world, day({ a: ['ana', 'bo'], b: ['ana'] }, mappings)));
    const plan = planFor(world, day({ a: ['bo'], b: ['ana'] }, mappings));
    expect(stepsOf(plan)).toEqual([
      '3 queue.handover: member.remove ana, queue.attach Q ana, queue.attach R ana',
    ]);
  });

  it('who comes into a group that is leaving the queue is put there when it has left', () => {
    const world = tenantOf();
    world.apply(planFor(world, day({ a: ['bo'] }, [mapping('a', ['Q'])])));
    const plan = planFor(
      world,
      day({ a: ['ana', 'bo'], b: ['ana', 'bo'] }, [mapping('a', ['R']), directly('b', ['Q'])]),
    );
    expect(stepsOf(plan)).toEqual([
      '1 group.update: member.add ana',
      '2 queue.groups: queue.attach R a',
      '3 queue.handover: queue.detach Q a, queue.attach Q ana, queue.attach Q bo',
    ]);
    world.apply(plan);
    expect([...world.on('Q')]).toEqual(['ana', 'bo']);
  });

  it('nobody is put on a queue directly whom a group brings by another hand', () => {
    const world = tenantOf();
    const hand = world.addGroup('a', ['ana'], 'iam-m-a');
    const asked = day({ a: ['bo'], b: ['ana', 'cy'] }, [mapping('a', ['Q']), directly('b', ['Q'])]);
    const plan = planFor(world, asked);
    expect(stepsOf(plan)).toEqual([
      '1 group.update: member.add bo',
      '2 queue.groups: queue.attach Q a',
      '2 queue.members: queue.attach Q cy',
    ]);
    expect(codesOf(plan)).toContain('overlap.direct-and-group');
    world.apply(plan);
    hand.members.delete('ana');
    // Until now the group brought her; now nobody does.
    expect(stepsOf(planFor(world, asked))).toEqual(['2 queue.members: queue.attach Q ana']);
  });
});

describe('a queue that some leave and others come to', () => {
  const mappings = [mapping('a', ['Q']), mapping('b', ['Q'])];
  const before = { a: ['ana', 'bo', 'cy'], b: ['dee'] };
  const after = { a: ['ana', 'eve'], b: ['fay', 'gil'] };
  const worldOf = () => {
    const world = tenantOf();
    world.apply(planFor(world, day(before, mappings)));
    return { world, plan: planFor(world, day(after, mappings)) };
  };

  it('has them all before anybody goes, though each group changes by itself', () => {
    const { world, plan } = worldOf();
    expect(stepsOf(plan)).toEqual([
      '1 group.update: member.add eve',
      '1 group.update: member.add fay, member.add gil',
      '5 group.update: member.remove bo, member.remove cy',
      '5 group.update: member.remove dee',
    ]);
    const heads: number[] = [];
    world.apply(plan, plan.steps, () => heads.push(world.on('Q').size));
    expect(heads).toEqual([5, 7, 5, 4]);
  });

  it('loses nobody for whom nobody came, as far as its floor asks for them', () => {
    const { world, plan } = worldOf();
    const tenant = world.tenant('all');
    const [eve, others, first, second] = plan.steps as [Step, Step, Step, Step];
    const held = (floor: number, failed: readonly Step[]) => {
      const staffing = { plan, tenant, present: strategies.flatMap(each => each.present(tenant)) };
      const outcomes = new Map<Step, StepOutcome>(
        [eve, others].map(step => [step, { step, state: failed.includes(step) ? 'failed' : 'done' }]),
      );
      const hold = holdBack({ ...staffing, floorOf: () => floor }, new Map())(outcomes);
      return [first, second].map(step => hold(step)?.happened ?? 'goes');
    };
    const waits = (least: number) =>
      `Nobody is taken away here: others have not come, and fewer than ${least} would be left.`;
    expect(held(4, [])).toEqual(['goes', 'goes']);
    expect(held(1, [others])).toEqual(['goes', 'goes']);
    expect(held(3, [others])).toEqual(['goes', waits(3)]);
    expect(held(9, [others])).toEqual([waits(4), 'goes']);
  });
});
