import { systemClock } from '../src/clock.ts';
import { silentLog } from '../src/log.ts';
import { ldapSource } from '../src/sources/ldap/ldap.ts';
import { peakMb } from './peak-memory.ts';

/** One read of a whole LDAP directory in a process of its own. Started by `ldap.ts`. */
export interface LdapTask {
  /** As in a config. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface LdapReport {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMb: number;
  readonly memberships: number;
  readonly people: number;
  readonly complete: boolean;
}

const { options } = JSON.parse(process.argv[2]!) as LdapTask;
const tools = { clock: systemClock, log: silentLog, baseDir: '/', env: {} };
// Seconds begin when the code is loaded, here as everywhere.
await import('../src/sources/ldap/make-source.ts');
const source = ldapSource.create('corp', ldapSource.options.parse(options), tools);
const startedMs = performance.now();
const startedCpu = process.cpuUsage();
const directory = await source.read({ groups: [{ kind: 'glob', text: '*' }] }, new AbortController().signal);
const { user, system } = process.cpuUsage(startedCpu);
const report: LdapReport = {
  seconds: (performance.now() - startedMs) / 1000,
  cpuSeconds: (user + system) / 1e6,
  peakMb: peakMb(),
  memberships: directory.groups.reduce((sum, group) => sum + group.members.length, 0),
  people: directory.people.length,
  complete: directory.evidence.complete && directory.groups.every(group => group.evidence.complete),
};
process.send!(report, undefined, {}, () => process.exit());
