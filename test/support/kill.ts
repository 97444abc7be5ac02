import type { RequestRecord } from '../../src/emulator/emulate.ts';
import { startCli, type World } from './world.ts';

/** `before` the tenant sees the request, or once it is `applied` and not yet answered. */
export type Moment = 'before' | 'applied';

export const isWrite = ({ method, template }: RequestRecord): boolean =>
  method !== 'GET' && !template.endsWith('/search') && !template.endsWith('/oauth/token');

/**
 * Runs muster in a process of its own and kills it at its n-th request. Resolves with false where the run ended before
 * that.
 */
export async function killAt(
  world: World,
  n: number,
  moment: Moment,
  counts: (record: RequestRecord) => boolean = isWrite,
  args: readonly string[] = ['sync', '--yes'],
): Promise<boolean> {
  const child = startCli(world, args);
  child.stdout.resume();
  child.stderr.resume();
  const ended = new Promise<NodeJS.Signals | null>(resolve =>
    child.on('close', (_, signal) => resolve(signal)),
  );
  let seen = 0;
  const off = world.emulator.on(moment === 'before' ? 'request' : 'applied', async record => {
    if (!counts(record) || ++seen !== n) return;
    child.kill('SIGKILL');
    await ended;
    // A request that comes in before the process is dead is one that was never sent.
    if (moment === 'before') throw new Error('The client is dead.');
  });
  const signal = await ended;
  off();
  return signal === 'SIGKILL';
}
