import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { knownKinds } from '../../src/config/compose.ts';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

/** The text below a heading, as far as the next one of its level. */
function below(heading: string): string {
  const level = /^#+/u.exec(heading)![0];
  const start = page.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`docs/configuration.md has no heading "${heading}".`);
  const rest = page.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${level.length}} `, 'mu'));
  return end < 0 ? rest : rest.slice(0, end);
}

interface Key {
  readonly name: string;
  readonly default?: unknown;
}

/** Every key at any depth, blocks in blocks and variants included. */
function keysOf(schema: unknown): Key[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties, anyOf, oneOf, items } = schema as Record<string, unknown>;
  const own = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  return [
    ...own.flatMap(([name, each]) => [{ name, default: each.default }, ...keysOf(each)]),
    ...[anyOf, oneOf].flatMap(variants => (Array.isArray(variants) ? variants.flatMap(keysOf) : [])),
    ...keysOf(items),
  ];
}

const told = (text: string, key: string): boolean =>
  new RegExp(`\`(?:[^\`\n]*[ .{])?${key}[^\`\n]*\``, 'u').test(text);

const { properties: sections } = configJsonSchema() as { properties: Record<string, JsonSchema> };

describe('docs/configuration.md', () => {
  it.each(Object.keys(sections))('names every key of %s', section => {
    const text = below(`## ${section}`);
    expect(keysOf(sections[section]).filter(({ name }) => !told(text, name))).toEqual([]);
  });

  it.each(knownKinds.map(each => each.kind))('names every option of a source of the kind %s', kind => {
    const text = below(`### kind: ${kind}`);
    const { properties } = configJsonSchema(knownKinds.filter(each => each.kind === kind)) as {
      properties: { sources: { additionalProperties: { oneOf: JsonSchema[] } } };
    };
    const keys = keysOf(properties.sources.additionalProperties.oneOf[0]).filter(
      ({ name }) => name !== 'kind',
    );
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter(({ name }) => !told(text, name))).toEqual([]);
  });

  it('tells the default of every key as it is', () => {
    const rows = page.split('\n').filter(line => line.startsWith('| `'));
    const wrong = Object.values(sections)
      .flatMap(keysOf)
      .filter(key => ['string', 'number', 'boolean'].includes(typeof key.default))
      .filter(
        key =>
          !rows.some(
            row => told(row.split(' | ')[0]!, key.name) && row.split(' | ')[1] === `\`${key.default}\``,
          ),
      );
    expect(wrong).toEqual([]);
  });

  it('shows a config that loads', async () => {
    const [example] = [...page.matchAll(/```yaml\n([\s\S]*?)```/gu)].map(match => match[1]!);
    const env = { GENESYS_CLIENT_ID: 'a', GENESYS_CLIENT_SECRET: 'b' };
    const readFile = () => Promise.reject(new Error('no secret files'));
    const { config, warnings } = await parseConfig(example!, { path: 'muster.yaml', env, readFile });
    expect(config.mappings[0]!.queues).toEqual(['Support_Tier1']);
    expect(warnings).toEqual([]);
  });

  it('shows mappings that load', async () => {
    const [, mappings] = [...page.matchAll(/```yaml\n([\s\S]*?)```/gu)].map(match => match[1]!);
    const rest =
      'genesys: { region: eu-west-1, clientId: a, clientSecret: b }\nsources: { c: { kind: file, path: d } }\n';
    const readFile = () => Promise.reject(new Error('no secret files'));
    const { config } = await parseConfig(rest + mappings, { path: 'muster.yaml', env: {}, readFile });
    expect(config.mappings).toHaveLength((parseYaml(mappings!) as { mappings: unknown[] }).mappings.length);
  });
});
