#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import packageJson from '../../package.json' with { type: 'json' };

// Scripts ask for the version before they do anything else: it is told without loading a command, nor what reads them.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') process.stdout.write(`${packageJson.version}\n`);
else {
  keepCompiled();
  await import('./main.ts');
}

/**
 * Has Node keep what it compiles, which is the greater part of a start. In a directory of the user's own: the one
 * that Node would take is in the system's temporary directory, where somebody else may have put something before us.
 * Where it cannot be written, nothing is said and nothing is kept. Node itself heeds `NODE_COMPILE_CACHE` (another
 * place) and `NODE_DISABLE_COMPILE_CACHE`.
 */
function keepCompiled(): void {
  const { XDG_CACHE_HOME: named } = process.env;
  enableCompileCache(join(named && isAbsolute(named) ? named : join(homedir(), '.cache'), 'muster'));
}
