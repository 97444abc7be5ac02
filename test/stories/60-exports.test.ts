import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isMusterError } from '../../src/errors.ts';
import { type ApiAnswer, startApiServer } from '../support/api-server.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

/** Puts another source in the place of the world's directory file. */
async function readFrom(world: World, source: object): Promise<void> {
  const file = join(world.dir, 'muster.yaml');
  const config = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, `${JSON.stringify({ ...config, sources: { corp: { kind: 'file', ...source } } })}\n`);
}

const row = (group: string, name: string) => `${group};${name}@example.com\r\n`;
const csv = (support: readonly string[]) =>
  [
    'Team;Mail\r\n',
    ...support.map(name => row('support', name)),
    ...['cy', 'dee', 'eve'].map(name => row('billing', name)),
  ].join('');

describe.each(contracts)('under the %s contract', contract => {
  it('an export behind a URL staffs the queues, and nothing that is no whole export takes anybody off', async () => {
    let answer: ApiAnswer = { status: 200, body: csv(['ana', 'bo']) };
    const server = await startApiServer(eagerClock(), ({ headers }) =>
      headers.authorization === 'Bearer the-token' ? answer : { status: 401, body: 'no' },
    );
    onTestFinished(() => server.close());
    const world = await createWorld({ contract });
    const options = { delimiter: ';', columns: { group: 'Team', email: 'Mail' } };
    await readFrom(world, {
      url: `${server.url}/export.csv?sig=1`,
      token: 'the-token',
      csv: options,
      attempts: 2,
    });

    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    const whole = csv(['ana']);
    const bad: readonly [string, ApiAnswer][] = [
      ['source.read-failed', { status: 200, body: '<!doctype html><title>Log in</title>' }],
      ['source.read-failed', { status: 302, headers: { location: 'https://login.example.com/?next=1' } }],
      ['source.read-failed', { status: 206, body: whole.slice(0, 20) }],
      ['source.auth-failed', { status: 403, body: whole }],
      ['source.unreachable', { status: 404, body: '' }],
      ['source.unreachable', { status: 503, body: '' }],
      ['source.file-invalid', { status: 200, body: '' }],
      ['source.file-invalid', { status: 200, body: 'Team;Mail\r\n' }],
      ['source.file-invalid', { status: 200, body: `${whole}support\r\n` }],
    ];
    for (const [code, given] of bad) {
      answer = given;
      const error = await world.sync().catch((reason: unknown) => reason);
      expect(isMusterError(error) && error.code, String(error)).toBe(code);
    }
    answer = { status: 200, body: whole };
    server.fault = () => 'cut in the middle';
    await expect(world.sync()).rejects.toThrow(/cut short/u);
    server.fault = () => undefined;
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    // An export that stopped in the middle of a row still brings whoever is new, and takes nobody away.
    answer = { status: 200, body: `Team;Mail\r\n${row('support', 'ana')}${row('support', 'cy')}support;b` };
    const { planned } = await world.sync();
    expect(planned.plan.notes.map(({ code }) => code)).toContain('group.incomplete');
    expect(await world.on('Support')).toEqual(['ana', 'bo', 'cy']);

    answer = { status: 200, body: csv(['ana', 'cy']) };
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'cy']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee', 'eve']);
  });

  it('an LDIF export takes people off if it is whole, and not if its search ran into a limit', async () => {
    const names = ['ana', 'bo', 'cy', 'dee', 'eve'];
    const dn = (name: string) => `uid=${name},ou=people,dc=example,dc=com`;
    const people = names.map(
      name =>
        `dn: ${dn(name)}\nobjectClass: inetOrgPerson\nuid: ${name}\nmail: ${name}@example.com\nentryUUID: u-${name}\n\n`,
    );
    const group = (name: string, members: readonly string[]) =>
      `dn: cn=${name},ou=groups,dc=example,dc=com\nobjectClass: groupOfNames\ncn: ${name}\nentryUUID: g-${name}\n${members.map(member => `member: ${dn(member).toUpperCase()}\n`).join('')}\n`;
    const billing = group('billing', ['cy', 'dee', 'eve']);
    const exported = (support: readonly string[], result = '0 Success') => {
      const entries = [...people, group('support', support), billing];
      return `# extended LDIF\n#\n# LDAPv3\n#\n\n${entries.join('')}# search result\nsearch: 2\nresult: ${result}\n\n# numResponses: ${entries.length + 1}\n# numEntries: ${entries.length}\n`;
    };
    const world = await createWorld({ contract });
    await readFrom(world, { path: 'export.ldif' });
    const save = (text: string) => writeFile(join(world.dir, 'export.ldif'), text);

    await save(exported(['ana', 'bo']));
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    for (const doubtful of [
      exported(['ana'], '4 Size limit exceeded'),
      exported(['ana']).split('# search result')[0]!,
      exported(['ana']).replace(people[1]!, ''),
      exported(['ana', 'nobody']),
    ]) {
      await save(doubtful);
      await world.sync();
      expect(await world.on('Support')).toEqual(['ana', 'bo']);
    }
    await save(`${exported(['ana'])}\ndn: ${dn('bo')}\nchangetype: delete\n\n`);
    await expect(world.sync()).rejects.toThrow(/changes \(changetype: delete\)/u);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);

    await save(exported(['ana']));
    await world.sync();
    expect(await world.on('Support')).toEqual(['ana']);
    expect(await world.on('Billing')).toEqual(['cy', 'dee', 'eve']);
  });
});
