import type { Contract } from '../../src/model/contract.ts';
import type { Task, Work } from './contender.ts';

export interface Contender {
  readonly name: string;
  readonly title: string;
  readonly contract: Contract;
  /** Requests that it has in flight at a time. */
  readonly inFlight: number;
  /** What a reader must know to judge the numbers. */
  readonly note: string;
  /** Its calls grow with the (person, queue) pairs and nothing else: where the whole would take hours, it gets a part. */
  readonly linear?: true;
  /** Loaded by the child process alone, so that nobody's memory holds another one's client; `built` as in `measure`. */
  load(built: boolean): Promise<Work>;
  /** Writes the files that its user has already, before any time is taken. */
  prepare?(task: Task): Promise<void>;
}

export const contenders: readonly Contender[] = [
  {
    name: 'muster-platform',
    title: 'muster, platform contract',
    contract: 'platform',
    inFlight: 4,
    note: 'As installed: contract auto, ledger and journal on disk, four requests in flight.',
    load: async built => (await import('./muster.ts')).loadMuster(built),
    prepare: async task => (await import('./muster.ts')).writeInput(task),
  },
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
  {
    name: 'muster-documented',
    title: 'muster, documented contract',
    contract: 'scim-extension',
    inFlight: 4,
    note: 'As installed: contract auto, ledger and journal on disk, four requests in flight.',
    load: async built => (await import('./muster.ts')).loadMuster(built),
    prepare: async task => (await import('./muster.ts')).writeInput(task),
  },
  {
    name: 'tutorial',
    title: "the tutorial's algorithm a group",
    contract: 'scim-extension',
    inFlight: 1,
    note: 'Is given the user ids, which it does not look up; its retry wrapper is mended; one request at a time.',
    load: async () => (await import('./tutorial.ts')).tutorial,
  },
];
