/**
 * `npm run test:properties`: every property on 10,000 worlds under a fresh seed, which is printed. To see a failure
 * again, give its seed: `MUSTER_PROPERTY_SEED=42 npm run test:properties -- undo`. Arguments go to vitest: parts of
 * file names, `-t` and a name.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { patience, worldsIn } from './runs.ts';

const env = {
  ...process.env,
  MUSTER_PROPERTY_RUNS: process.env.MUSTER_PROPERTY_RUNS ?? String(worldsIn['npm run test:properties']),
  MUSTER_PROPERTY_SEED: process.env.MUSTER_PROPERTY_SEED ?? String(randomInt(2 ** 31)),
};
console.log(
  `${env.MUSTER_PROPERTY_RUNS} worlds a property, MUSTER_PROPERTY_SEED=${env.MUSTER_PROPERTY_SEED}`,
);
const vitest = new URL('../../node_modules/vitest/vitest.mjs', import.meta.url).pathname;
const [first = '', ...rest] = process.argv.slice(2);
const names =
  first === '' || first.startsWith('-')
    ? ['test/properties', first, ...rest]
    : [`test/properties/${first}`, ...rest];
// A property ends itself in time (`runs.ts`); this is for one that hangs.
const args = ['run', ...names.filter(Boolean), '--reporter=verbose', `--testTimeout=${patience.testTimeout}`];
spawn(process.execPath, [vitest, ...args], { env, stdio: 'inherit' }).on('close', code => {
  console.log(`That was MUSTER_PROPERTY_SEED=${env.MUSTER_PROPERTY_SEED}.`);
  process.exitCode = code ?? 1;
});
