import { describe, expect, it } from 'vitest';
import { graphError } from '../support/entra-directory.ts';
import { asked, bench, failureOf, groupNamed, namesOf, readGroups } from '../support/entra-reading.ts';
import type { SeenCall } from '../support/entra-server.ts';

const filtersOf = (calls: readonly SeenCall[]) => calls.flatMap(({ query }) => query.get('$filter') ?? []);

describe('which groups Entra ID is asked for', () => {
  it('asks for an exact name by filter, with its quotes doubled', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup("O'Brien's 'A' team");
    server.tenant.addGroup('Other');
    const directory = await readGroups(source(), "O'Brien's 'A' team");
    expect(namesOf(directory)).toEqual(["O'Brien's 'A' team"]);
    expect(filtersOf(server.seen)).toEqual(["displayName in ('O''Brien''s ''A'' team')"]);
  });

  it('asks for an id by its address, and for nothing else of other groups', async () => {
    const { server, source } = await bench();
    const id = server.tenant.addGroup('Support');
    server.tenant.addGroup('Sales');
    expect(namesOf(await readGroups(source(), id))).toEqual(['Support']);
    expect(server.seen.map(({ path }) => path)).toContain(`/groups/${id}`);
    expect(server.seen.filter(({ path, query }) => path === '/groups' && !query.has('$filter'))).toEqual([]);
  });

  it('an id that no group has is absent from a complete list', async () => {
    const { source } = await bench();
    const directory = await readGroups(source(), '00000000-0000-4000-8000-00000000dead');
    expect(directory).toMatchObject({ groups: [], evidence: { complete: true } });
  });

  it('asks for a glob by what it begins with, and checks the rest here', async () => {
    const { server, source } = await bench();
    for (const name of ['CC-Sales', 'CC-Support', 'cc-small', 'Office']) server.tenant.addGroup(name);
    expect(namesOf(await readGroups(source(), 'CC-S*'))).toEqual(['CC-Sales', 'CC-Support']);
    expect(filtersOf(server.seen)).toContain("startswith(displayName,'CC-S')");
  });

  it('lists all groups for a regular expression; a glob is not asked of ids', async () => {
    const { server, source } = await bench();
    const id = server.tenant.addGroup('Support');
    server.tenant.addGroup('cc-sales');
    expect(namesOf(await readGroups(source(), `${id.slice(0, 6)}*`))).toEqual([]);
    expect(namesOf(await readGroups(source(), '/^(?:cc|gc)-/'))).toEqual(['cc-sales']);
    expect(filtersOf(server.seen)).toEqual([]);
    expect(server.seen.find(({ path }) => path === '/groups')?.query.get('$top')).toBe('999');
  });

  it('asks for many names in as few requests as Graph allows', async () => {
    const { server, source } = await bench();
    const names = Array.from({ length: 40 }, (_, at) => `${'客服部'.repeat(10)} "Ünïcode" & ${at}`);
    for (const name of names) server.tenant.addGroup(name);
    const directory = await readGroups(source(), ...names);
    expect(namesOf(directory)).toEqual([...names].sort());
    const plain = Array.from({ length: 40 }, (_, at) => `G${at}`);
    server.tenant.addGroup('G39');
    const before = server.seen.length;
    expect(namesOf(await readGroups(source({ attributes: { groupAliases: [] } }), ...plain))).toEqual([
      'G39',
    ]);
    expect(filtersOf(server.seen.slice(before))).toHaveLength(3);
  });

  it('a mail address and a mail nickname select a group; a sAMAccountName where it is asked for', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support', {
      mail: 'Support@contoso.test',
      mailNickname: 'supp',
      onPremisesSamAccountName: 'CORP-SUPP',
    });
    for (const text of ['Support@contoso.test', 'supp', 'su*'])
      expect(namesOf(await readGroups(source(), text)), text).toEqual(['Support']);
    expect(namesOf(await readGroups(source(), 'CORP-SUPP'))).toEqual([]);
    const groupAliases = ['onPremisesSamAccountName'];
    const directory = await readGroups(source({ attributes: { groupAliases } }), 'CORP-SUPP');
    expect(groupNamed(directory, 'Support').aliases).toEqual(['CORP-SUPP']);
  });

  it('an advanced filter of one’s own goes with its header and its count on every page', async () => {
    const { server, source } = await bench();
    for (let at = 0; at < 7; at++)
      server.tenant.addGroup(`Team ${at}`, { mail: `t${at}@${at % 2 ? 'cc' : 'office'}.test` });
    server.directory.knobs.maxPage = 2;
    const directory = await readGroups(source({ filter: "endsWith(mail,'@office.test')" }), 'Team *');
    expect(namesOf(directory)).toEqual(['Team 0', 'Team 2', 'Team 4', 'Team 6']);
    const pages = server.seen.filter(({ path, query }) => path === '/groups' && query.has('$filter'));
    expect(pages.length).toBeGreaterThan(2);
    for (const { headers, query } of pages)
      expect([headers.consistencylevel, query.get('$count')]).toEqual(['eventual', 'true']);
  });

  it('no group gets past the filter, not even by its id', async () => {
    const { server, source } = await bench();
    const hidden = server.tenant.addGroup('Hidden', { securityEnabled: false });
    const shown = server.tenant.addGroup('Shown');
    const filtered = source({ filter: 'securityEnabled eq true' });
    expect(namesOf(await readGroups(filtered, hidden, shown))).toEqual(['Shown']);
    expect(namesOf(await readGroups(filtered, 'Hidden', 'Shown'))).toEqual(['Shown']);
  });

  it('a count that the index does not keep makes the list incomplete', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support');
    server.directory.knobs.countOff = 1;
    const filtered = source({ filter: 'securityEnabled eq true', attributes: { groupAliases: [] } });
    const { evidence } = await readGroups(filtered, 'Support');
    expect(evidence).toMatchObject({ complete: false, reasons: ['The server announced 2 and gave 1.'] });
  });

  it('one of several questions that fails makes the list incomplete, and all of them an error', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support');
    const bad = graphError(400, 'Request_UnsupportedQuery', 'Not that one.');
    server.fault = ({ query }) => (query.get('$filter')?.startsWith('mailNickname') ? bad : undefined);
    const directory = await readGroups(source(), 'Support');
    expect(namesOf(directory)).toEqual(['Support']);
    expect(directory.evidence.complete).toBe(false);
    expect(directory.evidence.reasons[0]).toMatch(/Not that one.*\[request-id request-\d+\]/u);
    server.fault = ({ query }) => (query.has('$filter') ? bad : undefined);
    expect(await failureOf(readGroups(source(), 'Support'))).toMatchObject({
      code: 'source.read-failed',
      vendorCode: 'Request_UnsupportedQuery',
      correlationId: expect.stringMatching(/^request-/u),
    });
  });

  it('without the right to read groups it says which one is missing', async () => {
    const { server, source } = await bench();
    server.login.app.roles.clear();
    expect(await failureOf(readGroups(source(), 'Support'))).toMatchObject({
      code: 'source.auth-failed',
      status: 403,
      vendorCode: 'Authorization_RequestDenied',
      remedy: expect.stringContaining('GroupMember.Read.All'),
    });
  });

  it('a check tells the number of groups, and the right that is missing for people', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support');
    server.tenant.addGroup('Sales', { securityEnabled: false });
    const signal = new AbortController().signal;
    expect(await source().check(signal)).toMatchObject({ groups: 2, warnings: [] });
    expect(await source({ filter: 'securityEnabled eq true' }).check(signal)).toMatchObject({ groups: 1 });
    server.login.app.roles.delete('User.Read.All');
    const { server: name, warnings } = await source().check(signal);
    expect(name).toBe(
      `Microsoft Graph at ${server.url}, tenant contoso.test as ${server.login.app.clientId} (client-secret)`,
    );
    expect(warnings.join()).toContain('User.Read.All');
  });

  it('nothing is written, and no property is asked for that is not used', async () => {
    const { server, source } = await bench();
    server.tenant.addGroup('Support');
    await readGroups(source(), 'Support');
    expect(asked(server.seen).every(call => call.startsWith('GET '))).toBe(true);
    for (const { query } of server.seen) expect(query.get('$select')).toContain('id,displayName');
  });
});
