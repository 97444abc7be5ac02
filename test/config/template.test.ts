import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { parseConfig } from '../../src/config/load.ts';
import { configTemplate, templateKinds } from '../../src/config/template.ts';
import { schemaErrors } from './schema-errors.ts';

const env = { GENESYS_CLIENT_ID: 'a', GENESYS_CLIENT_SECRET: 'b', LDAP_PASSWORD: 'c' };
const readFile = () => Promise.reject(new Error('The template names no secret files.'));

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
});
