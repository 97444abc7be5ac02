import { readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readHistory } from '../../src/store/history.ts';
import { readKeptPlan } from '../../src/store/kept-plans.ts';
import { createWorld } from '../support/world.ts';

it('the history of a run says who ran it and where, what was planned by name, and why', async () => {
  const world = await createWorld({ timeScale: 1 });
  await world.sync();
  await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
  await world.sync();
  const { stdout } = await world.cli('history', 'last');
  expect(stdout).toContain(`by ${userInfo().username} on ${hostname()}`);
  expect(stdout).toContain('Bo Test out of group support  left, mapping corp.support');
  const { runs, planned } = JSON.parse((await world.cli('history', 'last', '--json')).stdout);
  expect(runs[0].by).toEqual({ user: userInfo().username, host: hostname() });
  expect(planned.changes).toMatchObject([{ kind: 'member.remove', user: world.user('bo') }]);
});

it('a journal that was changed is told and not trusted, a head that was kept proves its end, a kept plan is the one that was given', async () => {
  const world = await createWorld({ timeScale: 1 });
  await world.sync();
  await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
  await world.sync();
  const file = join(world.dir, '.muster/journal.jsonl');
  const whole = await readFile(file, 'utf8');
  const dir = join(world.dir, '.muster');
  const { chain, runs } = await readHistory(dir);
  const { run } = runs.at(-1)!;
  expect(await world.cli('history', '--head', chain.head)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('and still is'),
  });

  const kept = join(world.dir, `.muster/runs/${run}.json`);
  const plan = await readFile(kept, 'utf8');
  await writeFile(kept, plan.replace(world.user('bo'), world.user('ana')));
  await expect(readKeptPlan(dir, runs.at(-1)!)).rejects.toMatchObject({ code: 'plan.unreadable' });
  await writeFile(kept, plan);

  const cut = whole.trimEnd().split('\n');
  await writeFile(file, `${cut.slice(0, -1).join('\n')}\n`);
  expect((await readHistory(dir)).chain.brokenAt).toBeUndefined();
  expect(await world.cli('history', '--verify', '--head', chain.head)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('cut off'),
  });

  // Somebody else is written in as who ran it: nothing of that run is shown any more.
  await writeFile(file, whole.replace(`"user":"${userInfo().username}"`, '"user":"mallory"'));
  const changed = await world.cli('history');
  expect(changed.code).toBe(1);
  expect(changed.stdout).not.toContain(run);
  expect(changed.stderr).toContain('The journal was changed: line 1 or 2');
});
