import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const program = new URL('../../src/cli/muster.ts', import.meta.url).pathname;

/** Tells of every module that is loaded from a file, on stderr. */
const hook = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:')) writeSync(2, 'LOADED ' + url + '\\n');
      return next(url, context);
    },
  });
`)}`;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'muster-start-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** What the command prints, and the files that it loads: `src/…` and the names of packages. */
async function loadedBy(...args: string[]): Promise<{ stdout: string; own: string[]; packages: string[] }> {
  const failed = (error: { stdout: string; stderr: string }) => error;
  const env = { ...process.env, XDG_CACHE_HOME: join(dir, 'cache') };
  const { stdout, stderr } = await run(process.execPath, ['--import', hook, program, ...args], { env }).catch(
    failed,
  );
  const urls = [...stderr.matchAll(/^LOADED (\S+)$/gmu)].map(match => match[1]!);
  const packages = urls.flatMap(url => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//u.exec(url)?.[1] ?? []);
  const own = urls.flatMap(url =>
    url.includes('/node_modules/') ? [] : (/\/(src\/.*)$/u.exec(url)?.[1] ?? []),
  );
  return { stdout, own, packages: [...new Set(packages)] };
}

/** Seconds are not asked here, on a machine that has other things to do; what is loaded is the same everywhere. */
describe('the command', () => {
  it.each(['--version', '-V'])('tells its version at %s, and loads nothing for it', async flag => {
    const { stdout, own, packages } = await loadedBy(flag);
    expect(stdout).toBe(`${packageJson.version}\n`);
    expect(own).toEqual(['src/cli/muster.ts']);
    expect(packages).toEqual([]);
  });

  it('tells its version as the commands would, whatever comes behind it', async () => {
    const { stdout } = await loadedBy('--version', 'plan');
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  it('shows its help with nothing but the list of commands and of what they offer', async () => {
    const { stdout, own, packages } = await loadedBy('--help');
    expect(stdout).toContain('Usage: muster');
    // The last two are lists of names that the help shows; what they name is loaded when it is asked for.
    expect(own.toSorted()).toEqual([
      'src/cli/exit-code.ts',
      'src/cli/main.ts',
      'src/cli/muster.ts',
      'src/config/source-templates.ts',
      'src/report/registry.ts',
    ]);
    expect(packages).toEqual(['commander']);
  });

  it('plans without the emulator, and without what draws on terminals and in pages', async () => {
    const { own, packages } = await loadedBy('plan', '--config', 'nowhere.yaml');
    expect(own).toContain('src/cli/plan.ts');
    expect(own.filter(file => file.startsWith('src/emulator/'))).toEqual([]);
    for (const name of ['listr2', 'd3-sankey']) expect(packages).not.toContain(name);
  });

  it('loads the client of that kind of source alone which the config names', async () => {
    const config = join(dir, 'muster.yaml');
    // Nobody listens at port 9 of this machine: the source is read, and then it ends.
    writeFileSync(
      config,
      `genesys: { baseUrl: "http://127.0.0.1:9", clientId: a, clientSecret: "\${NOBODYS_SECRET}", attempts: 1 }
sources: { corp: { kind: file, path: ${dir}/people.csv } }
mappings: [{ group: support, queues: [Support] }]
`,
    );
    writeFileSync(join(dir, 'people.csv'), 'group,email\nsupport,ana@example.com\n');
    process.env.NOBODYS_SECRET = 'not a secret';
    const { own, packages } = await loadedBy('plan', '--config', config);
    const clients = own.filter(file => file.startsWith('src/sources/') && file.endsWith('/make-source.ts'));
    expect(clients).toEqual(['src/sources/file/make-source.ts']);
    expect(own).not.toContain('src/sources/entra/graph.ts');
    expect(packages).not.toContain('jose');
  });
});

describe('what Node compiled', () => {
  const runWith = (home: string, args: readonly string[], env: Record<string, string> = {}) =>
    run(process.execPath, [program, ...args], { env: { ...process.env, XDG_CACHE_HOME: home, ...env } });

  it('is kept in the cache of the user, so that the next start need not compile it again', async () => {
    const home = join(dir, 'kept');
    await runWith(home, ['--help']);
    expect(readdirSync(join(home, 'muster'), { recursive: true }).length).toBeGreaterThan(1);
  });

  it('is not kept where that is turned off, nor for the version', async () => {
    const home = join(dir, 'not-kept');
    await runWith(home, ['--help'], { NODE_DISABLE_COMPILE_CACHE: '1' });
    await runWith(home, ['--version']);
    expect(existsSync(home)).toBe(false);
  });

  it('is done without where it cannot be kept', async () => {
    const home = join(dir, 'a-file');
    writeFileSync(home, '');
    const { stdout, stderr } = await runWith(home, ['--help']);
    expect(stdout).toContain('Usage: muster');
    expect(stderr).toBe('');
  });
});
