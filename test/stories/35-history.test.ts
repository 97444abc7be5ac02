import { hostname, userInfo } from 'node:os';
import { expect, it } from 'vitest';
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
