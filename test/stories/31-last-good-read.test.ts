import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadReads } from '../../src/store/reads-file.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type Synced, type World } from '../support/world.ts';

const many = Array.from({ length: 121 }, (_, index) => `p${String(index).padStart(3, '0')}`);
const all = many.slice(0, 120);
const three = many.slice(0, 3);
const newcomer = many[120]!;

const crowd = (users: readonly string[] = many) =>
  smallTenant({ users: users.map(name => ({ name, email: `${name}@example.com` })) });

/** Nothing but the quarantine stands against a removal. */
const limits = {
  removals: { percent: 100, count: 1_000 },
  staffing: { minMembers: 0 },
};
const mappings = [{ group: 'support', queues: ['Support'] }];

const lastGood = async (world: World): Promise<number | undefined> =>
  (await loadReads(join(world.dir, '.muster')))?.sources.get('corp:g-support')?.people;

const tokenIn = ({ planned }: Pick<Synced, 'planned'>): string => {
  const note = planned.plan.notes.find(each => each.code === 'group.quarantined')!;
  return /--release (\w+)/u.exec(note.remedy!)![1]!;
};

describe.each(contracts)(
  'a source that shows 3 of 120 and says that this is all, under the %s contract',
  contract => {
    const shrunk = async () => {
      const world = await createWorld({
        contract,
        seed: crowd(),
        groups: { support: all },
        mappings,
        limits,
      });
      await world.sync();
      expect(await lastGood(world)).toBe(120);
      await world.directory({ support: [...three, newcomer] });
      return world;
    };

    it('takes nobody away, while who is new comes', async () => {
      const world = await shrunk();
      const { planned, outcome } = await world.sync();
      expect(planned.refusals).toEqual([]);
      expect(planned.plan.changes.map(change => change.kind)).toEqual(['member.add']);
      expect(planned.plan.quarantined).toEqual(['corp:g-support']);
      expect(planned.plan.notes.find(note => note.code === 'group.quarantined')?.text).toMatch(
        /^The source shows 4 people in "support", where it showed 120 on \d{4}-\d\d-\d\d: it loses 117 of the 120/u,
      );
      expect(outcome.state).toBe('done');
      expect(await world.on('Support')).toEqual(many);
    });

    it('is held against the 120 in every run, until somebody lets it go; then against the few', async () => {
      const world = await shrunk();
      await world.sync();
      expect(await lastGood(world)).toBe(120);
      const again = await world.sync();
      expect(again.planned.plan.changes).toEqual([]);

      const muster = await world.open({ released: new Set([tokenIn(again)]) });
      const planned = await muster.plan();
      expect(planned.plan.losses).toBe(117);
      expect((await muster.apply(planned)).state).toBe('done');

      expect(await world.on('Support')).toEqual([...three, newcomer]);
      expect(await lastGood(world)).toBe(4);
      const after = await world.sync();
      expect(after.planned.plan.quarantined).toBeUndefined();
      expect(after.outcome.state).toBe('nothing-to-do');
    });

    it('with people of whom we placed hardly any is suspicious all the same', async () => {
      // Four of the 120 have a user; two of these would go.
      const world = await createWorld({
        contract,
        seed: crowd(all.slice(0, 4)),
        groups: { support: all },
        mappings,
        limits,
      });
      await world.sync();
      await world.directory({ support: all.slice(0, 2) });
      const { planned } = await world.sync();
      expect(planned.plan.changes).toEqual([]);
      expect(planned.plan.quarantined).toEqual(['corp:g-support']);
      expect(await world.on('Support')).toEqual(all.slice(0, 4));
    });

    it('is not one that could not be read completely: that count is no good one', async () => {
      const world = await createWorld({
        contract,
        seed: crowd(),
        groups: { support: all },
        mappings,
        limits,
      });
      await world.sync();
      await world.directory({ support: [...three, '@nowhere'] });
      const { planned } = await world.sync();
      expect(planned.plan.notes.map(note => note.code)).toContain('group.incomplete');
      expect(await lastGood(world)).toBe(120);
    });

    it('may have lost them in a nested group', async () => {
      const world = await createWorld({
        contract,
        seed: crowd(),
        groups: { support: ['@night', many[0]!], night: all },
        mappings,
        limits,
      });
      await world.sync();
      expect(await lastGood(world)).toBe(120);
      await world.directory({ support: ['@night', many[0]!], night: three });
      expect((await world.plan()).plan.quarantined).toEqual(['corp:g-support']);
    });

    it('is let go slowly: who leaves in small numbers is not suspicious', async () => {
      const world = await createWorld({
        contract,
        seed: crowd(),
        groups: { support: all },
        mappings,
        limits,
      });
      await world.sync();
      for (const left of [70, 40, 30]) {
        await world.directory({ support: all.slice(0, left) });
        expect((await world.sync()).planned.plan.quarantined).toBeUndefined();
        expect(await lastGood(world)).toBe(left);
      }
    });
  },
);

describe('on the command line', () => {
  it('`muster sources` tells how many there were, and --json says it as evidence', async () => {
    const world = await createWorld({
      seed: crowd(),
      groups: { support: all },
      mappings,
      limits,
      timeScale: 1,
    });
    expect((await world.cli('sources')).stdout).not.toContain('→');
    await world.sync();
    expect((await world.cli('sources')).stdout).not.toContain('→');
    await world.directory({ support: three });
    const { stdout, code } = await world.cli('sources');
    expect(stdout).toMatch(/support {2}3 people {2}120 → 3 since \d{4}-\d\d-\d\d/u);
    expect(code).toBe(0);
    const json = JSON.parse((await world.cli('sources', '--json')).stdout);
    expect(json.directories[0].groups[0].evidence).toMatchObject({
      complete: true,
      people: 3,
      lastGood: { members: 120, people: 120 },
    });
  });

  it('a snapshot holds it, so that the plan on it is quarantined as well', async () => {
    const world = await createWorld({
      seed: crowd(),
      groups: { support: all },
      mappings,
      limits,
      timeScale: 1,
    });
    await world.sync();
    await world.directory({ support: three });
    expect((await world.cli('snapshot', '--out', 'both.json')).code).toBe(0);
    const { stdout } = await world.cli('plan', '--snapshot', 'both.json');
    expect(stdout).toContain('The source shows 3 people in "support", where it showed 120');
  });
});
