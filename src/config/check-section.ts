import type { z } from 'zod';
import type { ConfigDocument, TextNode } from './document.ts';
import { explain } from './explain.ts';
import type { ConfigPath, Mistake } from './mistake.ts';
import { isBlock, valueAt } from './raw-data.ts';
import type { Filled } from './references.ts';
import { hidden } from './wording.ts';

/** A config while it is being read: its text, and what `${…}` came to. */
export interface Reading {
  readonly document: ConfigDocument;
  readonly filled: ReadonlyMap<TextNode, Filled>;
  readonly isSecret: (path: ConfigPath) => boolean;
}

export interface Checked<T> {
  /** Left out where there are mistakes. */
  readonly value?: T;
  /** What was given, numbers and truth values of the environment made such. */
  readonly raw: unknown;
  readonly mistakes: readonly Mistake[];
}

/** A config is read once: to compile its schemas, as zod does for values that come by the thousand, takes longer. */
const once = { jitless: true };

/**
 * The keys of a block that hold by themselves, so that rules can look at them although another key is wrong: all
 * mistakes are to come at once.
 */
export function soundKeys<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  raw: unknown,
): Partial<z.output<z.ZodObject<Shape>>> {
  if (!isBlock(raw)) return {};
  const sound = Object.entries(schema.shape).flatMap(([key, each]) => {
    const found = Object.hasOwn(raw, key) ? (each as z.ZodType).safeParse(raw[key], once) : undefined;
    return found?.success ? [[key, found.data] as const] : [];
  });
  return Object.fromEntries(sound) as Partial<z.output<z.ZodObject<Shape>>>;
}

/** One section against its schema; every mistake of it at once. */
export function checkSection<T>(
  schema: z.ZodType<T>,
  raw: unknown,
  base: ConfigPath,
  reading: Reading,
  alsoKnown: readonly string[] = [],
): Checked<T> {
  const first = schema.safeParse(raw, once);
  if (first.success) return { value: first.data, raw, mistakes: [] };
  const retyped = retype(raw, first.error.issues, base, reading);
  const result = retyped === undefined ? first : schema.safeParse(retyped, once);
  if (result.success) return { value: result.data, raw: retyped, mistakes: [] };
  return {
    raw: retyped ?? raw,
    mistakes: explain(result.error.issues, {
      schema,
      base,
      raw: retyped ?? raw,
      alsoKnown,
      show: (path, value) => show(path, value, reading),
      source: path => reading.document.sourceAt(path),
    }),
  };
}

/**
 * What the environment says is text; `attempts: ${ATTEMPTS}` means a number all the same. Only where the schema asks
 * for one: a secret made of digits stays text.
 */
function retype(
  raw: unknown,
  issues: readonly z.core.$ZodIssue[],
  base: ConfigPath,
  { document, filled }: Reading,
): unknown {
  let copy: unknown;
  for (const issue of issues) {
    if (issue.code !== 'invalid_type') continue;
    const path = issue.path.filter(part => typeof part !== 'symbol');
    const node = document.textAt([...base, ...path]);
    const value = valueAt(raw, path);
    if (!node || !filled.has(node) || typeof value !== 'string') continue;
    const typed = typedOf(value.trim(), issue.expected);
    if (typed === undefined) continue;
    copy ??= structuredClone(raw);
    const parent = valueAt(copy, path.slice(0, -1));
    (parent as Record<string | number, unknown>)[path.at(-1)!] = typed;
  }
  return copy;
}

function typedOf(text: string, expected: string): number | boolean | undefined {
  if (expected === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (expected !== 'number' && expected !== 'int') return undefined;
  return /^-?\d{1,15}(?:\.\d{1,15})?$/u.test(text) ? Number(text) : undefined;
}

/** A value for a message. Secrets are not shown, and of what the environment gave only where it came from. */
function show(path: ConfigPath, value: unknown, { document, filled, isSecret }: Reading): string {
  const node = document.textAt(path);
  if (node && filled.has(node)) return isSecret(path) ? hidden : `the value of ${node.written}`;
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (isBlock(value)) return 'a block';
  if (isSecret(path)) return hidden;
  if (typeof value === 'string') return `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`;
  return document.sourceAt(path) ?? String(value);
}
