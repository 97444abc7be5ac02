import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { MusterError, throwAll } from '../errors.ts';
import type { SourceId } from '../model/keys.ts';
import type { SourceKind } from '../sources/source.ts';
import { knownKinds } from './compose.ts';
import type { Config, GenesysConfig } from './config.ts';
import { readDocument } from './document.ts';
import { type ConfigWarning, errorsOf, warningsOf } from './mistake.ts';
import { isBlock } from './raw-data.ts';
import { readConfig } from './read-config.ts';
import { fillReferences } from './references.ts';
import { withStandIns } from './stand-ins.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** As it was given. */
  readonly path: string;
  /** Absolute directory of the config file: where relative paths start. */
  readonly baseDir: string;
  readonly warnings: readonly ConfigWarning[];
  /** Secret values, the longest first; whoever prints anything replaces them. Never print this list. */
  readonly secrets: readonly string[];
}

export interface LoadOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads a text file; the config, and secrets of `${file:…}`. */
  readonly read?: (path: string) => Promise<string>;
  readonly kinds?: readonly SourceKind[];
}

export interface ParseOptions {
  /** Path of the config file, for messages and as the start of relative paths. */
  readonly path: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
  readonly kinds?: readonly SourceKind[];
}

/** What a plan on a snapshot needs of a config: neither secrets nor sources that could be opened. */
export interface OfflineConfig extends Pick<LoadedConfig, 'path' | 'warnings' | 'secrets'> {
  readonly config: Pick<Config, 'mappings' | 'limits' | 'people'> & {
    readonly genesys: Pick<GenesysConfig, 'contract' | 'memberBatch' | 'queueMemberBatch'>;
    /** A mark for each source; two that are written alike have the same one. */
    readonly sources: Readonly<Record<SourceId, string>>;
  };
}

/**
 * Reads a config file, YAML or JSON.
 *
 * Throws `config.not-found` where there is none, and otherwise every mistake at once: one `MusterError`, or a
 * `MusterErrors` with `config.invalid` and `config.secret-missing` in the order of the text.
 */
export async function loadConfig(path: string, options: LoadOptions): Promise<LoadedConfig> {
  return parseConfig(await readConfigText(path, options), parseOptions(path, options));
}

/** The same for a text that is at hand. The environment and secret files are all that it looks at besides. */
export async function parseConfig(text: string, options: ParseOptions): Promise<LoadedConfig> {
  return (await parse(text, options, false)).loaded;
}

/** As `loadConfig`, but a secret that is not there is no mistake: nobody will be called with it. */
export async function loadOfflineConfig(path: string, options: LoadOptions): Promise<OfflineConfig> {
  const text = await readConfigText(path, options);
  const { loaded, raw } = await parse(text, parseOptions(path, options), true);
  const { warnings, secrets, config } = loaded;
  const { mappings, limits, people, genesys } = config;
  return { path, warnings, secrets, config: { mappings, limits, people, genesys, sources: marksOf(raw) } };
}

function marksOf(raw: unknown): Record<SourceId, string> {
  const sources = isBlock(raw) && isBlock(raw.sources) ? raw.sources : {};
  const mark = (options: unknown) => createHash('sha256').update(JSON.stringify(options)).digest('hex');
  return Object.fromEntries(Object.entries(sources).map(([id, options]) => [id, mark(options)]));
}

async function parse(text: string, options: ParseOptions, isOffline: boolean) {
  const { path, env, readFile, kinds = knownKinds } = options;
  const baseDir = dirname(resolve(path));
  const document = readDocument(text);
  throwAll(errorsOf(document.mistakes, path, document.place));

  const { filled, mistakes } = await fillReferences(document, { env, readFile, baseDir });
  const remaining = isOffline ? withStandIns(document, filled, mistakes) : mistakes;
  const found = readConfig({ document, filled, kinds, baseDir, isOffline });
  throwAll(errorsOf([...remaining, ...found.mistakes], path, document.place));
  if (!found.config) throw new Error('A config without mistakes has no value.');
  const loaded: LoadedConfig = {
    config: found.config,
    path,
    baseDir,
    warnings: warningsOf(found.doubts, path, document.place),
    secrets: found.secrets,
  };
  return { loaded, raw: document.value() };
}

async function readConfigText(path: string, { read }: LoadOptions): Promise<string> {
  try {
    return await (read ?? (file => readText(file, configBytesMax)))(path);
  } catch (cause) {
    throw notReadable(path, cause);
  }
}

const parseOptions = (path: string, { env, read, kinds }: LoadOptions): ParseOptions => ({
  path,
  env,
  readFile: read ?? (file => readText(file, secretBytesMax)),
  ...(kinds ? { kinds } : {}),
});

const configBytesMax = 5 * 1024 * 1024;
// A secret is a line or a key; a path that leads to a device or a dump must not fill the memory.
const secretBytesMax = 64 * 1024;

async function readText(path: string, bytesMax: number): Promise<string> {
  await using file = await open(path);
  const buffer = Buffer.alloc(bytesMax + 1);
  let length = 0;
  // Each turn reads something or is the last one.
  while (length <= bytesMax) {
    const { bytesRead } = await file.read(buffer, length, bytesMax + 1 - length);
    if (bytesRead === 0) return buffer.toString('utf8', 0, length);
    length += bytesRead;
  }
  throw Object.assign(new Error(`larger than ${bytesMax} bytes`), { code: 'EFBIG' });
}

function notReadable(path: string, cause: unknown): MusterError {
  const code = (cause as { code?: unknown } | null)?.code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new MusterError('config.not-found', {
      happened: 'There is no config file.',
      subject: path,
      remedy: 'Write one with `muster init`, or name another with --config.',
      cause,
    });
  }
  return new MusterError('config.not-found', {
    happened: `The config file cannot be read${typeof code === 'string' ? ` (${code})` : ''}.`,
    subject: path,
    remedy:
      'Name a file of at most 5 MiB that the user who runs muster may read, or write one with `muster init`.',
    cause,
  });
}
