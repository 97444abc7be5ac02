import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const large = { maxBuffer: 64 * 1024 * 1024 };

const slapdPath = ['/usr/sbin/slapd', '/usr/libexec/slapd', '/usr/local/libexec/slapd'].find(existsSync);
const modulesPath = ['/usr/lib/ldap', '/usr/lib/openldap', '/usr/lib64/openldap'].find(existsSync);
const schemaPath = ['/etc/ldap/schema', '/etc/openldap/schema'].find(existsSync);
const ldapadd = ['/usr/bin/ldapadd', '/usr/local/bin/ldapadd'].find(existsSync);

/** Why no OpenLDAP can be started here; undefined where it can. For `describe.skipIf`. */
export const noSlapd: string | undefined =
  slapdPath && modulesPath && schemaPath && ldapadd
    ? undefined
    : 'OpenLDAP is not installed (Debian: slapd, ldap-utils)';

export const suffix = 'dc=example,dc=org';
export const admin = { dn: `cn=admin,${suffix}`, password: 'secret-of-the-admin' };
/** May read everything below the suffix and has no privileges over limits. */
export const reader = { dn: `cn=reader,${suffix}`, password: 'secret of the reader' };

/** A group class that may be empty, as Active Directory's is; OpenLDAP's own classes demand a member. */
export const groupSchema: readonly string[] = [
  "attributetype ( 1.2.840.113556.1.4.750 NAME 'groupType' SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )",
  "objectclass ( 1.2.840.113556.1.5.8 NAME 'Group' SUP top STRUCTURAL MUST ( groupType $ cn ) MAY ( member ) )",
];

export interface SlapdSettings {
  /** Suffix of the database; `dc=example,dc=org` where left out. */
  readonly suffix?: string;
  /** Lines of a `.schema` file. */
  readonly schema?: readonly string[];
  /** Further lines of slapd.conf: those for all of the server, and those of the database. */
  readonly globals?: readonly string[];
  readonly database?: readonly string[];
  /** Makes a throw-away authority and a certificate for directory.test, and opens an ldaps port. */
  readonly tls?: boolean;
}

export interface Slapd {
  readonly url: string;
  readonly ldapsUrl: string;
  readonly port: number;
  readonly tlsPort: number;
  /** Directory with ca.pem, server.pem, client.pem and client.key, where `tls` was asked for. */
  readonly directory: string;
  /** Adds the entries of an LDIF text, as the admin. Throws what ldapadd says. */
  add(ldif: string): Promise<void>;
  /** Everything as LDIF, as `slapcat` writes it; throws where it is not installed. */
  slapcat(): Promise<string>;
  /** What `ldapsearch` writes to standard output when the admin asks with these arguments, whatever its exit code. */
  search(...args: string[]): Promise<string>;
  /** Starts the process anew on the same data and ports, with other settings: a changed access rule, a limit. */
  restart(settings: SlapdSettings): Promise<void>;
  stop(): Promise<void>;
}

/** A real slapd on free loopback ports with a directory of its own; ended by its process id. */
export async function startSlapd(settings: SlapdSettings = {}): Promise<Slapd> {
  if (noSlapd) throw new Error(noSlapd);
  const directory = await mkdtemp(path.join(tmpdir(), 'muster-slapd-'));
  await mkdir(path.join(directory, 'data'));
  if (settings.tls) await makeCertificates(directory);
  let child: ChildProcess | undefined;
  let ports: readonly [number, number] = [0, 0];
  // Between finding a free port and binding it, another test file may take it.
  for (let attempt = 0; !child && attempt < 5; attempt++) {
    ports = [await freePort(), await freePort()];
    child = await launch(directory, settings, ports);
  }
  if (!child) throw new Error(`slapd does not start; its configuration is in ${directory}`);
  const url = `ldap://127.0.0.1:${ports[0]}`;
  const add = (ldif: string) => addEntries(url, directory, ldif, settings.suffix ?? suffix);
  await add(rootEntries(settings.suffix ?? suffix));
  return {
    url,
    ldapsUrl: `ldaps://127.0.0.1:${ports[1]}`,
    port: ports[0],
    tlsPort: ports[1],
    directory,
    add,
    async slapcat() {
      const { stdout } = await run(
        `${path.dirname(slapdPath!)}/slapcat`,
        ['-f', `${directory}/slapd.conf`],
        large,
      );
      return stdout;
    },
    async search(...args) {
      const base = settings.suffix ?? suffix;
      const asAdmin = ['-x', '-H', url, '-D', `cn=admin,${base}`, '-w', admin.password, '-b', base];
      const ldapsearch = path.join(path.dirname(ldapadd!), 'ldapsearch');
      const { stdout } = await run(ldapsearch, [...asAdmin, ...args], large).catch((error: unknown) => {
        if (error instanceof Error && 'stdout' in error) return error as unknown as { stdout: string };
        throw error;
      });
      return stdout;
    },
    async restart(changed) {
      await end(child!);
      child = await launch(directory, { ...settings, ...changed }, ports);
      if (!child) throw new Error('slapd does not start again');
    },
    async stop() {
      await end(child!);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Resolves with the process when it says that it is ready, with undefined when it ended instead. */
async function launch(
  directory: string,
  settings: SlapdSettings,
  [port, tlsPort]: readonly [number, number],
): Promise<ChildProcess | undefined> {
  const config = path.join(directory, 'slapd.conf');
  await writeFile(config, configText(directory, settings));
  const listen = `ldap://127.0.0.1:${port}${settings.tls ? ` ldaps://127.0.0.1:${tlsPort}` : ''}`;
  // With -d the process stays in the foreground and says on standard error when it listens.
  const child = spawn(slapdPath!, ['-f', config, '-h', listen, '-d', '256'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // A test run that is broken off never comes to `stop`.
  const orphaned = () => child.kill('SIGKILL');
  process.once('exit', orphaned);
  child.once('exit', () => process.off('exit', orphaned));
  const lines: string[] = [];
  const ready = await new Promise<boolean>(resolve => {
    createInterface({ input: child.stderr! }).on('line', line => {
      if (lines.length < 200) lines.push(line);
      if (line.includes('slapd starting')) resolve(true);
    });
    child.once('exit', () => resolve(false));
  });
  // It says so a moment before it listens.
  if (ready && (await accepts(port)) && (!settings.tls || (await accepts(tlsPort)))) return child;
  await end(child);
  await writeFile(path.join(directory, 'slapd.log'), lines.join('\n'));
  return undefined;
}

/** Asks for a connection until there is one, for about five seconds. */
async function accepts(port: number): Promise<boolean> {
  for (let attempt = 0; attempt < 500; attempt++) {
    const socket = connect(port, '127.0.0.1');
    const open = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return true;
    await setTimeout(10);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}

function configText(directory: string, settings: SlapdSettings): string {
  const base = settings.suffix ?? suffix;
  return [
    `modulepath ${modulesPath}`,
    'moduleload back_mdb',
    'moduleload ppolicy',
    ...['core', 'cosine', 'inetorgperson', 'nis'].map(name => `include ${schemaPath}/${name}.schema`),
    ...(settings.schema ?? []),
    `pidfile ${directory}/slapd.pid`,
    ...(settings.tls
      ? [
          `TLSCACertificateFile ${directory}/ca.pem`,
          `TLSCertificateFile ${directory}/server.pem`,
          `TLSCertificateKeyFile ${directory}/server.key`,
        ]
      : []),
    ...(settings.globals ?? []),
    'database mdb',
    `suffix "${base}"`,
    `rootdn "cn=admin,${base}"`,
    `rootpw "${admin.password}"`,
    `directory ${directory}/data`,
    'maxsize 134217728',
    'dbnosync',
    'index objectClass,uid,cn eq',
    ...(settings.database ?? []),
    '',
  ].join('\n');
}

const rootEntries = (base: string) => `dn: ${base}
objectClass: dcObject
objectClass: organization
dc: ${/^dc=([^,]+)/u.exec(base)![1]}
o: Example

dn: cn=reader,${base}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: reader
userPassword: ${reader.password}
`;

async function addEntries(url: string, directory: string, ldif: string, base: string): Promise<void> {
  const file = path.join(directory, 'entries.ldif');
  await writeFile(file, ldif);
  await run(ldapadd!, ['-x', '-H', url, '-D', `cn=admin,${base}`, '-w', admin.password, '-f', file], large);
}

/** One entry as LDIF; every value in base64, so that no letter needs escaping. */
export function ldifEntry(
  dn: string,
  attributes: Readonly<Record<string, string | Buffer | readonly (string | Buffer)[] | undefined>>,
): string {
  const base64 = (value: string | Buffer) => Buffer.from(value as string).toString('base64');
  const lines = [`dn:: ${base64(dn)}`];
  for (const [name, given] of Object.entries(attributes)) {
    if (given === undefined) continue;
    const values = typeof given === 'string' || Buffer.isBuffer(given) ? [given] : given;
    for (const value of values) lines.push(`${name}:: ${base64(value)}`);
  }
  return `${lines.join('\n')}\n\n`;
}

/** A value within a DN, special characters escaped (RFC 4514 §2.4). */
export const dnValue = (value: string): string =>
  value.replace(/[\\,+"<>;=#]/gu, char => `\\${char}`).replace(/^ | $/gu, '\\20');

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** An authority, a server certificate for directory.test and 127.0.0.1 (not for localhost, which Node falls back to), a client certificate, and a strange authority. */
async function makeCertificates(directory: string): Promise<void> {
  const openssl = (...args: string[]) => run('openssl', args, { cwd: directory });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const authority = async (name: string, title: string) =>
    openssl('req', '-x509', ...key, '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${title}`);
  const signed = async (name: string, title: string, extensions: string) => {
    await openssl('req', ...key, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${title}`);
    await writeFile(path.join(directory, `${name}.ext`), extensions);
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2'];
    await openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...by,
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  };
  await Promise.all([authority('ca', 'Test Authority'), authority('stranger', 'Another Authority')]);
  await signed('server', 'directory.test', 'subjectAltName=DNS:directory.test,IP:127.0.0.1\n');
  await signed('client', 'muster', 'extendedKeyUsage=clientAuth\n');
}
