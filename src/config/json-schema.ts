import { z } from 'zod';
import type { SourceKind } from '../sources/source.ts';
import { knownKinds } from './compose.ts';
import { isBlock } from './raw-data.ts';
import { configSchema } from './schema.ts';

export type JsonSchema = Record<string, unknown>;

/**
 * JSON Schema (draft 7, the one that editors know best) of the config as it is written: completion, hover texts and
 * red lines in an editor. It cannot say everything (a mapping names a source that exists); the loader does.
 */
export function configJsonSchema(kinds: readonly SourceKind[] = knownKinds): JsonSchema {
  const schema = withReferences(plain(configSchema)) as JsonSchema;
  const { properties } = schema as { properties: Record<string, JsonSchema> };
  properties.sources!.minProperties = 1;
  properties.sources!.additionalProperties = { oneOf: kinds.map(sourceSchema) };
  // The two halves of a choice cannot be told by `required` alone.
  properties.genesys!.anyOf = [{ required: ['region'] }, { required: ['baseUrl'] }];
  return { ...schema, definitions: { reference } };
}

const plain = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { target: 'draft-7', io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** A number, a choice or a URL may come from the environment, and is then a text with a reference in it. */
const reference = {
  type: 'string',
  pattern: '\\$\\{[^{}]+\\}',
  description: `\${NAME}, \${NAME:-default} or \${file:path}.`,
};

function sourceSchema({ kind, title, options }: SourceKind): JsonSchema {
  const { $schema: _, ...schema } = plain(options);
  const told = withReferences(schema) as JsonSchema;
  return { ...withKind(told, { const: kind, description: title }), title: kind, description: title };
}

/** The kind is written beside the options, so every variant of the options must know it. */
function withKind(schema: JsonSchema, kind: JsonSchema): JsonSchema {
  for (const variants of ['anyOf', 'oneOf'] as const) {
    const list = schema[variants];
    if (Array.isArray(list))
      return { ...schema, [variants]: list.map(each => withKind(each as JsonSchema, kind)) };
  }
  const { properties, required } = schema as { properties?: JsonSchema; required?: readonly string[] };
  return {
    ...schema,
    type: 'object',
    properties: { kind, ...properties },
    required: ['kind', ...(required ?? [])],
  };
}

const annotations = ['title', 'description', 'default', 'examples'];

/** Lets a reference stand wherever a plain text would not fit. Keys (`propertyNames`) are never references. */
function withReferences(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withReferences);
  if (!isBlock(schema)) return schema;
  const walked: JsonSchema = {};
  for (const [key, value] of Object.entries(schema)) {
    const isMap = (key === 'properties' || key === 'definitions') && isBlock(value);
    if (isMap)
      walked[key] = Object.fromEntries(
        Object.entries(value).map(([name, each]) => [name, withReferences(each)]),
      );
    else walked[key] = ['propertyNames', ...annotations].includes(key) ? value : withReferences(value);
  }
  if (!isNarrow(walked)) return walked;
  const told = Object.entries(walked);
  const strict = Object.fromEntries(told.filter(([key]) => !annotations.includes(key)));
  return {
    ...Object.fromEntries(told.filter(([key]) => annotations.includes(key))),
    anyOf: [strict, { $ref: '#/definitions/reference' }],
  };
}

/** Would the schema refuse a text like `${NAME}`? `const` stays strict: it tells the variants of a choice apart. */
function isNarrow(schema: JsonSchema): boolean {
  const { type } = schema;
  if (type === 'number' || type === 'integer' || type === 'boolean' || schema.enum !== undefined) return true;
  return (
    type === 'string' &&
    (schema.format !== undefined || schema.pattern !== undefined || schema.maxLength !== undefined)
  );
}
