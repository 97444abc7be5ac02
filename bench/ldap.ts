import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { admin, ldifEntry, noSlapd, type Slapd, startSlapd, suffix } from '../test/support/slapd.ts';
import { nextMessage, startChild } from './child.ts';
import type { LdapReport, LdapTask } from './ldap-process.ts';
import { columns } from './table.ts';

/** Everybody is in ten groups of a thousand (of a tenth of all, where that is fewer). */
const groupsOfPerson = 10;
/** One after the other in turn, so that a machine that is busy for a while is so for both; the medians count. */
const turns = 5;
const pageSize = 500;
/** The server's clock ticks in hundredths of a second (`getconf CLK_TCK` on every Linux there is). */
const ticksPerSecond = 100;

export interface LdapRow {
  readonly who: string;
  readonly seconds: number;
  /** Of the client; unknown for ldapsearch. */
  readonly cpuSeconds?: number;
  /** Of slapd, for this read. */
  readonly serverCpuSeconds: number;
  readonly peakMb?: number;
}

export type LdapResult =
  | {
      readonly memberships: number;
      readonly people: number;
      readonly rows: readonly LdapRow[];
      /** How many times as long as ldapsearch. */
      readonly ratio: number;
    }
  | { readonly skipped: string };

const ldapsearch = ['/usr/bin/ldapsearch', '/usr/local/bin/ldapsearch'].find(existsSync);

/**
 * The same directory read by muster, and by `ldapsearch`, which asks the same server for the same entries and
 * attributes in pages of the same size and throws them away. What both wait for is the server.
 */
export async function measureLdap(memberships: number): Promise<LdapResult> {
  if (noSlapd) return { skipped: noSlapd };
  if (!ldapsearch) return { skipped: 'ldapsearch is not installed (Debian: ldap-utils)' };
  const slapd = await startSlapd();
  try {
    await slapd.add(ldifOf(memberships));
    const ours: (LdapReport & { serverCpuSeconds: number })[] = [];
    const theirs: { seconds: number; serverCpuSeconds: number }[] = [];
    for (let turn = 0; turn < turns; turn++) {
      theirs.push(await measured(slapd, () => search(slapd.url)));
      ours.push(await measured(slapd, () => readOnce(slapd.url)));
    }
    const [own, other] = [medianOf(ours), medianOf(theirs)];
    if (!own.complete || own.memberships !== memberships)
      throw new Error(`${own.memberships} of ${memberships} memberships came, complete: ${own.complete}.`);
    return {
      memberships,
      people: own.people,
      rows: [
        { who: 'ldapsearch, to nowhere', ...other },
        {
          who: 'muster, read and related',
          seconds: own.seconds,
          cpuSeconds: own.cpuSeconds,
          serverCpuSeconds: own.serverCpuSeconds,
          peakMb: own.peakMb,
        },
      ],
      ratio: own.seconds / other.seconds,
    };
  } finally {
    await slapd.stop();
  }
}

function medianOf<Row extends { readonly seconds: number }>(rows: readonly Row[]): Row {
  return rows.toSorted((a, b) => a.seconds - b.seconds)[rows.length >> 1]!;
}

async function measured<Out extends { seconds: number }>(slapd: Slapd, work: () => Promise<Out>) {
  const before = await cpuOf(slapd);
  const out = await work();
  return { ...out, serverCpuSeconds: (await cpuOf(slapd)) - before };
}

/** Seconds that slapd has computed so far. */
async function cpuOf({ directory }: Slapd): Promise<number> {
  const pid = (await readFile(join(directory, 'slapd.pid'), 'utf8')).trim();
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return Number.NaN;
  // Behind the name, which may hold anything, in brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function readOnce(url: string): Promise<LdapReport> {
  const options = {
    url,
    baseDn: suffix,
    bindDn: admin.dn,
    password: admin.password,
    allowInsecure: true,
    pageSize,
  };
  const child = startChild('ldap-process.ts', process.cwd(), { options } satisfies LdapTask);
  try {
    return await nextMessage<LdapReport>(child);
  } finally {
    child.kill();
  }
}

/** Groups with their members, then people with everything that linking wants to know. */
async function search(url: string): Promise<{ seconds: number }> {
  const common = ['-x', '-LLL', '-H', url, '-D', admin.dn, '-w', admin.password, '-b', suffix];
  const paged = ['-E', `pr=${pageSize}/noprompt`];
  const startedMs = performance.now();
  await exits([...common, ...paged, '(objectClass=groupOfNames)', '*', 'entryUUID']);
  await exits([...common, ...paged, '(objectClass=inetOrgPerson)', '*', 'entryUUID']);
  return { seconds: (performance.now() - startedMs) / 1000 };
}

async function exits(args: readonly string[]): Promise<void> {
  const child = spawn(ldapsearch!, args, { stdio: ['ignore', 'ignore', 'ignore'] });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`ldapsearch ended with ${code}.`);
}

function ldifOf(memberships: number): string {
  const people = Math.round(memberships / groupsOfPerson);
  const groupSize = Math.min(1_000, Math.round(people / 10));
  const uid = (n: number) => `p${String(n % people).padStart(6, '0')}`;
  const personDn = (n: number) => `uid=${uid(n)},ou=people,${suffix}`;
  return [
    ...['people', 'groups'].map(name =>
      ldifEntry(`ou=${name},${suffix}`, { objectClass: 'organizationalUnit', ou: name }),
    ),
    ...Array.from({ length: people }, (_, n) =>
      ldifEntry(personDn(n), {
        objectClass: 'inetOrgPerson',
        uid: uid(n),
        cn: `Person ${n}`,
        sn: `${n}`,
        mail: `${uid(n)}@example.com`,
      }),
    ),
    ...Array.from({ length: Math.round(memberships / groupSize) }, (_, group) =>
      ldifEntry(`cn=team-${String(group).padStart(4, '0')},ou=groups,${suffix}`, {
        objectClass: 'groupOfNames',
        cn: `team-${String(group).padStart(4, '0')}`,
        member: Array.from({ length: groupSize }, (_, n) => personDn(group * groupSize + n)),
      }),
    ),
  ].join('');
}

export function ldapCells(result: Exclude<LdapResult, { skipped: string }>) {
  const tenths = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2));
  return {
    head: ['who', 'seconds', 'CPU s', 'CPU s of slapd', 'peak MB'],
    align: 'lrrrr',
    rows: result.rows.map(row => [
      row.who,
      tenths(row.seconds),
      tenths(row.cpuSeconds),
      tenths(row.serverCpuSeconds),
      row.peakMb?.toFixed(0) ?? '–',
    ]),
  };
}

export function ldapText(result: LdapResult): string {
  if ('skipped' in result) return `Not measured: ${result.skipped}.`;
  const { head, rows, align } = ldapCells(result);
  return [
    columns(head, rows, align),
    '',
    `${result.memberships.toLocaleString('en')} memberships of ${result.people.toLocaleString('en')} people; ` +
      `${result.ratio.toFixed(2)} times as long as ldapsearch`,
  ].join('\n');
}

if (import.meta.main) console.log(ldapText(await measureLdap(Number(process.argv[2] ?? 200_000))));
