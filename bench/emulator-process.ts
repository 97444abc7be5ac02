import { systemClock } from '../src/clock.ts';
import { emulate } from '../src/emulator/emulate.ts';
import { memberIds } from '../src/emulator/membership.ts';
import type { Contract } from '../src/model/contract.ts';
import type { Scenario } from './scenarios.ts';
import { quietMs } from './skipping-clock.ts';
import { rosterOf, type Sizes, salt, seedOf, teamsOf } from './work.ts';

/** One emulator in a process of its own: its memory and its work are not the contender's. Started by `measure.ts`. */
export interface EmulatorTask {
  readonly contract: Contract;
  readonly sizes: Sizes;
  readonly scenario: Scenario;
}

export type EmulatorQuestion =
  /** Go forward to this time, if nobody is talking; answered by `Ahead`. */
  | { readonly skipToMs: number }
  /** What came in since it was asked last, and what is there now; answered by `Sight`. */
  | { readonly lookMoved: boolean };

export interface Ahead {
  /** How far the emulator's clock is ahead of the wall clock. */
  readonly aheadMs: number;
}

export interface Sight {
  /** Requests to the API, refused ones too; the token's are not among them. */
  readonly calls: number;
  readonly throttled: number;
  readonly byRoute: Readonly<Record<string, number>>;
  /** (person, queue) pairs that should be and are not, and the other way round. */
  readonly missing: number;
  readonly surplus: number;
}

const { contract, sizes, scenario } = JSON.parse(process.argv[2]!) as EmulatorTask;
let aheadMs = 0;
const emulator = await emulate({
  contract,
  seed: seedOf(sizes),
  salt,
  knobs: scenario.knobs,
  clock: { ...systemClock, now: () => Date.now() + aheadMs },
});

let inTheAir = 0;
let lastHeardMs = 0;
emulator.on('request', () => void inTheAir++);
emulator.on('answer', () => {
  inTheAir--;
  lastHeardMs = Date.now();
});

function skip(toMs: number): Ahead {
  const quiet = inTheAir === 0 && Date.now() - lastHeardMs >= quietMs / 2;
  if (quiet) aheadMs = Math.max(aheadMs, toMs - Date.now());
  return { aheadMs };
}

function look(moved: boolean): Sight {
  const { requests } = emulator;
  const byRoute = requests.counts();
  const minted = byRoute['POST /oauth/token'] ?? 0;
  const throttled = requests.all.filter(record => record.status === 429).length;
  const calls = requests.count() - minted;
  requests.reset();
  return { calls, throttled, byRoute, ...pairsAmiss(moved) };
}

/** Compares the tenant itself, not what its API says of it. */
function pairsAmiss(moved: boolean): Pick<Sight, 'missing' | 'surplus'> {
  const { db } = emulator;
  let missing = 0;
  let surplus = 0;
  for (const [name, wanted] of rosterOf(sizes, teamsOf(sizes, moved))) {
    const ids = memberIds(db, db.queues.by('name', name)[0]!);
    const shown = new Set([...ids].map(id => db.users.get(id)!.email));
    missing += [...wanted].filter(email => !shown.has(email)).length;
    surplus += [...shown].filter(email => !wanted.has(email)).length;
  }
  return { missing, surplus };
}

process.on('message', (question: EmulatorQuestion) => {
  process.send!('skipToMs' in question ? skip(question.skipToMs) : look(question.lookMoved));
});
process.on('disconnect', () => process.exit());
process.send!({ url: emulator.url });
