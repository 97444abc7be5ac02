import { link, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { MusterError } from '../errors.ts';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/**
 * One writer for a state directory. The lock is a file that names its holder; the lock of a process that no longer
 * lives on this host is taken over, that of another host never (we cannot see whether it lives).
 *
 * Made by `link` from a finished file, so that the lock is never seen half written.
 */
export async function lockDirectory(dir: string, since: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock');
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, JSON.stringify({ pid: process.pid, host: hostname(), since } satisfies Holder));
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      const taken = await link(mine, path).then(
        () => undefined,
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
          return path;
        },
      );
      if (!taken) {
        mineByNow.add(path);
        return async () => {
          mineByNow.delete(path);
          await unlink(path);
        };
      }
      await takeOverOrRefuse(path, dir);
    }
  } finally {
    await unlink(mine).catch(() => {});
  }
  throw refusal(dir, undefined);
}

/** Locks that this process holds. */
const mineByNow = new Set<string>();

/** In a container every run is process 1: a lock of our own number that we do not hold is that of a run before. */
const isHeld = (path: string, pid: number): boolean =>
  pid === process.pid ? mineByNow.has(path) : isAlive(pid);

async function takeOverOrRefuse(path: string, dir: string): Promise<void> {
  const seen = await readFile(path, 'utf8').catch(() => undefined);
  if (seen === undefined) return;
  const holder = holderOf(seen);
  if (holder && (holder.host !== hostname() || isHeld(path, holder.pid))) throw refusal(dir, holder);
  // Two who find the same dead lock: each moves away what is there; whoever moved a living one puts it back.
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch(() => {});
  const moved = await readFile(aside, 'utf8').catch(() => undefined);
  if (moved !== undefined && moved !== seen) await link(aside, path).catch(() => {});
  await unlink(aside).catch(() => {});
}

function holderOf(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { pid, host, since } = value as Partial<Holder>;
    return typeof pid === 'number' && typeof host === 'string'
      ? { pid, host, since: String(since) }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const refusal = (dir: string, holder: Holder | undefined) =>
  new MusterError('state.locked', {
    happened: holder
      ? `Another run holds the state directory: process ${holder.pid} on ${holder.host} since ${holder.since}.`
      : 'Another run holds the state directory.',
    subject: dir,
    remedy: holder
      ? `Wait for it to end. If you are sure that it no longer runs, delete ${join(dir, 'lock')}.`
      : 'Wait for it to end.',
  });
