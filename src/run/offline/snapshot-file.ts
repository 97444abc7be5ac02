import { open, readFile, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { MusterError } from '../../errors.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';

/** Which nothing but a snapshot needs, and which take as long to make as to read a small one. */
const schemas = () => import('./snapshot-schema.ts');

/**
 * Writes a snapshot, packed where the name ends in `.gz`. Whole or not at all, and readable by its owner alone: people
 * or no people, it tells who works where.
 */
export async function writeSnapshot(path: string, snapshot: WorldSnapshot): Promise<void> {
  const { readable } = await schemas();
  const text = snapshotText(readable(snapshot));
  const content = path.endsWith('.gz') ? await promisify((await import('node:zlib')).gzip)(text) : text;
  const draft = `${path}.${process.pid}.draft`;
  try {
    // A mode is only given to a file that is new, so the draft must be.
    await using file = await open(draft, 'wx', 0o600);
    await file.writeFile(content);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  await rename(draft, path);
}

/**
 * Reads what `writeSnapshot` wrote, packed or not. Throws `snapshot.unreadable` where it is something else, was damaged,
 * or was written in a form that this version does not know.
 */
export async function readSnapshot(path: string): Promise<WorldSnapshot> {
  const { asSnapshot, snapshotHeader, snapshotSchema } = await schemas();
  const value = parsed(path, await contentOf(path));
  const header = snapshotHeader.safeParse(value);
  if (!header.success) throw unreadable(path, 'The file is no snapshot.');
  const { version, writtenBy } = header.data;
  if (version !== 1) {
    throw new MusterError('snapshot.unreadable', {
      happened: `The snapshot has form ${version}${writtenBy === undefined ? '' : ` and was written by muster ${writtenBy}`}; this muster reads form 1.`,
      subject: path,
      remedy: 'Use that version of muster, or take the snapshot anew with this one.',
    });
  }
  const snapshot = snapshotSchema.safeParse(value);
  if (snapshot.success) return asSnapshot(snapshot.data);
  const [issue] = snapshot.error.issues;
  throw unreadable(path, `The snapshot is damaged at ${issue!.path.join('.')}: ${issue!.message}.`);
}

/** Far above what any tenant gives: a packed file must not be able to fill the memory. */
const bytesMax = 512 * 1024 * 1024;

async function contentOf(path: string): Promise<Buffer> {
  try {
    const content = await readFile(path);
    // What gzip writes begins with these two bytes, whatever the file is called.
    const isPacked = content[0] === 0x1f && content[1] === 0x8b;
    if (!isPacked) return content;
    return await promisify((await import('node:zlib')).gunzip)(content, { maxOutputLength: bytesMax });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    throw unreadable(
      path,
      code === 'ENOENT' ? 'There is no such file.' : `The file cannot be read (${code}).`,
      cause,
    );
  }
}

function parsed(path: string, content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw unreadable(path, 'The file is no JSON; it may have been cut.', cause);
  }
}

const unreadable = (subject: string, happened: string, cause?: unknown) =>
  new MusterError('snapshot.unreadable', {
    happened,
    subject,
    remedy: 'Name a file that `muster snapshot --out` wrote.',
    cause,
  });

/** What is spread over lines; everything else stands on one. So a person, a queue, an edge is a line, for `diff`. */
const spreadOut = new Set([
  '',
  'asked',
  'directories',
  'directories.*',
  'directories.*.groups',
  'directories.*.people',
  'tenant',
  'tenant.queues',
  'tenant.groups',
  'tenant.users',
  'groupNames',
  'ledger',
  'seats',
  'partings',
]);

function snapshotText(snapshot: object): string {
  const lines: string[] = [];
  spread(snapshot, [], '', '', lines);
  return `${lines.join('\n')}\n`;
}

function spread(
  value: unknown,
  path: readonly string[],
  before: string,
  after: string,
  lines: string[],
): void {
  const indent = ' '.repeat(path.length);
  const isList = Array.isArray(value);
  const entries = spreadOut.has(path.join('.')) ? entriesOf(value) : [];
  if (entries.length === 0) {
    lines.push(`${indent}${before}${JSON.stringify(value)}${after}`);
    return;
  }
  lines.push(`${indent}${before}${isList ? '[' : '{'}`);
  for (const [index, [key, item]] of entries.entries()) {
    const name = isList ? '' : `${JSON.stringify(key)}: `;
    spread(item, [...path, key], name, index < entries.length - 1 ? ',' : '', lines);
  }
  lines.push(`${indent}${isList ? ']' : '}'}${after}`);
}

const entriesOf = (value: unknown): (readonly [string, unknown])[] =>
  Array.isArray(value)
    ? value.map((item: unknown) => ['*', item] as const)
    : Object.entries(value ?? {}).filter(([, item]) => item !== undefined);
