import { describe, expect, it } from 'vitest';
import { loadOfflineConfig, MusterErrors } from '../../src/index.ts';

const load = (text: string, env: Record<string, string> = {}) =>
  loadOfflineConfig('muster.yaml', {
    env,
    read: async path => {
      if (path.endsWith('muster.yaml')) return text;
      throw Object.assign(new Error('none'), { code: 'ENOENT' });
    },
  });

const errorsOf = async (text: string): Promise<string[]> =>
  load(text).then(
    () => [],
    (error: Error) => (error instanceof MusterErrors ? error.errors : [error]).map(each => each.message),
  );

const whole = `
genesys:
  region: \${REGION}
  clientId: \${GENESYS_CLIENT_ID}
  clientSecret: \${file:/run/secrets/genesys}
  caFile: \${CA}
  memberBatch: 20
sources:
  corp: { kind: ldap, url: "\${LDAP_URL}", baseDn: "dc=example,dc=com", bindDn: "\${BIND}", password: \${LDAP_PASSWORD} }
  list: { kind: file, path: people.yaml }
mappings:
  - { group: support, from: corp, queues: [Support] }
state: { dir: \${STATE} }
`;

describe('a config without its secrets', () => {
  it('is good enough to plan on a snapshot', async () => {
    const { config } = await load(whole);
    expect(config.mappings).toMatchObject([{ id: 'corp.support', from: 'corp', queues: ['Support'] }]);
    expect(config.genesys).toMatchObject({ contract: 'auto', memberBatch: 20 });
    expect(Object.keys(config.sources)).toEqual(['corp', 'list']);
    expect(config.people.match).toEqual(['email', 'userName', 'externalId']);
  });

  it('hides the secrets that are there all the same', async () => {
    const { secrets } = await load(whole, { LDAP_PASSWORD: 'a-password' });
    expect(secrets).toContain('a-password');
    expect(secrets).not.toContain('');
  });

  it('marks sources, so that two that are written alike are known', async () => {
    const one = await load(whole);
    const other = await load(whole.replace('dc=example,dc=com', 'ou=staff,dc=example,dc=com'));
    expect(other.config.sources.corp).not.toBe(one.config.sources.corp);
    expect(other.config.sources.list).toBe(one.config.sources.list);
  });

  it('has every other mistake told', async () => {
    expect(await errorsOf(whole.replace('memberBatch: 20', 'contract: ${CONTRACT}'))).toEqual([
      'The environment variable CONTRACT is not set. (muster.yaml:7:13)',
    ]);
    expect(await errorsOf(whole.replace('group: support', 'group: ${GROUP}'))).toEqual([
      'The environment variable GROUP is not set. (muster.yaml:12:14)',
    ]);
    expect(await errorsOf(whole.replace('path: people.yaml', 'paths: people.yaml'))).toEqual([
      'Unknown key "paths" in sources.list. (muster.yaml:10:23)',
    ]);
    expect(await errorsOf(whole.replace('from: corp', 'from: crop'))).toHaveLength(1);
    expect(await errorsOf(whole.replace('memberBatch: 20', 'memberBatch: many'))).toHaveLength(1);
  });

  it('is read again with its secrets, and means the same', async () => {
    const env = {
      REGION: 'eu-west-1',
      GENESYS_CLIENT_ID: 'id',
      LDAP_URL: 'ldaps://ldap.example.com',
      BIND: 'cn=reader',
      LDAP_PASSWORD: 'a-password',
      STATE: '.muster',
    };
    const { mappings, limits, people } = (await load(whole, env)).config;
    const { config } = await load(whole);
    expect({ mappings, limits, people }).toEqual({
      mappings: config.mappings,
      limits: config.limits,
      people: config.people,
    });
  });
});
