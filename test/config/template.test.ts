import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { knownKinds } from '../../src/config/compose.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { sourceTemplates, templateKinds } from '../../src/config/source-templates.ts';
import { configTemplate, variablesOf } from '../../src/config/template.ts';
import { schemaErrors } from './schema-errors.ts';

const env = {
  GENESYS_CLIENT_ID: 'a',
  GENESYS_CLIENT_SECRET: 'b',
  LDAP_PASSWORD: 'c',
  OKTA_PRIVATE_KEY: 'd',
  OKTA_KEY_ID: 'e',
  ENTRA_CLIENT_SECRET: 'f',
  GOOGLE_KEY: 'g',
  KEYCLOAK_CLIENT_SECRET: 'h',
  SCIM_TOKEN: 'i',
  JUMPCLOUD_CLIENT_ID: 'j',
  JUMPCLOUD_CLIENT_SECRET: 'k',
};
const readFile = () => Promise.reject(new Error('The template names no secret files.'));

it('There is a template for every kind of source, with its page.', () => {
  expect([...templateKinds].sort()).toEqual(knownKinds.map(({ kind }) => kind).sort());
  for (const kind of templateKinds) expect(sourceTemplates[kind].page).toBe(`docs/sources/${kind}.md`);
});

describe.each(templateKinds)('the config that `muster init` writes for %s', kind => {
  it('loads without mistakes and warnings once its variables are set', async () => {
    const loaded = await parseConfig(configTemplate(kind), { path: 'muster.yaml', env, readFile });
    expect(loaded.warnings).toEqual([]);
    expect(loaded.config.sources.corp!.kind).toBe(kind);
    expect(loaded.config.mappings).toHaveLength(1);
  });

  it('fits the JSON Schema that its first line names', () => {
    const text = configTemplate(kind);
    expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./muster.schema.json');
    expect(schemaErrors(configJsonSchema(), parseYaml(text))).toEqual([]);
  });

  it('still loads when the rule in its comments is put to use', async () => {
    const text = configTemplate(kind).replace(/^ {2}# (- group:.*)\n {2}# /mu, '  $1\n  ');
    const { config } = await parseConfig(text, { path: 'muster.yaml', env, readFile });
    expect(config.mappings).toHaveLength(2);
  });

  it('takes the region and the place of the schema', async () => {
    const text = configTemplate(kind, { region: 'mypurecloud.de', schema: 'https://example.com/s.json' });
    const { config } = await parseConfig(text, { path: 'muster.yaml', env, readFile });
    expect(config.genesys.region).toBe('mypurecloud.de');
    expect(text).toContain('$schema=https://example.com/s.json\n');
  });

  it('names variables that are all needed, and in its comments options that there are', async () => {
    const text = configTemplate(kind);
    const variables = variablesOf(text);
    expect(variables.slice(0, 2)).toEqual(['GENESYS_CLIENT_ID', 'GENESYS_CLIENT_SECRET']);
    for (const name of variables) {
      const without = parseConfig(text, {
        path: 'muster.yaml',
        env: { ...env, [name]: undefined },
        readFile,
      });
      await expect(without, name).rejects.toThrow(name);
    }
    const { shape } = knownKinds.find(each => each.kind === kind)!.options as unknown as { shape: object };
    const commented = [...sourceTemplates[kind].lines.matchAll(/^# ([a-zA-Z]+): \S/gmu)].map(
      match => match[1]!,
    );
    for (const option of commented) expect(Object.keys(shape)).toContain(option);
  });
});
