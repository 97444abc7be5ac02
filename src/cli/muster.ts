#!/usr/bin/env node
import packageJson from '../../package.json' with { type: 'json' };

// Scripts ask for the version before they do anything else: it is told without loading a command, nor what reads them.
const [first] = process.argv.slice(2);
if (first === '--version' || first === '-V') process.stdout.write(`${packageJson.version}\n`);
else await import('./main.ts');
