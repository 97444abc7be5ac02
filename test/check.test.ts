import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emulate } from '../src/emulator/emulate.ts';
import { loadConfig, openMuster } from '../src/index.ts';
import { check } from '../src/run/check.ts';

const everything = [
  'routing:queue:view',
  'routing:queue:edit',
  'routing:queueMember:manage',
  'directory:user:view',
  'directory:group:add',
  'directory:group:edit',
];

/** Checks a config against a tenant whose OAuth client has these permissions. */
async function checked(
  permissions: readonly string[],
  mapping: object = {},
  genesys: object = {},
  limits: object = {},
) {
  const dir = await mkdtemp(join(tmpdir(), 'muster-check-'));
  const emulator = await emulate({
    seed: {
      organization: { name: 'Example Telecom' },
      clients: [{ id: 'muster', secret: 'right', name: 'muster', permissions: [...permissions] }],
      users: [{ name: 'Ana', email: 'ana@example.com' }],
      queues: [{ name: 'Support' }],
    },
  });
  await writeFile(join(dir, 'directory.yaml'), 'groups: [{ name: support, members: [ana@example.com] }]\n');
  const config = {
    genesys: { baseUrl: emulator.url, clientId: 'muster', clientSecret: 'right', ...genesys },
    sources: { corp: { kind: 'file', path: 'directory.yaml' } },
    mappings: [{ group: 'support', queues: ['Support'], ...mapping }],
    limits,
  };
  await writeFile(join(dir, 'muster.yaml'), JSON.stringify(config));
  const muster = await openMuster(await loadConfig(join(dir, 'muster.yaml'), { env: {} }), { env: {} });
  onTestFinished(async () => {
    await muster.close();
    await emulator.close();
    await rm(dir, { recursive: true, force: true });
  });
  const before = [emulator.db.groups.size, emulator.db.queues.size];
  const report = await check(muster.job, new AbortController().signal);
  expect([emulator.db.groups.size, emulator.db.queues.size]).toEqual(before);
  expect(emulator.requests.all.some(request => request.applied)).toBe(false);
  return report;
}

const failing = (report: Awaited<ReturnType<typeof checked>>) =>
  report.probes.filter(probe => !probe.ok).map(probe => probe.name);

describe('check', () => {
  it('finds everything in order, names the organisation, and writes nothing', async () => {
    const report = await checked(everything);
    expect(failing(report)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(report.probes[0]).toMatchObject({
      name: 'token',
      detail: 'organisation Example Telecom, OAuth client muster',
    });
    expect(report.probes.map(probe => probe.name)).toEqual([
      'token',
      'source corp',
      'contract',
      'routing:queue:view',
      'directory:user:view',
      'directory:group:edit',
      'directory:group:add',
      'routing:queue:edit',
      'names',
    ]);
  });

  it.each(everything.filter(name => name !== 'routing:queueMember:manage'))(
    'tells that %s is missing, and what to do',
    async missing => {
      const report = await checked(everything.filter(name => name !== missing));
      expect(report.ok).toBe(false);
      expect(failing(report)).toEqual([missing]);
      expect(report.probes.find(probe => !probe.ok)!.remedy).toContain(missing);
    },
  );

  it('asks for the permissions of the strategies that the mappings use, and for no others', async () => {
    const report = await checked(
      ['routing:queue:view', 'directory:user:view', 'routing:queueMember:manage'],
      { assign: 'direct-members' },
    );
    expect(failing(report)).toEqual([]);
    const without = await checked(['routing:queue:view', 'directory:user:view'], {
      assign: 'direct-members',
    });
    expect(failing(without)).toEqual(['routing:queueMember:manage']);
  });

  it('asks for the right to unjoin people where there is a grace', async () => {
    const report = await checked(everything, {}, {}, { drain: { graceSeconds: 60 } });
    expect(report.ok).toBe(true);
    expect(report.probes.map(probe => probe.detail)).toContain(
      'unjoin people before they are taken off a queue',
    );
    const lacking = everything.filter(
      name => !name.startsWith('routing:queueMember') && name !== 'routing:queue:edit',
    );
    const without = await checked(lacking, {}, {}, { drain: { graceSeconds: 60 } });
    expect(failing(without)).toEqual(['routing:queue:edit', 'routing:queueMember:manage']);
  });

  it('tells a name that resolves to nothing', async () => {
    const report = await checked(everything, { queues: ['Suport'] });
    expect(failing(report)).toEqual(['names']);
    expect(report.probes.at(-1)!.detail).toContain('"Support"');
  });

  it('stops at a wrong secret, with the sources checked all the same', async () => {
    const report = await checked(everything, {}, { clientSecret: 'wrong' });
    expect(failing(report)).toEqual(['token']);
    expect(report.probes.map(probe => probe.name)).toEqual(['token', 'source corp']);
  });
});
