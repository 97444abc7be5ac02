import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { systemClock } from '../../src/clock.ts';
import { createSources } from '../../src/config/compose.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import { emulate } from '../../src/emulator/emulate.ts';
import { memoryStore, openMuster } from '../../src/index.ts';
import { silentLog } from '../../src/log.ts';
import { schemaErrors } from './schema-errors.ts';

const dir = fileURLToPath(new URL('../../examples/', import.meta.url));
const configs = (await readdir(dir)).filter(name => /^muster.*\.yaml$/u.test(name));

const env = {
  GENESYS_BASE_URL: 'http://127.0.0.1:8080',
  GENESYS_CLIENT_ID: 'muster-example',
  GENESYS_CLIENT_SECRET: 'example-secret',
};

const load = async (name: string) => {
  const path = join(dir, name);
  const secret = (file: string) =>
    file.startsWith('/run/secrets/') ? Promise.resolve('s3cret\n') : Promise.reject(new Error(file));
  return parseConfig(await readFile(path, 'utf8'), { path, env, readFile: secret });
};

it('There are examples of a first run, of a first day, of rules and of LDAP.', () => {
  expect(configs.toSorted()).toEqual([
    'muster.first-day.yaml',
    'muster.ldap.yaml',
    'muster.rules.yaml',
    'muster.yaml',
  ]);
});

describe.each(configs)('examples/%s', name => {
  it('loads without mistakes and warnings', async () => {
    expect((await load(name)).warnings).toEqual([]);
  });

  it('fits the JSON Schema', async () => {
    const data = parseYaml(await readFile(join(dir, name), 'utf8'));
    expect(schemaErrors(configJsonSchema(), data)).toEqual([]);
  });
});

describe('the directory of the examples', () => {
  const read = async (name: string) => {
    const { config, baseDir } = await load(name);
    const tools = { clock: systemClock, log: silentLog, baseDir, env: {} };
    const [source] = createSources(config, tools);
    return source!.read(
      { groups: config.mappings.map(mapping => mapping.group) },
      AbortSignal.timeout(10_000),
    );
  };

  it('shows the first run the group of the tutorial and the group nested in it', async () => {
    const { groups, people, evidence } = await read('muster.yaml');
    expect(Object.fromEntries(groups.map(group => [group.name, group.members.length]))).toEqual({
      'customer-support-tier1': 6,
      'support-evening': 2,
    });
    expect(people.map(person => person.emails[0]!.split('@')[0]).toSorted()).toEqual([
      'ana.souza',
      'bo.lindqvist',
      'chidi.okafor',
      'dana.levi',
      'emre.yilmaz',
      'farah.haddad',
      'zoe.unknown',
    ]);
    expect(evidence.complete).toBe(true);
    expect(groups.every(group => group.evidence.complete)).toBe(true);
  });

  it('shows the rule two groups more, and one person who is suspended', async () => {
    const { groups, people } = await read('muster.rules.yaml');
    expect(groups.map(group => group.name).toSorted()).toEqual([
      'customer-support-tier1',
      'gc-queue-Billing',
      'gc-queue-Sales_EMEA',
      'support-evening',
    ]);
    const suspended = people.filter(person => person.status === 'suspended');
    expect(suspended.map(person => person.name)).toEqual(["Liam O'Brien"]);
  });
});

describe.each(['platform', 'scim-extension'] as const)(
  'a first plan of the example tenant (%s)',
  contract => {
    it.each([
      ['muster.yaml', 6, ['zoe.unknown@example.com']],
      ['muster.rules.yaml', 11, ['zoe.unknown@example.com']],
    ])('from examples/%s places %i people and tells who has no user', async (name, placed, unlinked) => {
      await using tenant = await emulate({ contract });
      const loaded = await loadConfig(join(dir, name), { env: { ...env, GENESYS_BASE_URL: tenant.url } });
      const muster = await openMuster(loaded, { store: memoryStore(systemClock) });
      try {
        const { plan, refusals } = await muster.plan();
        expect(plan.changes.filter(change => change.kind === 'member.add')).toHaveLength(placed);
        const missing = plan.notes.filter(note => note.code === 'person.unlinked');
        expect(missing.map(note => note.subject)).toEqual(unlinked);
        expect(refusals).toEqual([]);
      } finally {
        await muster.close();
      }
    });
  },
);
