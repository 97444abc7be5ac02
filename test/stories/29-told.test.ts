import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { all, parseMarkup } from '../support/markup.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

const read = (world: World, name: string) => readFile(join(world.dir, name), 'utf8');
const tight = { staffing: { minMembers: 2 } };

describe.each(contracts)('a plan told to people under the %s contract', contract => {
  it('goes to the terminal as text, and to every file that is named in the form of its name', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    const { code, stdout, stderr } = await world.cli(
      ...['plan', '--report', 'plan.md', '--report', 'plan.xml', '--report', 'plan.json', '--html', 'page'],
    );

    expect(code).toBe(0);
    expect(stdout).toContain('4 people come onto 2 queues; nobody goes off one.');
    expect(stderr).toContain('Wrote plan.md.\nWrote plan.xml.\nWrote plan.json.\nWrote page.\n');
    expect(await read(world, 'plan.md')).toContain('| Billing | 0 | 2 | +2 |  |');
    expect(
      all(parseMarkup(await read(world, 'plan.xml')), 'testcase').map(each => each.attributes.name),
    ).toEqual(['limits of the whole plan', 'Billing', 'Support']);
    expect(JSON.parse(await read(world, 'plan.json'))).toMatchObject({ kind: 'muster.plan', refusals: [] });
    const page = parseMarkup(await read(world, 'page'), 'html');
    expect(all(page, 'h3').map(each => each.text)).toEqual(['Billing', 'Support']);
    expect(all(page, 'bdi').map(each => each.text)).toEqual(expect.arrayContaining(['Ana Test', 'Dee Test']));
    expect((await stat(join(world.dir, 'page'))).mode & 0o777).toBe(0o600);
    expect(world.emulator.requests.writes()).toEqual([]);
  });

  it('says in every form what stands against it, and ends with the code of a refusal', async () => {
    const world = await createWorld({ contract, timeScale: 1, limits: tight });
    await world.sync();
    await world.directory({ support: ['ana'], billing: ['cy', 'dee'] });
    const files = ['plan.md', 'plan.xml', 'plan.html'].flatMap(file => ['--report', file]);
    const { code, stdout } = await world.cli('plan', ...files);

    expect(code).toBe(3);
    expect(stdout).toContain('Refused: 1 guard against this plan.');
    expect(await read(world, 'plan.md')).toMatch(
      /^<!-- muster plan -->\n## ⛔ Refused by 1 guard: 1 person goes off 1 queue/u,
    );
    const [support] = all(parseMarkup(await read(world, 'plan.xml')), 'testcase').filter(
      each => each.attributes.name === 'Support',
    );
    expect(all(support!, 'failure')[0]!.attributes).toMatchObject({ type: 'guard.staffing-floor' });
    const page = parseMarkup(await read(world, 'plan.html'), 'html');
    expect(all(page, 'h1')[0]!.text).toBe('Refused 1 person goes off 1 queue; nobody comes onto one.');
    expect(all(page, 'section')[0]!.attributes['aria-labelledby']).toBe('refused');
  });

  it.each([
    ['markdown', /^<!-- muster plan -->\n## 4 people come/u],
    ['junit', /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<testsuites /u],
    ['html', /^<!doctype html>\n/u],
    ['json', /^\{\n {2}"kind": "muster\.plan",/u],
  ])('is printed as %s alone, so that it can be piped', async (format, beginning) => {
    const world = await createWorld({ contract, timeScale: 1 });
    const { code, stdout } = await world.cli('plan', '--format', format);
    expect(code).toBe(0);
    expect(stdout).toMatch(beginning);
    expect(stdout).not.toMatch(/Plan {2}(?:platform|scim-extension)/u);
  });

  it('is told with what became of it, once it was applied', async () => {
    const world = await createWorld({ contract, timeScale: 1 });
    const files = ['run.md', 'run.xml', 'run.json'].flatMap(file => ['--report', file]);
    const { code } = await world.cli('sync', '--yes', ...files, '--html', 'run.html');

    expect(code).toBe(0);
    expect(await read(world, 'run.md')).toMatch(
      /> \[!NOTE\]\n> \*\*Done, and seen by reading back\.\*\* \d+ of \d+ steps/u,
    );
    const [run] = all(parseMarkup(await read(world, 'run.xml')), 'testcase');
    expect(run!.attributes).toMatchObject({
      name: 'what was planned is done and seen',
      classname: 'muster.apply',
    });
    expect(JSON.parse(await read(world, 'run.json'))).toMatchObject({
      kind: 'muster.plan',
      outcome: { state: 'done' },
    });
    const page = parseMarkup(await read(world, 'run.html'), 'html');
    expect(all(page, 'section')[0]!.text).toContain('Done, and seen by reading back.');
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
  });

  it('knows through which source group and which group in Genesys Cloud people come', async () => {
    const world = await createWorld({
      contract,
      mappings: [{ group: 'support', queues: ['Support'], displayName: 'First Line' }],
    });
    const support = { queue: world.queue('Support') };
    const first = await world.sync();
    expect(first.planned.plan.names.sourceGroups).toEqual({ 'corp:g-support': 'support' });
    expect(first.planned.plan.queues).toMatchObject([
      {
        ...support,
        flows: [{ from: 'corp:g-support', via: 'corp:g-support', staying: 0, joining: 2, leaving: 0 }],
      },
    ]);
    await world.directory({ support: ['ana', 'eve'], billing: [] });
    expect((await world.plan()).plan.queues).toMatchObject([
      {
        ...support,
        flows: [
          { from: 'corp:g-support', via: world.group('First Line'), staying: 1, joining: 1, leaving: 1 },
        ],
      },
    ]);
  });
});

describe('a plan told to people', () => {
  it('shows what a group is called, and does not obey it', async () => {
    const name = 'support</style><script>alert(1)</script>\u001b[2J\n\n# Nothing to do | \u202e';
    const world = await createWorld({
      timeScale: 1,
      groups: { [name]: ['ana'] },
      mappings: [{ group: '*script*', queues: ['Support'] }],
    });
    const { stdout } = await world.cli(
      'plan',
      '--report',
      'plan.html',
      '--report',
      'plan.md',
      '--report',
      'plan.xml',
    );

    const shown = 'support</style><script>alert(1)</script>␛[2J␊␊# Nothing to do | �';
    expect(stdout).toContain(`via ${shown}\n`);
    const page = parseMarkup(await read(world, 'plan.html'), 'html');
    expect(all(page, 'script')).toEqual([]);
    expect(all(page, 'dt')[0]!.text).toContain(`via ${shown}`);
    expect(await read(world, 'plan.md')).not.toMatch(/<script|^# Nothing/mu);
    expect(all(parseMarkup(await read(world, 'plan.xml')), 'system-out')[0]!.text).toContain(`via ${shown}`);
  });

  it('says what it cannot write, and where', async () => {
    const world = await createWorld({ timeScale: 1 });
    const failed = await world.cli('plan', '--html', 'nowhere/plan.html');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(
      /file\.unwritable {2}nowhere\/plan\.html\n {2}The file cannot be written \(ENOENT\)\./u,
    );
    const applied = await world.cli('sync', '--yes', '--report', 'nowhere/run.md');
    expect(applied.code).toBe(1);
    expect(applied.stderr).toContain('file.unwritable');
    expect(world.emulator.requests.writes()).toEqual([]);
    const unknown = await world.cli('plan', '--report', 'plan.pdf');
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('Its name must end in one of .txt, .md, .json, .xml, .html, .htm');
  });
});
