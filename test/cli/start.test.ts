import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
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

/** What the command prints, and the files that it loads: `src/…` and the names of packages. */
async function loadedBy(...args: string[]): Promise<{ stdout: string; own: string[]; packages: string[] }> {
  const failed = (error: { stdout: string; stderr: string }) => error;
  const { stdout, stderr } = await run(process.execPath, ['--import', hook, program, ...args]).catch(failed);
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
});
