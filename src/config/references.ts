import { resolve } from 'node:path';
import { nearest } from '../model/select.ts';
import type { ConfigDocument, TextNode } from './document.ts';
import type { Mistake } from './mistake.ts';

/** What stood in a text that held `${…}`. */
export interface Filled {
  /** The values that were put in, without the text around them. */
  readonly values: readonly string[];
  /** Did one of them come from a file? Files are for secrets. */
  readonly fromFile: boolean;
  /** Did one of them come from a default that is written in the config? */
  readonly fromDefault: boolean;
  /** Could one of them not be found? What is said of such a text's value would only confuse. */
  readonly missing: boolean;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly readFile: (path: string) => Promise<string>;
  /** Directory of the config file: where relative paths of `${file:…}` start. */
  readonly baseDir: string;
}

/**
 * Fills `${NAME}`, `${NAME:-default}` and `${file:path}` in every text of the config; `$${` is a plain `${`. A
 * variable that is set but empty counts as unset, as in a shell's `:-`: build systems hand on a secret that does not
 * exist as an empty text. A text that comes out empty counts as left out.
 */
export async function fillReferences(
  document: ConfigDocument,
  surroundings: Surroundings,
): Promise<{ readonly filled: ReadonlyMap<TextNode, Filled>; readonly mistakes: readonly Mistake[] }> {
  const filled = new Map<TextNode, Filled>();
  const mistakes: Mistake[] = [];
  for (const node of document.texts) {
    if (!node.written.includes('${')) continue;
    const { text, facts, problems } = await fill(node.written, surroundings);
    for (const problem of problems) mistakes.push({ path: [], at: 'value', place: node.place, ...problem });
    if (facts) filled.set(node, facts);
    if (problems.length === 0) node.set(facts && text === '' ? undefined : text);
  }
  return { filled, mistakes };
}

type Problem = Pick<Mistake, 'code' | 'happened' | 'remedy'>;
type Value = { readonly value: string; readonly from: 'env' | 'default' | 'file' } | Problem;

async function fill(
  written: string,
  surroundings: Surroundings,
): Promise<{ text: string; facts?: Filled; problems: Problem[] }> {
  const values: { value: string; from: string }[] = [];
  const problems: Problem[] = [];
  let text = '';
  let from = 0;
  for (const match of written.matchAll(/\$\$\{|\$\{([^{}]*)(\}?)/gu)) {
    text += written.slice(from, match.index);
    from = match.index + match[0].length;
    if (match[0] === '$${') {
      text += '${';
      continue;
    }
    const found = match[2] === '}' ? await look(match[1]!, surroundings) : noReference;
    if ('value' in found) {
      values.push(found);
      text += found.value;
    } else {
      problems.push(found);
    }
  }
  text += written.slice(from);
  if (values.length + problems.length === 0) return { text, problems };
  const facts = {
    values: values.map(each => each.value),
    fromFile: values.some(each => each.from === 'file'),
    fromDefault: values.some(each => each.from === 'default' && each.value !== ''),
    missing: problems.length > 0,
  };
  return { text, facts, problems };
}

const noReference: Problem = {
  code: 'config.invalid',
  happened: `A "\${" that is no reference.`,
  remedy: `Write \${NAME}, \${NAME:-default} or \${file:path}; for the characters themselves write $\${.`,
};

async function look(inside: string, { env, readFile, baseDir }: Surroundings): Promise<Value> {
  if (inside.startsWith('file:')) return readSecret(inside.slice('file:'.length).trim(), readFile, baseDir);
  const parts = /^([A-Za-z_]\w*)(?::-(.*))?$/su.exec(inside);
  if (!parts) return noReference;
  const [, name, fallback] = parts as unknown as [string, string, string | undefined];
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value) return { value, from: 'env' };
  if (fallback !== undefined) return { value: fallback, from: 'default' };
  const [near] = nearest(
    name,
    Object.keys(env).filter(other => env[other] && Math.abs(other.length - name.length) <= 2),
  );
  return {
    code: 'config.secret-missing',
    happened: `The environment variable ${name} is ${value === '' ? 'empty' : 'not set'}.`,
    remedy: near
      ? `Set ${name}; ${near} is set, is that the one?`
      : `Set ${name} in the environment of muster, or keep the value in a file and write \${file:path}.`,
  };
}

async function readSecret(path: string, readFile: Surroundings['readFile'], baseDir: string): Promise<Value> {
  if (path === '') return noReference;
  const file = resolve(baseDir, path);
  try {
    // Editors and `echo` end a file with a newline that is no part of the secret.
    const value = (await readFile(file)).replace(/\r?\n$/u, '');
    if (value !== '') return { value, from: 'file' };
    return {
      code: 'config.secret-missing',
      happened: `The secret file ${file} is empty.`,
      remedy: 'Write the secret into it.',
    };
  } catch (cause) {
    return {
      code: 'config.secret-missing',
      happened: `The secret file ${file} cannot be read (${reasonOf(cause)}).`,
      remedy:
        'Make the file and let the user that runs muster read it; a relative path starts at the config file.',
    };
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  EFBIG: 'it is larger than 64 KiB',
};

const reasonOf = (cause: unknown): string => {
  const code = (cause as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? (reasons[code] ?? code) : 'unreadable';
};
