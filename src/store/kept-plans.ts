import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { MusterError } from '../errors.ts';
import type { RunRecord } from '../model/history.ts';
import type { KeptPlan } from '../model/kept-plan.ts';

const folderName = 'runs';
/** Plans of earlier runs are dropped: they name people, and nobody goes on with a run of last month. */
const mostKept = 20;
/** Changes that become text at a time: a plan may hold a million. */
const changesAtOnce = 1_000;

/**
 * On disk, whole, when this resolves, with the SHA-256 of the file in hex for the journal to name. Only whoever writes the
 * journal calls it, under its lock.
 */
export async function keepPlan(dir: string, plan: KeptPlan): Promise<string> {
  const hash = createHash('sha256');
  const folder = join(dir, folderName);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = pathOf(dir, plan.run);
  {
    await using file = await open(`${path}.part`, 'w', 0o600);
    for (const piece of piecesOf(plan)) {
      hash.update(piece);
      await file.appendFile(piece);
    }
    await file.datasync();
  }
  await rename(`${path}.part`, path);
  // Run ids sort by time.
  const names = (await readdir(folder)).sort();
  const extra = names.slice(0, Math.max(0, names.length - mostKept));
  await Promise.all(extra.map(name => rm(join(folder, name), { force: true })));
  return hash.digest('hex');
}

/**
 * Undefined where it is not kept any more, or never was. Throws `plan.unreadable` where it is not what the journal says that
 * the run was given: going on with it would do what nobody approved.
 */
export async function readKeptPlan(
  dir: string,
  { run, planHash }: Pick<RunRecord, 'run' | 'planHash'>,
): Promise<KeptPlan | undefined> {
  const path = pathOf(dir, run);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const plan = parsed(text);
  const isWhole = planHash === undefined || createHash('sha256').update(text).digest('hex') === planHash;
  if (isWhole && plan?.kind === 'muster.kept-plan' && plan.version === 1) return plan;
  throw new MusterError('plan.unreadable', {
    happened:
      plan === undefined || isWhole
        ? 'The plan that was kept for this run cannot be read.'
        : 'The plan that was kept for this run was changed since: the journal names another file.',
    subject: path,
    remedy: 'Run `muster sync`: it plans from the real state. The file may be deleted.',
  });
}

const pathOf = (dir: string, run: string): string => join(dir, folderName, `${run}.json`);

function* piecesOf({ changes, ...rest }: KeptPlan): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"changes":[`;
  for (let at = 0; at < changes.length; at += changesAtOnce) {
    const some = changes.slice(at, at + changesAtOnce);
    yield `${at === 0 ? '\n' : ',\n'}${some.map(change => JSON.stringify(change)).join(',\n')}`;
  }
  yield '\n]}\n';
}

function parsed(text: string): KeptPlan | undefined {
  try {
    return JSON.parse(text) as KeptPlan;
  } catch {
    return undefined;
  }
}
