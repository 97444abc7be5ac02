import type { Contract } from '../../src/model/contract.ts';
import type { ScenarioName } from '../scenarios.ts';
import type { Input, Work } from './contender.ts';

export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly contract: Contract;
  /** Requests that it has in flight at a time. */
  readonly inFlight: number;
  /** What a reader must know to judge the numbers. */
  readonly note: string;
  /** The one condition under which it is measured; all of them unless told. */
  readonly under?: ScenarioName;
  /** Its calls grow with the (person, queue) pairs and nothing else: where the whole would take hours, it gets a part. */
  readonly linear?: true;
  /** Loaded by the child process alone, so that nobody's memory holds another one's client; `built` as in `measure`. */
  load(built: boolean): Promise<Work>;
  /** Writes the files that its user has already: not in its process, and before any time is taken. */
  prepare?(input: Input): Promise<void>;
}

const muster = (more: Pick<Contender, 'name' | 'title' | 'contract'>): Contender => ({
  inFlight: 4,
  note: 'As installed: contract auto, ledger and journal on disk, four requests in flight.',
  load: async built => (await import('./muster.ts')).loadMuster(built),
  prepare: async input => (await import('./muster.ts')).writeInput(input),
  ...more,
});

/** How much of its time is not waiting can be compared with the others' only where it sends as they do. */
const oneByOne = (one: Contender): Contender => ({
  ...one,
  name: `${one.name}-one`,
  title: `${one.title}, one at a time`,
  inFlight: 1,
  note: 'The same with genesys.concurrency: 1.',
  under: 'distant',
  prepare: async input => (await import('./muster.ts')).writeInput(input, { concurrency: 1 }),
});

const platform = muster({
  name: 'muster-platform',
  title: 'muster, platform contract',
  contract: 'platform',
});
const documented = muster({
  name: 'muster-documented',
  title: 'muster, documented contract',
  contract: 'scim-extension',
});

export const contenders: readonly Contender[] = [
  platform,
  oneByOne(platform),
  {
    name: 'vendor-sync',
    title: "naive sync on the vendor's client",
    contract: 'platform',
    inFlight: 1,
    note: 'Lists by 100, compares lists, one GET and PUT a (group, queue); one request at a time.',
    load: async () => (await import('./vendor-sync.ts')).vendorSync,
  },
  {
    name: 'pair-script',
    title: 'one call a (person, queue)',
    contract: 'platform',
    inFlight: 1,
    note: 'Adds people to queues directly, and knows no removal; one request at a time.',
    linear: true,
    load: async () => (await import('./pair-script.ts')).pairScript,
  },
  documented,
  oneByOne(documented),
  {
    name: 'tutorial',
    title: "the tutorial's algorithm a group",
    contract: 'scim-extension',
    inFlight: 1,
    note: 'Is given the user ids, which it does not look up; its retry wrapper is mended; one request at a time.',
    load: async () => (await import('./tutorial.ts')).tutorial,
  },
];

export const contendersUnder = (scenario: ScenarioName, among = contenders): readonly Contender[] =>
  among.filter(({ under = scenario }) => under === scenario);
