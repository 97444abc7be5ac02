import { z } from 'zod';
import type { ConfigPath } from './mistake.ts';

type Schema = z.core.$ZodType;

/** What a schema says of a value to whoever writes it. */
export interface Hint {
  readonly description?: string;
  readonly example?: unknown;
}

/** The keys that a block at `path` may have, over all variants of a union. */
export function keysAt(schema: Schema, path: ConfigPath): readonly string[] {
  const keys = schemasAt(schema, path)
    .flatMap(bare)
    .flatMap(each => {
      const { def } = (each as z.core.$ZodTypes)._zod;
      return def.type === 'object' ? Object.keys(def.shape) : [];
    });
  return [...new Set(keys)];
}

/** Description and example of the value at `path`, from the outermost wrapper that has them. */
export function hintAt(schema: Schema, path: ConfigPath): Hint {
  let description: string | undefined;
  let example: unknown;
  for (const each of schemasAt(schema, path).flatMap(layers)) {
    const meta = z.globalRegistry.get(each);
    description ??= meta?.description;
    const { examples } = (meta ?? {}) as { examples?: unknown };
    example ??= Array.isArray(examples) ? examples[0] : undefined;
  }
  return {
    ...(description === undefined ? {} : { description }),
    ...(example === undefined ? {} : { example }),
  };
}

function schemasAt(schema: Schema, path: ConfigPath): readonly Schema[] {
  let found: readonly Schema[] = [schema];
  for (const part of path) found = found.flatMap(bare).flatMap(each => below(each, part));
  return found;
}

function below(schema: Schema, part: string | number): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.hasOwn(def.shape, part) ? [def.shape[part]!] : def.catchall ? [def.catchall] : [];
    case 'array':
      return [def.element];
    case 'record':
      return [def.valueType];
    case 'tuple':
      return [...def.items];
    default:
      return [];
  }
}

/** A schema without what is wrapped around it; a union gives all its variants. */
const bare = (schema: Schema): readonly Schema[] => layers(schema).filter(each => inside(each).length === 0);

/** A schema and everything that it wraps, from the outside in. */
function layers(schema: Schema): readonly Schema[] {
  const found: Schema[] = [schema];
  // The list grows while it is walked; a wrapper around itself is the only way to a long one.
  for (let at = 0; at < found.length && at < 200; at++) found.push(...inside(found[at]!));
  return found;
}

function inside(schema: Schema): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return [def.innerType];
    case 'pipe':
      // `z.preprocess` has its function in front, `.transform()` behind; the other side is what people write.
      return [(def.in as z.core.$ZodTypes)._zod.def.type === 'transform' ? def.out : def.in];
    case 'union':
      return def.options;
    case 'intersection':
      return [def.left, def.right];
    case 'lazy':
      return [def.getter()];
    default:
      return [];
  }
}
