import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

/**
 * The package as it is published: a few files in the place of some hundred modules of ours and of others, which Node
 * would have to find and read one by one before the first request. What a command does not need stays in chunks of
 * its own, at the dynamic imports. Nothing is shortened: a stack trace has to be read by somebody.
 *
 * Type declarations are made by tsc, after this.
 */
export default defineConfig({
  input: {
    'cli/muster': 'src/cli/muster.ts',
    index: 'src/index.ts',
    'emulator/emulate': 'src/emulator/emulate.ts',
  },
  platform: 'node',
  // Leaves out the second parser that undici can be told to use instead; Node's own copy of undici is built so.
  transform: { define: { 'typeof esbuildDetection': '"object"' } },
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    entryFileNames: '[name].js',
    // One folder below dist/, like src/cli/: `new URL('../../examples/…', import.meta.url)` means the same in both.
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      groups: [
        // All that `--version` needs.
        { name: 'package', test: /^(?!.*node_modules).*package\.json$/u, priority: 2 },
        // What main.ts stands on. Not itself: it awaits the command, which must not have to wait for it in turn.
        {
          name: 'help',
          test: /commander|src.cli.exit-code\.ts|report.registry|source-templates/u,
          priority: 1,
        },
        // What nearly every command goes on with. Each file more takes Node a millisecond to find and to link.
        { name: 'core', minShareCount: 4 },
      ],
    },
    comments: { legal: true, annotation: false, jsdoc: false },
  },
  plugins: [partsOfUndici(), licences()],
});

/**
 * Of undici what `src/http/transport.ts` uses: an agent, its `request`, and the `connect` by which the agent opens a tunnel
 * through a proxy. The package's own entry loads `fetch`, caches, mocks and web sockets as well, which was half of what
 * every command had to read. We speak HTTP/1.1 (`allowH2: false`), and the part for HTTP/2 would have Node load its own.
 */
function partsOfUndici(): Plugin {
  const id = '\0undici';
  const folder = dirname(createRequire(import.meta.url).resolve('undici'));
  const http2 = join(folder, 'lib/dispatcher/client-h2.js');
  const part = (path: string) => JSON.stringify(join(folder, 'lib', path));
  const modules = new Map([
    [
      id,
      `import Dispatcher from ${part('dispatcher/dispatcher.js')};
       import request from ${part('api/api-request.js')};
       import connect from ${part('api/api-connect.js')};
       Object.assign(Dispatcher.prototype, { request, connect });
       export { default as EnvHttpProxyAgent } from ${part('dispatcher/env-http-proxy-agent.js')};`,
    ],
    [
      http2,
      `module.exports = () => { throw new Error('HTTP/2 was left out of this build: allowH2 must be false.'); };`,
    ],
  ]);
  return {
    name: 'parts-of-undici',
    resolveId: source => (source === 'undici' ? id : null),
    load: asked => modules.get(asked) ?? null,
  };
}

/** `dist/THIRD-PARTY-LICENSES.txt`: the licences of whatever was bundled ask that their texts come along. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const homes = new Set(
        Object.values(bundle)
          .flatMap(file => (file.type === 'chunk' ? file.moduleIds : []))
          .flatMap(id => homeOf(id) ?? []),
      );
      const source = [...homes]
        .map(licenceText)
        .toSorted()
        .join(`\n${'-'.repeat(80)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENSES.txt', source });
    },
  };
}

/** The directory of the package that a module belongs to; nothing for one of ours. */
function homeOf(id: string): string | undefined {
  if (!id.includes(`${sep}node_modules${sep}`)) return undefined;
  for (let dir = dirname(realpathSync(id)); ; dir = dirname(dir)) {
    // Some packages have a second package.json that says nothing but `type`.
    try {
      if (JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')).version) return dir;
    } catch {
      if (dir === dirname(dir)) throw new Error(`${id} belongs to no package.`);
    }
  }
}

function licenceText(dir: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8'));
  const file = readdirSync(dir).find(entry => /^licen[cs]e(?:\.|$)/iu.test(entry));
  if (!file)
    throw new Error(`${name} has no text of its licence (${license}); look it up before it is published.`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(dir, file), 'utf8').trim()}\n`;
}
