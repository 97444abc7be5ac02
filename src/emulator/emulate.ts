import { type Clock, systemClock } from '../clock.ts';
import type { Contract } from '../model/contract.ts';
import { Db } from './db.ts';
import { emulatedClock } from './emulated-clock.ts';
import { exampleTenant } from './example-tenant.ts';
import { type Fault, Faults } from './faults.ts';
import { defaultKnobs, type Knobs } from './knobs.ts';
import { RateLimiter } from './limits.ts';
import { type Incoming, type Outgoing, pipeline } from './pipeline.ts';
import { plant } from './plant.ts';
import { idMaker, randomFrom, uuidOf } from './random.ts';
import { type Hook, type HookEvent, Hooks, RequestLog } from './records.ts';
import { parseSeed, type SeedInput } from './seed.ts';
import { listen } from './server.ts';

export type * from './db.ts';
export { exampleTenant } from './example-tenant.ts';
export type { Fault } from './faults.ts';
export { generateSeed, parseSizes, type Sizes } from './generate.ts';
export { defaultKnobs, type Knobs, type RouteLimit } from './knobs.ts';
export type { Incoming, Outgoing } from './pipeline.ts';
export type { Hook, HookEvent, RequestRecord } from './records.ts';
export { loadSeed, parseSeed, type SeedInput } from './seed.ts';

export interface EmulatorOptions {
  /** `platform` unless told. */
  readonly contract?: Contract;
  /** The tenant; the example tenant unless told. */
  readonly seed?: SeedInput;
  readonly knobs?: Partial<Knobs>;
  readonly faults?: readonly Fault[];
  /** 0, a free one, unless told. */
  readonly port?: number;
  /** `127.0.0.1` unless told. */
  readonly host?: string;
  /** Where ids, tokens and chance come from: the same salt gives the same run. */
  readonly salt?: string;
  readonly clock?: Clock;
  /** How many times as fast as the clock the emulator's time runs; 1 unless told. */
  readonly timeScale?: number;
}

export interface Emulator {
  /** `http://127.0.0.1:<port>`; the token endpoint and the API are both below it. */
  readonly url: string;
  readonly port: number;
  readonly contract: Contract;
  /** The tenant, with what is due by now done. */
  readonly db: Db;
  /** May be changed while it runs. */
  readonly knobs: Knobs;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** Emulated milliseconds since the epoch. */
  now(): number;
  /** What it would answer over the wire, without one: for a client in the same process, on a clock of its own. */
  answer(incoming: Incoming): Promise<Outgoing>;
  /** Calls `hook` at every such event, and waits for it; returns the function that takes it away. */
  on(event: HookEvent, hook: Hook): () => void;
  /** Does all late work at once, whatever time it is due. */
  settle(): void;
  /** Every token is dead from now on, as after a revocation. */
  revokeTokens(): void;
  /** Cuts every connection and stops. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts an emulator of the vendor's API on the loopback interface, in either contract. Nothing leaves the machine;
 * the tenant lives in memory and ends with `close`. Throws `config.invalid` for a seed with mistakes.
 */
export async function emulate(options: EmulatorOptions = {}): Promise<Emulator> {
  const salt = options.salt ?? 'muster';
  const contract = options.contract ?? 'platform';
  const scale = options.timeScale ?? 1;
  const clock = emulatedClock(options.clock ?? systemClock, scale);
  const knobs: Knobs = { ...defaultKnobs, ...options.knobs };
  const seed = parseSeed(options.seed ?? exampleTenant);
  const organization = {
    id: seed.organization.id ?? uuidOf(salt, 'organization', seed.organization.name),
    name: seed.organization.name,
  };
  const db = new Db(organization, knobs, () => clock.now());
  plant(db, seed, salt, knobs);

  const faults = new Faults(randomFrom(`${salt} faults`), options.faults);
  const log = new RequestLog();
  const hooks = new Hooks();
  const host = options.host ?? '127.0.0.1';
  let port = 0;
  const url = () => `http://${host}:${port}`;
  const answer = pipeline({
    db,
    knobs,
    contract,
    clock,
    faults,
    limiter: new RateLimiter(),
    log,
    hooks,
    newId: idMaker(salt),
    wireSeconds: seconds =>
      Math.max(1, Math.ceil(knobs.headerSeconds === 'wall' ? seconds / scale : seconds)),
    baseUrl: url,
  });
  const listening = await listen({ port: options.port ?? 0, host }, answer);
  port = listening.port;

  return {
    url: url(),
    port,
    contract,
    get db() {
      db.settle();
      return db;
    },
    knobs,
    faults,
    requests: log,
    now: () => clock.now(),
    answer,
    on: (event, hook) => hooks.on(event, hook),
    settle: () => void db.settle(true),
    revokeTokens: () => db.tokens.clear(),
    close: () => listening.close(),
    [Symbol.asyncDispose]: () => listening.close(),
  };
}
