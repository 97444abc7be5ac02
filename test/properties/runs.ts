import fc from 'fast-check';
import { inWords } from './words.ts';

/** On how many worlds each property is tried: the one place that says it. */
export const worldsIn = { 'npm test': 250, 'npm run test:properties': 10_000 } as const;

/** `npm run test:properties` sets both variables (`run.ts`). */
export const worldsEach = count(process.env.MUSTER_PROPERTY_RUNS, worldsIn['npm test']);
const seed = process.env.MUSTER_PROPERTY_SEED;

/** For one property; then it has not held. */
export const mostMinutes = 30;

/** For tests that wait: vitest's own limit is meant for one example. */
export const patience = { testTimeout: (mostMinutes + 5) * 60_000 };

/** What `fc.assert` is given everywhere. A property that cannot finish its worlds in time has not held. */
export const runs = {
  numRuns: worldsEach,
  ...(seed === undefined ? {} : { seed: count(seed, 0) }),
  interruptAfterTimeLimit: mostMinutes * 60_000,
  markInterruptAsFailure: true,
  reporter: tell,
};

/** For properties with sockets, processes or a disk in them: a share of the worlds, and one at least. */
export const fewer = (share: number) => ({ ...runs, numRuns: Math.max(1, Math.ceil(worldsEach * share)) });

/** A failure names the seed and path that bring it back, and tells the smallest world in words. */
function tell<Ts>(details: fc.RunDetails<Ts>): void {
  if (!details.failed) return;
  const { counterexample, counterexamplePath, errorInstance, numRuns, numShrinks } = details;
  if (counterexample === null) throw new Error(fc.defaultReportMessage(details));
  const inputs = (Array.isArray(counterexample) ? counterexample : [counterexample]) as readonly unknown[];
  throw new Error(
    [
      `It does not hold: world ${numRuns} of ${worldsEach}, made smaller ${numShrinks} times.`,
      `Again: MUSTER_PROPERTY_SEED=${details.seed} MUSTER_PROPERTY_RUNS=${worldsEach}, path ${counterexamplePath}`,
      ...inputs.map(inWords),
      errorInstance instanceof Error ? errorInstance.message : String(errorInstance),
    ].join('\n\n'),
    { cause: errorInstance },
  );
}

function count(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise);
  if (!Number.isInteger(value)) throw new Error(`"${text}" is no whole number.`);
  return value;
}
