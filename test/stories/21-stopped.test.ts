import { describe, expect, it } from 'vitest';
import { ledgerState, tenantState } from '../support/same-tenant.ts';
import { contracts, createWorld, journalOf, startCli, type World } from '../support/world.ts';

/** Sends `signals` to a run while its first write is being answered; resolves with how it ended. */
async function stopAtFirstWrite(world: World, signals: readonly NodeJS.Signals[]) {
  const child = startCli(world, ['sync', '--yes']);
  let text = '';
  const heard = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      text += chunk;
      if (text.includes('Stopping')) heard.resolve();
    });
  }
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  let writes = 0;
  world.emulator.on('applied', async () => {
    if (++writes !== 1) return;
    for (const signal of signals) {
      child.kill(signal);
      await heard.promise;
    }
    if (signals.length > 1) await ended;
  });
  return { code: await ended, text, writes };
}

describe.each(contracts)('a run that is asked to stop, under the %s contract', contract => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'by %s finishes the call in flight, says so, and can be gone on with',
    async signal => {
      const world = await createWorld({ contract, timeScale: 1, genesys: { concurrency: 1 } });
      const calm = await createWorld({ contract });
      await calm.sync();

      const { code, text, writes } = await stopAtFirstWrite(world, [signal]);

      expect(code).toBe(4);
      expect(text).toContain('Stopped before the end.');
      expect(text).toContain('it goes on from the real state');
      expect(writes).toBe(1);
      const lines = await journalOf(world);
      expect(lines.map(line => line.kind)).toEqual(['run', 'begin', 'done', 'end']);
      expect(lines.at(-1)).toMatchObject({ state: 'interrupted' });
      await world.sync();
      expect(tenantState(world.emulator)).toEqual(tenantState(calm.emulator));
      expect(await ledgerState(world)).toEqual(await ledgerState(calm));
    },
  );

  it('twice cuts the call in flight without a stack trace, and the next run settles what became of it', async () => {
    const world = await createWorld({ contract, timeScale: 1, genesys: { concurrency: 1 } });
    const calm = await createWorld({ contract });
    await calm.sync();

    const { code, text } = await stopAtFirstWrite(world, ['SIGINT', 'SIGINT']);

    expect([1, 4]).toContain(code);
    expect(text).not.toMatch(/^\s+at /mu);
    expect(text).toMatch(/run again/iu);
    await world.sync();
    expect(tenantState(world.emulator)).toEqual(tenantState(calm.emulator));
    expect(await ledgerState(world)).toEqual(await ledgerState(calm));
  });
});
