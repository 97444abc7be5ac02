import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/index.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const team = ['ana', 'bo', 'eve', 'fay', 'gus', 'hal'];
const few = team.slice(0, 1);

const shrunk = async (options: Parameters<typeof createWorld>[0]): Promise<World> => {
  const world = await createWorld({
    groups: { support: team, billing: ['cy'] },
    limits: { removals: { percent: 100 }, quarantine: { percent: 50, from: 3 } },
    ...options,
  });
  await world.sync();
  await world.directory({ support: few, billing: ['cy'] });
  return world;
};

const tokenIn = ({ notes }: Plan): string =>
  /--release (\w+)/u.exec(notes.find(note => note.code === 'group.quarantined')!.remedy!)![1]!;

const planWith = async (world: World, ...tokens: string[]): Promise<Plan> => {
  const muster = await world.open({ released: new Set(tokens) });
  return (await muster.plan()).plan;
};

const unknownIn = ({ notes }: Plan) => notes.filter(note => note.code === 'release.unknown');

describe.each(contracts)('a release token under the %s contract', contract => {
  it('lets go what its plan set apart, and says of itself by what', async () => {
    const world = await shrunk({ contract });
    const token = tokenIn((await world.plan()).plan);
    const plan = await planWith(world, token);
    expect(plan.losses).toBe(5);
    expect(plan.released).toEqual([token]);
    expect(unknownIn(plan)).toEqual([]);
  });

  it('is of no use for another plan, and that is told', async () => {
    const world = await shrunk({ contract });
    const token = tokenIn((await world.plan()).plan);
    await world.directory({ support: few, billing: ['cy', 'dee'] });

    const plan = await planWith(world, token);

    expect(plan.losses).toBe(0);
    expect(plan.quarantined).toEqual(['corp:g-support']);
    expect(unknownIn(plan)).toMatchObject([{ level: 'warning', subject: `--release ${token}` }]);
    expect(tokenIn(plan)).not.toBe(token);
  });

  it('is of no use when the same people, put back in the meantime, are gone once more', async () => {
    const world = await shrunk({ contract });
    const token = tokenIn((await world.plan()).plan);
    const muster = await world.open({ released: new Set([token]) });
    await muster.apply(await muster.plan());
    await world.directory({ support: team, billing: ['cy'] });
    await world.sync();
    expect(await world.on('Support')).toEqual(team);
    await world.directory({ support: few, billing: ['cy'] });

    const plan = await planWith(world, token);

    expect(plan.changes).toEqual([]);
    expect(plan.quarantined).toEqual(['corp:g-support']);
    expect(unknownIn(plan)).toHaveLength(1);
  });

  it('is told where nothing is set apart at all, for an undo as well', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    const muster = await world.open({ released: new Set(['0123456789ab']) });
    expect(unknownIn((await muster.plan()).plan)).toHaveLength(1);
    expect(unknownIn((await muster.planUndo('last')).plan)).toHaveLength(1);
  });
});

it('a saved plan that was made with a token is applied with it, and says so where it is missing', async () => {
  const world = await shrunk({ timeScale: 1 });
  const token = tokenIn((await world.plan()).plan);
  const saved = await world.cli('plan', '--out', 'plan.json', '--release', token);
  expect(saved.stderr).toContain(`muster apply plan.json --release ${token}`);

  const without = await world.cli('apply', 'plan.json');
  expect(without.code).toBe(1);
  expect(without.stderr).toContain('plan.world-moved');
  expect(without.stderr).toContain(`Apply it with --release ${token}`);
  expect(await world.on('Support')).toEqual(team);

  expect((await world.cli('apply', 'plan.json', '--release', token)).code).toBe(0);
  expect(await world.on('Support')).toEqual(few);
}, 60_000);
