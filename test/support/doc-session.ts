import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, emulate } from '../../src/emulator/emulate.ts';
import type { Contract } from '../../src/model/contract.ts';
import { repository } from './doc-pages.ts';

/** A directory and an emulator in which the commands of a page are run one after the other, as its reader would. */
export interface DocSession {
  readonly dir: string;
  readonly emulator: Emulator;
  /** What the command prints on both streams, without progress, as the page would show it. */
  run(command: string): Promise<string>;
  close(): Promise<void>;
}

/**
 * `muster` is the command line as it is; `npm` is npm, quiet, in the repository. The emulator command would serve for
 * ever: it is ended as by Ctrl-C once it has said everything, on a free port.
 */
const prelude = `
exec 2>&1 </dev/null
muster() {
  if [ "$1" != emulate ]; then "$NODE" "$REPO/src/cli/main.ts" "$@"; return; fi
  "$NODE" "$REPO/src/cli/main.ts" "$@" --port 0 > emulator.out & local pid=$!
  for _ in $(seq 300); do grep -qs 'Ctrl-C' emulator.out && break; kill -0 $pid || break; sleep 0.1; done
  kill -INT $pid; wait $pid; cat emulator.out; rm emulator.out
}
npm() { command npm --silent --prefix "$REPO" "$@"; }
`;

export async function openSession(contract: Contract): Promise<DocSession> {
  const dir = await mkdtemp(join(tmpdir(), 'muster-docs-'));
  await cp(join(repository, 'examples'), join(dir, 'examples'), { recursive: true });
  const emulator = await emulate({ contract });
  const env = {
    PATH: `${join(repository, 'node_modules', '.bin')}:${process.env.PATH}`,
    HOME: dir,
    LC_ALL: 'C',
    NODE: process.execPath,
    REPO: repository,
    GENESYS_BASE_URL: emulator.url,
    GENESYS_CLIENT_ID: 'muster-example',
    GENESYS_CLIENT_SECRET: 'example-secret',
  };
  const shown = (text: string) =>
    text
      .split('\n')
      .filter(line => !progress.test(line))
      .join('\n')
      .replaceAll(dir, '/srv/muster')
      .replaceAll(emulator.url, 'http://127.0.0.1:4010')
      .replaceAll(/(process \d+ on) \S+/gu, '$1 host')
      .replaceAll(
        /^(Genesys Cloud emulator, .* at|.*baseUrl:) http:\/\/127\.0\.0\.1:\d+/gmu,
        '$1 http://127.0.0.1:4010',
      )
      .replaceAll(/[ \t]+$/gmu, '')
      .replace(/^\n+|\n+$/gu, '');
  return {
    dir,
    emulator,
    run: command =>
      new Promise((resolve, reject) => {
        const done = (error: unknown, stdout: string) => {
          const failed = error !== null && (error as { code?: unknown }).code;
          if (typeof failed === 'string' || (error as { killed?: boolean } | null)?.killed) reject(error);
          else resolve(shown(stdout));
        };
        execFile('bash', ['-c', prelude + command], { cwd: dir, env, timeout: 60_000 }, done);
      }),
    close: async () => {
      await emulator.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** What a person sees as a moving line, and a log as a line for each stage. */
const progress = /^[^\n]*: (?:reading the sources|reading Genesys Cloud|planning|applying|reading back)$/u;

/** Whatever differs from run to run: times, durations, ids that come in the order of the answers. */
const volatile: readonly (readonly [RegExp, string])[] = [
  [/\d{8}T\d{6}Z-[0-9a-f]{6}/gu, '<run>'],
  [/\d{4}-\d{2}-\d{2}T[\d:.]+Z|(?<=timestamp=")[^"]+/gu, '<time>'],
  [/\d{4}-\d{2}-\d{2} \d{2}:\d{2}/gu, '<time>'],
  // The day of the run; other dates are those of the config, and stay as they are told.
  [/(?<=showed \d+ on |applied on )\d{4}-\d{2}-\d{2}/gu, '<today>'],
  [/\b\d+\.\d s\b/gu, '<seconds>'],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gu, '<id>'],
  [/\b[0-9a-f]{12,64}\b/gu, '<hash>'],
  [/process \d+ on \S+/gu, 'process <pid>'],
  [/\b\d+ bytes\b/gu, '<bytes>'],
];

const still = (text: string): string =>
  volatile.reduce((rest, [pattern, name]) => rest.replaceAll(pattern, name), text);

/** Is `told` what `real` says? A line `…` stands for any lines, a `…` within a line for any text. */
export function sameText(told: string, real: string): boolean {
  const pattern = still(told.trim())
    .split('\n')
    .map(line => {
      if (line.trim() === '…') return '(?:[^\\n]*(?:\\n|$))*?';
      return `${line.split('…').map(escapeRegExp).join('[^\\n]*')}(?:\\n|$)`;
    })
    .join('');
  return new RegExp(`^${pattern}$`, 'u').test(still(real));
}

const escapeRegExp = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/gu, '\\$&');

export interface Exchange {
  readonly command: string;
  readonly told: string;
}

/** `$ command` and what it prints, as far as the next one. A command may go on over lines that end in `\`. */
export function exchangesOf(body: string): Exchange[] {
  const found: { command: string; lines: string[] }[] = [];
  let open = false;
  for (const line of body.split('\n')) {
    const last = found.at(-1);
    if (line.startsWith('$ ')) found.push({ command: line.slice(2), lines: [] });
    else if (open && last) last.command += `\n${line}`;
    else last?.lines.push(line);
    open = (line.startsWith('$ ') || open) && line.endsWith('\\');
  }
  return found.map(({ command, lines }) => ({ command, told: lines.join('\n').trimEnd() }));
}
