import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MusterErrors } from '../../src/index.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

/** Every form in which a secret of this world could leave it. */
function secretsOf(world: World): string[] {
  const { MUSTER_TEST_SECRET: secret = '', MUSTER_TEST_ID: id = '' } = world.env;
  return [
    secret,
    btoa(`${id}:${secret}`),
    encodeURIComponent(secret),
    ...world.emulator.db.tokens.keys(),
    ...[...world.emulator.requests.all].flatMap(
      request => request.headers.authorization?.split(' ')[1] ?? [],
    ),
  ].filter(text => text !== '');
}

function expectClean(world: World, texts: Readonly<Record<string, string>>): void {
  const secrets = new Set(secretsOf(world));
  expect(secrets.size).toBeGreaterThan(1);
  for (const [where, text] of Object.entries(texts)) {
    for (const secret of secrets) expect(text.includes(secret), `${where} holds ${secret}`).toBe(false);
  }
}

describe.each(contracts)('no secret leaves, under the %s contract', contract => {
  it('in what the command line prints and writes, however much it is asked to tell', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    const texts: Record<string, string> = {};
    const run = async (...args: string[]) => {
      const { stdout, stderr } = await world.cli(...args);
      texts[args.join(' ')] = stdout + stderr;
    };
    await run('plan', '--verbose', '--out', 'plan.json');
    await run('apply', 'plan.json', '--verbose');
    await run('plan', '--json', '--verbose');
    await run('sync', '--yes', '--json');
    await run('check', '--verbose');
    texts['plan.json'] = await readFile(join(world.dir, 'plan.json'), 'utf8');
    texts['journal.jsonl'] = await readFile(join(world.dir, '.muster', 'journal.jsonl'), 'utf8');
    expect(texts['plan --verbose --out plan.json']).toContain('"event":"call"');
    expectClean(world, texts);
  });

  it('in a name that a report cuts in the middle of it', async () => {
    const secret = 'example-secret-9f2c';
    // 200 characters of a name are shown.
    const name = `${'n'.repeat(183)} ${secret}`;
    const world = await createWorld({
      contract,
      timeScale: 1,
      groups: { [name]: ['ana', 'bo'] },
      mappings: [{ id: 'm', group: name, queues: ['Support'] }],
    });
    const report = ['--report', 'told.md', '--report', 'told.json'];
    const told: Record<string, string> = {};
    const run = async (...args: string[]) => {
      const { stdout, stderr } = await world.cli(...args);
      told[args.join(' ')] = stdout + stderr;
      for (const file of args.filter(arg => arg.startsWith('told.')))
        told[`${file} of ${args.join(' ')}`] = await readFile(join(world.dir, file), 'utf8');
    };
    await run('plan', ...report);
    await run('sync', '--yes', ...report);
    await world.directory({ [name]: ['ana', 'cy'] });
    await run('drift', ...report);
    await run('drift', '--format', 'markdown');
    await run('explain', '--without', 'm');
    await run('history', 'last');
    await run('snapshot', '--out', 'world.json', '--with-names');
    await run('simulate', '--snapshot', 'world.json', 'muster.yaml', 'muster.yaml');
    for (const [where, text] of Object.entries(told)) {
      expect(text.length, where).toBeGreaterThan(100);
      expect(text, where).not.toContain(secret.slice(0, 8));
    }
  });

  it.each([
    ['every status', { kind: 'status', status: 400 }],
    ['a web page', { kind: 'html' }],
    ['a cut answer', { kind: 'truncate' }],
    ['a cut connection', { kind: 'reset' }],
  ] as const)('in the error after %s', async (_, fault) => {
    const world = await createWorld({ contract, timeScale: 2_000 });
    await world.plan();
    world.emulator.faults.add({ route: '*', ...fault });
    const error = await world.plan().catch((caught: unknown) => caught);
    expectClean(world, { error: everything(error) });
    expect(error).toBeInstanceOf(Error);
  });

  it('in the error of a token that is refused', async () => {
    const world = await createWorld({ contract });
    await world.plan();
    world.emulator.db.clients.get('muster')!.secret = 'another one';
    world.emulator.revokeTokens();
    const error = await world.plan().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'token.refused' });
    expectClean(world, { error: everything(error) });
  });

  it('in the error of a config that has mistakes around them', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    await world.plan();
    await world.configure({
      genesys: { attempts: '${MUSTER_TEST_SECRET}', region: '${MUSTER_TEST_SECRET}' },
    });
    const { code, stdout, stderr } = await world.cli('plan', '--json');
    expect(code).toBe(1);
    expectClean(world, { cli: stdout + stderr });
  });
});

/** All that a caller could print of an error: its text, its fields, its causes. */
function everything(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > 5) return String(error);
  const inner = error instanceof MusterErrors ? error.errors.map(each => everything(each, depth + 1)) : [];
  return [
    error.stack,
    JSON.stringify(error),
    JSON.stringify(
      Object.fromEntries(Object.entries(error).filter(([, value]) => typeof value !== 'object')),
    ),
    everything(error.cause, depth + 1),
    ...inner,
  ].join('\n');
}
