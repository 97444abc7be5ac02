import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { emulate } from '../src/emulator/emulate.ts';
import { sourceKinds } from '../src/sources/registry.ts';
import { hasOpenssl, selfSigned } from './http/certificate.ts';
import { deadPort, type Handler, serve } from './http/loopback.ts';
import { tinyProxy } from './http/tiny-proxy.ts';

const run = promisify(execFile);
const root = new URL('..', import.meta.url).pathname;

/** A project that has installed the package, and nothing else: what is not in it, is not there. */
let project: string;
let home: string;

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'muster-package-'));
  home = join(project, 'node_modules', packageJson.name);
  await run('npm', ['pack', '--pack-destination', project], { cwd: root });
  mkdirSync(home, { recursive: true });
  await run('tar', ['-xzf', join(project, `${packageJson.name}-${packageJson.version}.tgz`), '-C', project]);
  cpSync(join(project, 'package'), home, { recursive: true });
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }');
}, 240_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

const environment = () => ({ ...process.env, XDG_CACHE_HOME: join(project, 'cache') });
const muster = (...args: string[]) =>
  run(process.execPath, [join(home, packageJson.bin.muster), ...args], { cwd: project, env: environment() });

const filesBelow = (end: string) =>
  readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith(end));

/** The packages that a file names. */
const strangersIn = (file: string): string[] =>
  [
    ...readFileSync(join(home, 'dist', file), 'utf8').matchAll(
      /(?:\bfrom |\bimport ?\(?|\brequire\()["']([@a-z][\w@/-]*)["']/gu,
    ),
  ].flatMap(([, name]) => (name === undefined || isBuiltin(name) ? [] : name));

/** `muster plan` with a proxy between it and the target; `own` has the target speak TLS. */
async function plannedThroughProxy(name: string, own?: ReturnType<typeof selfSigned>) {
  const emulator = await emulate({});
  onTestFinished(() => emulator.close());
  const { url } = await serve(passedOnTo(emulator.url), own);
  const { port, seen } = await tinyProxy();
  const cwd = join(project, name);
  mkdirSync(cwd);
  writeFileSync(join(cwd, 'people.csv'), 'group,email\nsupport,ana.souza@example.com\n');
  if (own) writeFileSync(join(cwd, 'ca.pem'), own.cert);
  const genesys = { baseUrl: url, clientId: 'muster-example', clientSecret: 'example-secret' };
  const config = {
    genesys: { ...genesys, ...(own ? { caFile: 'ca.pem' } : {}) },
    sources: { corp: { kind: 'file', path: 'people.csv' } },
    mappings: [{ group: 'support', queues: ['Support_Tier1'] }],
  };
  writeFileSync(join(cwd, 'muster.yaml'), JSON.stringify(config));
  const proxy = `http://127.0.0.1:${port}`;
  const env = { ...environment(), HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NO_PROXY: '', no_proxy: '' };
  const { stdout } = await run(process.execPath, [join(home, packageJson.bin.muster), 'plan'], { cwd, env });
  return { stdout, url, seen };
}

/** Hands a request on as it came, and its answer back. */
const passedOnTo =
  (url: string): Handler =>
  (heard, response) => {
    const { method, headers } = heard;
    const onward = request(url + heard.url, { method, headers }, answer => {
      response.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(response);
    });
    onward.end(heard.body);
  };

describe('the published package', () => {
  it('is a command', async () => {
    expect((await muster('--version')).stdout).toBe(`${packageJson.version}\n`);
    expect((await muster('schema')).stdout).toContain('"$schema"');
  });

  it('walks through the main job, on the examples that come with it', async () => {
    const { stdout } = await muster('demo', '--no-color');
    expect(stdout).toContain('Done, and seen by reading back.');
  }, 60_000);

  it('is a library, and an emulator', async () => {
    writeFileSync(
      join(project, 'try.js'),
      `import { memoryStore, openMuster, parseConfig } from '${packageJson.name}';
      import { emulate } from '${packageJson.name}/emulator';
      import metadata from '${packageJson.name}/package.json' with { type: 'json' };
      const emulator = await emulate({});
      const readFile = async () => { throw new Error('no file'); };
      const text = JSON.stringify({
        genesys: { baseUrl: emulator.url, clientId: 'muster-example', clientSecret: 'example-secret' },
        sources: { corp: { kind: 'file', path: 'people.csv' } },
        mappings: [{ group: 'support', queues: ['Support_Tier1'] }],
      });
      const muster = await openMuster(await parseConfig(text, { path: 'muster.json', env: {}, readFile }), { store: memoryStore() });
      try {
        const { plan } = await muster.plan();
        console.log(metadata.version, plan.steps.length > 0);
      } finally {
        await muster.close();
        await emulator.close();
      }`,
    );
    writeFileSync(join(project, 'people.csv'), 'group,email\nsupport,ana.souza@example.com\n');
    const { stdout } = await run(process.execPath, ['try.js'], { cwd: project, env: environment() });
    expect(stdout).toBe(`${packageJson.version} true\n`);
  });

  it('is typed for those who write in TypeScript', async () => {
    // The one dependency: a source describes its options with it.
    for (const name of Object.keys(packageJson.dependencies)) {
      symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name));
    }
    writeFileSync(
      join(project, 'typed.ts'),
      `import { type Muster, loadConfig, openMuster, type SourceKind } from '${packageJson.name}';
      import { type Emulator, emulate } from '${packageJson.name}/emulator';
      const muster: Muster = await openMuster(await loadConfig('muster.yaml', { env: {} }));
      const emulator: Emulator = await emulate({});
      // @ts-expect-error: this is no number, which only real types know.
      const title: number = ({} as SourceKind).title;
      console.log(muster, emulator, title);`,
    );
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--lib',
      'es2025,esnext.disposable',
    ];
    const types = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')];
    await run(join(root, 'node_modules/.bin/tsc'), [...flags, ...types, 'typed.ts'], { cwd: project });
  }, 60_000);

  it('plans through the proxy of the environment', async () => {
    const { stdout, url, seen } = await plannedThroughProxy('by-http');
    expect(stdout).toContain('Support_Tier1');
    expect(seen[0]!.line).toBe(`POST ${url}/oauth/token`);
  });

  it.skipIf(!hasOpenssl)(
    'plans through the tunnel that a proxy opens for TLS (skipped where there is no openssl command)',
    async () => {
      const { stdout, url, seen } = await plannedThroughProxy('by-tls', selfSigned());
      expect(stdout).toContain('Support_Tier1');
      expect(seen[0]!.line).toBe(`CONNECT ${new URL(url).host}`);
    },
  );

  it('has the client of every kind of source in it, which signs and asks, and says so where nobody answers', async () => {
    const emulator = await emulate({});
    onTestFinished(() => emulator.close());
    const cwd = join(project, 'every-kind');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'people.csv'), 'group,email\nsupport,ana.souza@example.com\n');
    const nowhere = `127.0.0.1:${await deadPort()}`;
    const url = `http://${nowhere}`;
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const secret = { clientId: 'client-of-nobody', clientSecret: 'secret-of-nobody', attempts: 1 };
    const sources = {
      file: { kind: 'file', path: 'people.csv' },
      ldap: {
        kind: 'ldap',
        url: `ldap://${nowhere}`,
        baseDn: 'dc=example,dc=com',
        anonymous: true,
        allowInsecure: true,
      },
      okta: { kind: 'okta', url, clientId: 'client-of-nobody', privateKey: pem, keyId: 'key-1', attempts: 1 },
      entra: { kind: 'entra', tenant: 'contoso.com', loginUrl: url, graphUrl: url, ...secret },
      google: {
        kind: 'google',
        key: {
          type: 'service_account',
          client_email: 'muster@example.com',
          private_key_id: 'key-1',
          private_key: pem,
          token_uri: `${url}/token`,
        },
        apiUrl: url,
        attempts: 1,
      },
      keycloak: { kind: 'keycloak', url, realm: 'acme', ...secret },
      jumpcloud: { kind: 'jumpcloud', consoleUrl: url, tokenUrl: `${url}/token`, ...secret },
      scim: { kind: 'scim', baseUrl: `${url}/scim/v2`, token: 'token-of-nobody', attempts: 1 },
    };
    expect(Object.keys(sources).toSorted()).toEqual(sourceKinds.map(({ kind }) => kind).toSorted());
    const config = {
      genesys: { baseUrl: emulator.url, clientId: 'muster-example', clientSecret: 'example-secret' },
      sources,
      mappings: Object.keys(sources).map(from => ({ from, group: 'support', queues: ['Support_Tier1'] })),
    };
    writeFileSync(join(cwd, 'muster.yaml'), JSON.stringify(config));
    const args = [join(home, packageJson.bin.muster), 'check', '--json'];
    const { stdout } = await run(process.execPath, args, { cwd, env: environment() }).catch(error => error);
    const { probes } = JSON.parse(stdout) as { probes: { name: string; ok: boolean; detail: string }[] };
    const told = Object.fromEntries(
      probes.flatMap(({ name, ok, detail }) =>
        name.startsWith('source ')
          ? [[name.slice('source '.length), ok || detail.includes('ECONNREFUSED')]]
          : [],
      ),
    );
    expect(told).toEqual(Object.fromEntries(Object.keys(sources).map(name => [name, true])));
  }, 60_000);

  it('needs nothing else to run; for its types, what it says', () => {
    expect(filesBelow('.js').flatMap(strangersIn)).toEqual([]);
    expect(Object.keys(packageJson.dependencies)).toEqual(['zod']);
  });

  it('brings the licence of everything that is in it', () => {
    const text = readFileSync(join(home, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const name of ['undici', 'zod', 'd3-sankey', 'ldapts']) {
      expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\([\\w-]+\\)$`, 'mu'));
    }
    expect(text).toContain('Redistribution and use in source and binary forms');
  });

  it('plans with a few files, where the sources have hundreds', async () => {
    const hook = `data:text/javascript,${encodeURIComponent(`
      import { writeSync } from 'node:fs';
      import { registerHooks } from 'node:module';
      registerHooks({ load(url, context, next) { if (url.startsWith('file:')) writeSync(2, 'LOADED ' + url + '\\n'); return next(url, context); } });
    `)}`;
    const args = ['--import', hook, join(home, packageJson.bin.muster), 'plan', '--config', 'nowhere.yaml'];
    const { stderr } = await run(process.execPath, args, { env: environment() }).catch(error => error);
    const count = [...stderr.matchAll(/^LOADED /gmu)].length;
    expect(count).toBeGreaterThan(5);
    expect(count).toBeLessThanOrEqual(15);
  });
});
