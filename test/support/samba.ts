import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const sambaPath = ['/usr/sbin/samba', '/usr/local/samba/sbin/samba'].find(existsSync);
/** Where Debian puts the module `samba`, which is of no use to another Python that may come first in the path. */
const python = '/usr/bin/python3';
const needed = [
  '/usr/lib/python3/dist-packages/samba/provision',
  '/usr/share/samba/setup/provision.ldif',
  '/usr/bin/ldbadd',
];

/** Why no domain controller can be started here; undefined where it can. For `describe.skipIf`. */
export const noSamba: string | undefined =
  !sambaPath || ![python, ...needed].every(existsSync)
    ? 'Samba AD is not installed (Debian: samba samba-ad-provision samba-dsdb-modules python3-samba ldb-tools)'
    : process.getuid?.() === 0
      ? undefined
      : 'a domain controller listens on port 389, which takes root';

export const domainDn = 'DC=ad,DC=example,DC=org';
export const adHostName = 'dc1.ad.example.org';
/** An ordinary user of the domain, as the docs ask for: no group but Domain Users, no right granted. */
export const adReader = {
  dn: `CN=Reader of groups,CN=Users,${domainDn}`,
  upn: 'muster@ad.example.org',
  downLevel: 'ADEX\\muster',
  password: 'Reads-0nly-groups',
};

export interface SambaSettings {
  /**
   * `own`: the certificate that Samba makes for itself at its first start. Two RSA keys of 4,096 bits take it between
   * 2 and 15 seconds. `quick`: one of the same form (a host name in the subject, no alternative names) with a small
   * key, made beforehand.
   */
  readonly certificate: 'own' | 'quick';
  /** Fills the domain while the server starts. */
  readonly seed?: (samba: Samba) => Promise<void>;
}

export interface Samba {
  /** Loopback address that no other test file uses; the ports are the standard ones. */
  readonly address: string;
  readonly url: string;
  readonly ldapsUrl: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
  /** Adds the entries of an LDIF text past the LDAP server, in the database, without any check of rights. */
  add(ldif: string): Promise<void>;
  modify(ldif: string): Promise<void>;
  /** What `ldbsearch` prints below a base: GUIDs and SIDs come as text, by Samba's own hand. */
  print(base: string, filter: string, ...attributes: string[]): Promise<string>;
  /** Ends the server as a power cut would. */
  kill(): Promise<void>;
  /** Starts the server on the same data and address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A real Active Directory domain controller with a domain of its own; ended by its process id. */
export async function startSamba(settings: SambaSettings): Promise<Samba> {
  if (noSamba) throw new Error(noSamba);
  const directory = await mkdtemp(path.join(tmpdir(), 'muster-samba-'));
  // The ports are fixed in Samba, so it is the address that keeps test files apart: all of 127.0.0.0/8 is loopback.
  const address = `127.${randomInt(1, 255)}.${randomInt(0, 255)}.${randomInt(1, 255)}`;
  await provision(directory, address);
  const tls = path.join(directory, 'private/tls');
  await mkdir(tls, { recursive: true });
  if (settings.certificate === 'quick') await makeCertificate(tls);
  const database = path.join(directory, 'private/sam.ldb');
  let changes = 0;
  const change = async (tool: 'ldbadd' | 'ldbmodify', ldif: string) => {
    const file = path.join(directory, `change${++changes}.ldif`);
    await writeFile(file, ldif);
    const { stdout, stderr } = await run(`/usr/bin/${tool}`, ['-H', database, file], { env: quickly });
    // The tools say what went wrong and end as if nothing had.
    if (/^ERR|with \d+ errors?\b/mu.test(stdout + stderr)) throw new Error(`${tool}: ${stdout}${stderr}`);
  };
  await change('ldbadd', readerEntry);

  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  const start = async () => {
    child = await launch(directory, address);
  };
  const samba: Samba = {
    address,
    url: `ldap://${address}`,
    ldapsUrl: `ldaps://${address}`,
    caFile: path.join(tls, 'ca.pem'),
    async add(ldif) {
      const entries = ldif.match(/^dn:.*(?:\n.+)*\n*/gmu) ?? [];
      for (let at = 0; at < entries.length; at += batchSize)
        await change('ldbadd', entries.slice(at, at + batchSize).join(''));
    },
    modify: ldif => change('ldbmodify', ldif),
    async print(base, filter, ...attributes) {
      const args = ['-H', database, '-b', base, filter, ...attributes];
      return (await run('/usr/bin/ldbsearch', args, { maxBuffer: 64 * 1024 * 1024 })).stdout;
    },
    kill: () => end('SIGKILL'),
    start,
    async stop() {
      await end('SIGTERM');
      await rm(directory, { recursive: true, force: true });
    },
  };
  await Promise.all([start(), settings.seed?.(samba)]);
  return samba;
}

/** Entries in one transaction; what one costs grows with those before it. */
const batchSize = 500;

/** Nothing of this has to survive the machine. */
const quickly = { ...process.env, TDB_NO_FSYNC: '1' };

/**
 * Makes the domain by the function behind `samba-tool domain provision`: the tool also writes Windows ACLs on the
 * share of the group policies, which takes a file system and privileges that a container may not have, and LDAP does
 * not need that share.
 */
async function provision(directory: string, address: string): Promise<void> {
  const script = `
import logging, os, sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.provision import provision
os.umask(0o022)
lp = LoadParm()
lp.load_default()
lp.set('interfaces', sys.argv[2] + '/8')
lp.set('bind interfaces only', 'yes')
lp.set('log file', sys.argv[1] + '/log')
provision(logging.getLogger(), system_session(), lp=lp, targetdir=sys.argv[1], realm='AD.EXAMPLE.ORG',
          domain='ADEX', hostname='dc1', serverrole='active directory domain controller', dns_backend='NONE',
          dom_for_fun_level=4, adminpass='Adm1n-of-the-test')
`;
  await run(python, ['-c', script, directory, address], { env: quickly });
}

/** Resolves with the process when its ports are open. */
async function launch(directory: string, address: string): Promise<ChildProcess> {
  const inside = (name: string) => path.join(directory, name);
  await mkdir(inside('run'), { recursive: true });
  const options = {
    'server services': 'ldap',
    'pid directory': inside('run'),
    'lock directory': inside('lock'),
    'ncalrpc dir': inside('ncalrpc'),
    'winbindd socket directory': inside('winbindd'),
    'ntp signd socket directory': inside('ntp'),
  };
  const flags = Object.entries(options).map(([name, value]) => `--option=${name}=${value}`);
  // Interactive, it ends when its standard input does: a test run that is broken off leaves no server behind.
  const child = spawn(sambaPath!, ['-i', '-M', 'single', '-s', inside('etc/smb.conf'), ...flags], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: quickly,
  });
  let said = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (data: Buffer) => {
      said = (said + data.toString()).slice(-4000);
    });
  // About a minute: making its certificate takes the server seconds, and more on a busy machine.
  for (let attempt = 0; attempt < 1200 && child.exitCode === null; attempt++) {
    if (await accepts(address)) return child;
    await setTimeout(50);
  }
  child.kill('SIGKILL');
  throw new Error(`Samba does not start: ${said}`);
}

async function accepts(address: string): Promise<boolean> {
  const socket = connect(636, address);
  const open = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return open;
}

async function makeCertificate(directory: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: directory });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Test Authority');
  await openssl('req', ...key, '-keyout', 'key.pem', '-out', 'host.csr', '-subj', `/CN=${adHostName}`);
  const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
  await openssl('x509', '-req', '-in', 'host.csr', ...by, '-out', 'cert.pem');
}

const readerEntry = `dn: ${adReader.dn}
objectClass: user
sAMAccountName: muster
userPrincipalName: ${adReader.upn}
userAccountControl: 512
unicodePwd:: ${Buffer.from(`"${adReader.password}"`, 'utf16le').toString('base64')}
`;
