import { systemClock } from '../src/clock.ts';
import { emulate } from '../src/emulator/emulate.ts';
import { memberIds } from '../src/emulator/membership.ts';
import type { RequestRecord } from '../src/emulator/records.ts';
import type { Contract } from '../src/model/contract.ts';
import type { Scenario } from './scenarios.ts';
import { quietMs } from './skipping-clock.ts';
import { type LimitUse, Watch } from './watch.ts';
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
  /** How far each limit was used, window by window. */
  readonly limits: readonly LimitUse[];
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
const { knobs } = emulator;
const watch = new Watch(
  { allowed: () => knobs.rateLimit, windowMs: knobs.rateWindowSeconds * 1000 },
  knobs.routeLimits,
);

/** What another client of the same token takes of each window. */
const othersShare = Math.floor(knobs.rateLimit / 3);
const othersMark = 'x-another-client';
const others = { window: 0, taken: 0 };

let inTheAir = 0;
let lastHeardMs = 0;
emulator.on('request', async record => {
  inTheAir++;
  if (!isOwn(record) || record.route === 'POST /oauth/token') return;
  if (scenario.happens === 'halved') halve();
  if (scenario.happens === 'shared') await share(record);
});
emulator.on('answer', record => {
  inTheAir--;
  lastHeardMs = Date.now();
  watch.see({ route: record.route, at: record.at, status: record.status ?? 0, own: isOwn(record) });
});

function isOwn({ headers }: RequestRecord): boolean {
  return headers[othersMark] === undefined;
}

/** Once, in the middle of the second window. */
function halve(): void {
  if (watch.windowsSoFar === 2 && watch.usedNow >= knobs.rateLimit / 2)
    knobs.rateLimit = (scenario.knobs.rateLimit ?? knobs.rateLimit) / 2;
}

/** Before each request of the contender another client sends one of its own with the same token. */
async function share({ headers }: RequestRecord): Promise<void> {
  if (others.window !== watch.windowsSoFar) Object.assign(others, { window: watch.windowsSoFar, taken: 0 });
  if (others.taken >= othersShare) return;
  others.taken++;
  const answer = await fetch(`${emulator.url}/api/v2/tokens/me`, {
    headers: { authorization: headers.authorization ?? '', [othersMark]: 'yes' },
  });
  await answer.arrayBuffer();
}

function skip(toMs: number): Ahead {
  const quiet = inTheAir === 0 && Date.now() - lastHeardMs >= quietMs / 2;
  if (quiet) aheadMs = Math.max(aheadMs, toMs - Date.now());
  return { aheadMs };
}

function look(moved: boolean): Sight {
  // The log keeps bodies, which nobody reads here.
  emulator.requests.reset();
  return { ...watch.take(), ...pairsAmiss(moved) };
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
