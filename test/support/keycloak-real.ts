import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Versions that the tests know, with what differs between them on the command line. */
export const keycloakVersions = {
  '26.7.4': { build: ['--db=dev-mem'], start: ['--cache=local'], basePath: '' },
  // The last version that embeds sub-groups, where version 16 had it.
  '22.0.5': {
    build: ['--db=dev-mem', '--cache=local', '--http-relative-path=/auth'],
    start: [],
    basePath: '/auth',
  },
} as const;
export type KeycloakVersion = keyof typeof keycloakVersions;

const artifact = (version: KeycloakVersion) => `org.keycloak:keycloak-quarkus-dist:${version}:zip`;

const zipOf = (version: KeycloakVersion) =>
  path.join(
    homedir(),
    `.m2/repository/org/keycloak/keycloak-quarkus-dist/${version}/keycloak-quarkus-dist-${version}.zip`,
  );

/**
 * Why no Keycloak can be started here; undefined where it can. The distribution (170 MB) comes from the local Maven
 * repository, and gets there only if somebody says so: an ordinary test run downloads nothing.
 */
export async function whyNoKeycloak(version: KeycloakVersion): Promise<string | undefined> {
  const java = await run('java', ['-version']).then(
    ({ stderr }) => Number(/version "(\d+)/u.exec(stderr)?.[1] ?? 0),
    () => 0,
  );
  if (java < 17) return 'there is no Java 17 here';
  if (existsSync(zipOf(version))) return undefined;
  const get = ['-q', '-B', 'dependency:get', `-Dartifact=${artifact(version)}`, '-Dtransitive=false'];
  if (process.env.MUSTER_TEST_DOWNLOADS !== '1')
    return `Keycloak ${version} is not in the local Maven repository; MUSTER_TEST_DOWNLOADS=1 fetches it`;
  return run('mvn', get, { cwd: tmpdir(), timeout: 300_000 }).then(
    () => (existsSync(zipOf(version)) ? undefined : `Maven put Keycloak ${version} somewhere else`),
    () => `Keycloak ${version} could not be fetched with Maven`,
  );
}

export interface RealKeycloak {
  /** With `/auth` where that belongs to it. */
  readonly base: string;
  /** Asks the Admin API as the administrator, e.g. `POST`, `/realms`. Throws unless the answer is a success. */
  admin(method: string, path: string, body?: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** A Keycloak on a free loopback port with a database in memory; a process group of its own, ended by its id. */
export async function startKeycloak(version: KeycloakVersion): Promise<RealKeycloak> {
  const home = await makeHome(await builtDistribution(version));
  const password = randomBytes(12).toString('hex');
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const base = `${origin}${keycloakVersions[version].basePath}`;
  const log = await open(path.join(home, 'keycloak.log'), 'w');
  const child = spawn(
    'bash',
    [
      path.join(home, 'bin/kc.sh'),
      'start',
      '--optimized',
      '--http-enabled=true',
      '--hostname-strict=false',
      '--http-host=127.0.0.1',
      `--http-port=${port}`,
      ...keycloakVersions[version].start,
    ],
    {
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: {
        ...javaEnv(),
        // It lives for a minute: the better code is not worth the time that making it takes.
        JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1',
        KC_BOOTSTRAP_ADMIN_USERNAME: 'admin',
        KC_BOOTSTRAP_ADMIN_PASSWORD: password,
        // Up to version 25.
        KEYCLOAK_ADMIN: 'admin',
        KEYCLOAK_ADMIN_PASSWORD: password,
      },
    },
  );
  const forget = () => endGroup(child, 'SIGKILL');
  process.once('exit', forget);
  const stop = async () => {
    process.removeListener('exit', forget);
    await end(child);
    await log.close();
    await rm(home, { recursive: true, force: true });
  };
  if (!(await answers(`${base}/realms/master`, child))) {
    const said = await readFile(path.join(home, 'keycloak.log'), 'utf8');
    await stop();
    throw new Error(`Keycloak ${version} does not start:\n${said.slice(-4000)}`);
  }

  return {
    base,
    stop,
    async admin(method, route, body) {
      const form = { grant_type: 'password', client_id: 'admin-cli', username: 'admin', password };
      const tokenUrl = `${base}/realms/master/protocol/openid-connect/token`;
      const token = await fetch(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
      const { access_token } = (await token.json()) as { access_token: string };
      const answer = await fetch(`${base}/admin${route}`, {
        method,
        headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${route}: ${answer.status} ${text}`);
      return text === '' ? undefined : JSON.parse(text);
    },
  };
}

const javaEnv = () => ({ PATH: process.env.PATH, HOME: process.env.HOME, JAVA_HOME: process.env.JAVA_HOME });

/** Keycloak compiles itself for its options at the first start, which takes longer than the start: done once, and kept. */
async function builtDistribution(version: KeycloakVersion): Promise<string> {
  const cache = path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'muster-test');
  const built = path.join(cache, `keycloak-${version}`);
  if (existsSync(built)) return built;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(path.join(cache, 'unpacking-'));
  try {
    await unzip(zipOf(version), work);
    const fresh = path.join(work, `keycloak-${version}`);
    const build = [path.join(fresh, 'bin/kc.sh'), 'build', ...keycloakVersions[version].build];
    await run('bash', build, { env: javaEnv(), timeout: 300_000, maxBuffer: 16 * 1024 * 1024 });
    // Another run may have been faster; then its copy is as good.
    await rename(fresh, built).catch(error => {
      if (!existsSync(built)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return built;
}

/** Every machine with Java and a test runner has one of these. */
async function unzip(zip: string, directory: string): Promise<void> {
  const ways = [
    ['unzip', '-q', zip],
    ['jar', 'xf', zip],
    ['python3', '-m', 'zipfile', '-e', zip, '.'],
  ] as const;
  for (const [command, ...args] of ways) {
    const missing = await run(command, args, { cwd: directory }).then(
      () => false,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return true;
        throw error;
      },
    );
    if (!missing) return;
  }
  throw new Error('There is neither unzip nor jar nor python3 here.');
}

/** A home whose programs are those of the shared distribution, and whose data are its own. */
async function makeHome(built: string): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'muster-keycloak-'));
  await mkdir(path.join(home, 'bin'));
  // The script looks for its home where it lies itself, links followed.
  await copyFile(path.join(built, 'bin/kc.sh'), path.join(home, 'bin/kc.sh'));
  for (const part of ['lib', 'conf', 'providers', 'themes', 'version.txt'])
    if (existsSync(path.join(built, part))) await symlink(path.join(built, part), path.join(home, part));
  return home;
}

/** Asks until there is an answer, for about five minutes; false where the process ended instead. */
async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < 1500 && child.exitCode === null && child.signalCode === null; attempt++) {
    const answer = await fetch(url).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.status === 200) return true;
    await setTimeout(200);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  // What it holds is thrown away with it, so it need not tidy up.
  endGroup(child, 'SIGKILL');
  await gone;
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has just gone by itself.
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
