import { randomUUID } from 'node:crypto';
import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const journal = (world: World) => readFile(join(world.dir, '.muster', 'journal.jsonl'), 'utf8');

/** Two organisations of the same names; the state directory of the first lies beside the config of the second. */
async function mixedUp(contract: (typeof contracts)[number]): Promise<{ first: World; second: World }> {
  const first = await createWorld({ contract });
  await first.sync();
  // An emulator makes ids of names; those of two organisations are never the same.
  const queues = ['Support', 'Billing', 'Sales'].map(name => ({ id: randomUUID(), name }));
  const second = await createWorld({ contract, seed: smallTenant({ queues }) });
  await cp(join(first.dir, '.muster'), join(second.dir, '.muster'), { recursive: true });
  return { first, second };
}

describe.each(contracts)('a state directory of another organisation, under the %s contract', contract => {
  it.each<[string, (world: World) => Promise<unknown>]>([
    ['a plan', world => world.plan()],
    ['a sync', world => world.sync()],
    ['an adoption', async world => (await world.open()).planAdopt({ kind: 'adopt' })],
    ['an undo', async world => (await world.open()).planUndo('last')],
    ['a snapshot', async world => (await world.open()).snapshot()],
  ])('stops %s before anything is written or forgotten', async (_, run) => {
    const { first, second } = await mixedUp(contract);
    const [before, books] = [tenantState(second.emulator), await journal(second)];
    second.emulator.requests.reset();

    await expect(run(second)).rejects.toMatchObject({
      code: 'state.other-organisation',
      happened: expect.stringContaining('2 groups and 2 queues, not one of them there.'),
      subject: expect.stringContaining(first.queue('Support')),
    });

    expect(second.emulator.requests.writes()).toEqual([]);
    expect(tenantState(second.emulator)).toEqual(before);
    expect(await journal(second)).toBe(books);
    // Back at its own organisation everything is still ours.
    expect(await ledgerState(first)).toHaveLength(8);
    expect((await first.plan()).plan.changes).toEqual([]);
  });

  it('is no matter where one thing of ours is still there', async () => {
    const world = await createWorld({ contract });
    await world.sync();
    for (const name of ['support', 'billing'])
      await world.talk('DELETE', `/api/v2/groups/${world.group(name)}`);
    expect((await world.sync()).outcome.state).toBe('done');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });
});

it('is told on the command line, with what to do', async () => {
  const { second } = await mixedUp('platform');
  const { code, stderr } = await second.cli('sync', '--yes');
  expect(code).toBe(1);
  expect(stderr).toContain('state.other-organisation');
  expect(stderr).toContain('The last run asked another host, or with another OAuth client.');
  expect(stderr).toContain('give this one a state.dir of its own');
}, 120_000);
