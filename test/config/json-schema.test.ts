// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a config look like this.
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { knownKinds } from '../../src/config/compose.ts';
import { configJsonSchema, type JsonSchema } from '../../src/config/json-schema.ts';
import { configText, kinds, parse } from './reading.ts';
import { schemaErrors } from './schema-errors.ts';

const check = (text: string): string[] => schemaErrors(configJsonSchema(kinds), parseYaml(text));

describe('the JSON Schema', () => {
  it('is a valid schema with the kinds of source that are registered, too', () => {
    expect(schemaErrors(configJsonSchema(), {})).not.toEqual([]);
    expect(JSON.stringify(configJsonSchema())).toContain(
      JSON.stringify({ const: knownKinds[0]!.kind }).slice(1, -1),
    );
  });

  it('accepts what the loader accepts', async () => {
    const texts = [
      configText().replaceAll('${ID}', 'x'),
      configText({ genesys: 'baseUrl: http://127.0.0.1:1', rest: 'limits: { removals: { percent: 3 } }' }),
      configText({
        sources: 'a: { kind: list, path: b }\nc: { kind: vault, url: vault://d, auth: { token: e } }',
        mappings: '- { from: a, group: { name: x }, queues: [q] }\n- { from: c, group: y, queues: q }',
      }),
    ];
    for (const text of texts) {
      expect(check(text)).toEqual([]);
      await parse(text);
    }
  });

  it('lets a reference stand for a number, a choice or a URL', async () => {
    const genesys = 'baseUrl: ${URL}\nattempts: ${N}\nallowInsecure: ${YES}\ncontract: ${CONTRACT:-auto}';
    const text = configText({ genesys });
    expect(check(text)).toEqual([]);
    const env = { ID: 'a', SECRET: 'b', URL: 'http://127.0.0.1:1', N: '3', YES: 'true' };
    expect((await parse(text, { env })).config.genesys).toMatchObject({ attempts: 3, allowInsecure: true });
  });

  it.each([
    ['an unknown key', configText({ genesys: 'region: a\nregoin: b' })],
    ['an unknown section', configText({ rest: 'limit: {}' })],
    ['a number that is none', configText({ genesys: 'region: a\nattempts: many' })],
    ['a choice that is none', configText({ genesys: 'region: a\ncontract: platfrom' })],
    ['neither region nor baseUrl', configText({ genesys: 'attempts: 3' })],
    ['an unknown kind of source', configText({ sources: 'a: { kind: lst, path: b }' })],
    ['the options of another kind', configText({ sources: 'a: { kind: list, url: b }' })],
    ['a source without a kind', configText({ sources: 'a: { path: b }' })],
    ['an id of a source with a dot', configText({ sources: 'a.b: { kind: list, path: b }' })],
    ['no source', configText().replace(/sources:[\s\S]*mappings:/u, 'sources: {}\nmappings:')],
    ['a mapping without queues', configText({ mappings: '- { group: a }' })],
    ['a ring beyond the sixth', configText({ mappings: '- { group: a, queues: b, ring: 7 }' })],
  ])('refuses %s', (_, text) => {
    expect(check(text)).not.toEqual([]);
  });

  it('tells an editor what every key means', () => {
    const silent: string[] = [];
    const walk = (schema: unknown, path: string) => {
      if (typeof schema !== 'object' || schema === null) return;
      for (const [name, each] of Object.entries((schema as JsonSchema).properties ?? {})) {
        if (!(each as JsonSchema).description) silent.push(`${path}.${name}`);
        walk(each, `${path}.${name}`);
      }
      walk((schema as JsonSchema).items, path);
      for (const variant of ((schema as JsonSchema).anyOf as unknown[] | undefined) ?? [])
        walk(variant, path);
    };
    walk(configJsonSchema(), '');
    expect(silent).toEqual([]);
  });

  it('tells an editor the default of every key that has one', () => {
    const { properties } = configJsonSchema(kinds) as {
      properties: Record<string, { properties: JsonSchema }>;
    };
    expect(properties.genesys!.properties.attempts).toMatchObject({ default: 5 });
    expect(properties.people!.properties.match).toMatchObject({
      default: ['email', 'userName', 'externalId'],
    });
  });
});
