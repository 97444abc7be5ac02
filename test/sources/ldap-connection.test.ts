import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isMusterError, type MusterError } from '../../src/errors.ts';
import { ldapOptions } from '../../src/sources/ldap/options.ts';
import { startCuttingProxy } from '../support/cutting-proxy.ts';
import { ldapFrom } from '../support/ldap-rig.ts';
import {
  admin,
  groupSchema,
  ldifEntry,
  noSlapd,
  reader,
  type Slapd,
  startSlapd,
  suffix,
} from '../support/slapd.ts';

const never = new AbortController().signal;
const scope = { groups: [{ kind: 'exact', text: 'crew' } as const] };
const who = { baseDn: suffix, bindDn: reader.dn, password: reader.password };

describe.skipIf(noSlapd)(`connecting to OpenLDAP${noSlapd ? ` (skipped: ${noSlapd})` : ''}`, () => {
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd({ tls: true, schema: groupSchema });
    await slapd.add(
      ldifEntry(`cn=crew,${suffix}`, { objectClass: 'Group', cn: 'crew', groupType: '2', member: [] }),
    );
  });
  afterAll(() => slapd?.stop());

  const reading = (options: Readonly<Record<string, unknown>>) =>
    ldapFrom({ ...who, ...options }, slapd.directory)
      .read(scope, never)
      .catch((reason: unknown) => reason as MusterError);

  async function failure(options: Readonly<Record<string, unknown>>, code: string): Promise<MusterError> {
    const error = await reading(options);
    expect(isMusterError(error), String(error)).toBe(true);
    expect((error as MusterError).code, String(error)).toBe(code);
    expect(JSON.stringify(error)).not.toContain(reader.password);
    return error as MusterError;
  }

  it('ldaps with the pinned authority works', async () => {
    expect(await reading({ url: slapd.ldapsUrl, caFile: 'ca.pem' })).toMatchObject({
      groups: [{ name: 'crew' }],
    });
  });

  it('StartTLS goes before the bind, so a server that refuses plain binds takes it', async () => {
    await slapd.restart({ globals: ['security simple_bind=128'] });
    try {
      expect(await reading({ url: slapd.url, startTls: true, caFile: 'ca.pem' })).toMatchObject({
        groups: [{ name: 'crew' }],
      });
      const error = await failure({ url: slapd.url, allowInsecure: true }, 'source.insecure');
      expect(error.happened).toContain('confidentialityRequired (13)');
    } finally {
      await slapd.restart({});
    }
  });

  it('a certificate of another authority is refused, over ldaps and over StartTLS', async () => {
    for (const caFile of ['stranger.pem', undefined]) {
      const over = caFile === undefined ? {} : { caFile };
      const ldaps = await failure({ url: slapd.ldapsUrl, ...over }, 'source.insecure');
      expect(ldaps.remedy).toContain('caFile');
      await failure({ url: slapd.url, startTls: true, ...over }, 'source.insecure');
    }
  });

  it('a certificate for another name is refused, over ldaps and over StartTLS', async () => {
    const options = { caFile: 'ca.pem', servername: 'ldap.example.com' };
    const error = await failure({ url: slapd.ldapsUrl, ...options }, 'source.insecure');
    expect(error.remedy).toContain('servername');
    await failure({ url: slapd.url, startTls: true, ...options }, 'source.insecure');
  });

  it('"servername" says which name the certificate has', async () => {
    const url = `ldaps://localhost:${slapd.tlsPort}`;
    await failure({ url, caFile: 'ca.pem' }, 'source.insecure');
    const options = { url, caFile: 'ca.pem', servername: 'directory.test' };
    expect(await reading(options)).toMatchObject({ groups: [{ name: 'crew' }] });
  });

  it('a client certificate is shown where the server wants one', async () => {
    await slapd.restart({ globals: ['TLSVerifyClient demand'] });
    try {
      const options = { url: slapd.ldapsUrl, caFile: 'ca.pem' };
      expect(await reading({ ...options, certFile: 'client.pem', keyFile: 'client.key' })).toMatchObject({
        groups: [{ name: 'crew' }],
      });
      const error = await reading(options);
      expect(isMusterError(error), String(error)).toBe(true);
      expect(['source.auth-failed', 'source.unreachable']).toContain((error as MusterError).code);
      expect((error as MusterError).remedy).toContain('certFile');
    } finally {
      await slapd.restart({});
    }
  });

  it('a file of certificates that is not there is told', async () => {
    const error = await failure({ url: slapd.ldapsUrl, caFile: 'no-such.pem' }, 'source.insecure');
    expect(error.subject).toBe(path.join(slapd.directory, 'no-such.pem'));
  });

  it('plain text is refused before anything is sent, unless it is permitted', async () => {
    const proxy = await startCuttingProxy(slapd.port, () => undefined);
    try {
      const url = `ldap://127.0.0.1:${proxy.port}`;
      const error = await failure({ url }, 'source.insecure');
      expect(error.remedy).toContain('startTls');
      expect(proxy.connections).toBe(0);
      expect(await reading({ url, allowInsecure: true })).toMatchObject({ groups: [{ name: 'crew' }] });
    } finally {
      await proxy.close();
    }
  });

  it('a TLS port that speaks no TLS is unreachable, with the remedy', async () => {
    const error = await failure({ url: `ldaps://127.0.0.1:${slapd.port}` }, 'source.unreachable');
    expect(error.remedy).toContain('startTls');
  });

  it('a wrong password names the result and closes the connection', async () => {
    const error = await failure(
      { url: slapd.url, allowInsecure: true, password: 'not the password' },
      'source.auth-failed',
    );
    expect(error.happened).toContain('invalidCredentials (49)');
    expect(error.subject).toBe(`${slapd.url} as ${reader.dn}`);
    expect(JSON.stringify(error)).not.toContain('not the password');
  });

  it('a name without address is unreachable', async () => {
    await failure({ url: 'ldaps://no-such-host.invalid' }, 'source.unreachable');
  });

  it('an anonymous read must be asked for, and is', async () => {
    const source = ldapFrom({ url: slapd.url, baseDn: suffix, anonymous: true, allowInsecure: true });
    expect((await source.read(scope, never)).groups).toHaveLength(1);
  });

  it('a base that is not there is an error, not an empty list', async () => {
    const options = { url: slapd.url, allowInsecure: true, groupBaseDn: `ou=nowhere,${suffix}` };
    const error = await failure(options, 'source.read-failed');
    expect(error.happened).toContain('noSuchObject (32)');
    expect(error.remedy).toContain('groupBaseDn');
  });

  it('a check tells the server, the groups and what is risky', async () => {
    const source = ldapFrom({ ...who, url: slapd.url, allowInsecure: true });
    expect(await source.check(never)).toEqual({
      server: `OpenLDAP at ${slapd.url} as ${reader.dn}`,
      groups: 1,
      warnings: ['Everything, the password included, travels in plain text ("allowInsecure").'],
    });
    const nothing = ldapFrom({
      ...who,
      url: slapd.ldapsUrl,
      caFile: path.join(slapd.directory, 'ca.pem'),
      groupFilter: '(objectClass=posixGroup)',
    });
    const { groups, warnings } = await nothing.check(never);
    expect(groups).toBe(0);
    expect(warnings).toEqual([
      `No group matches (objectClass=posixGroup) below ${suffix}; see "groupFilter".`,
    ]);
  });

  it('the admin is the same to us as the reader', async () => {
    const options = { url: slapd.url, allowInsecure: true, bindDn: admin.dn, password: admin.password };
    expect(await reading(options)).toMatchObject({ groups: [{ name: 'crew' }] });
  });

  it('a broken key file is told', async () => {
    await writeFile(path.join(slapd.directory, 'broken.pem'), 'no certificate');
    const files = { caFile: 'ca.pem', certFile: 'broken.pem', keyFile: 'broken.pem' };
    const error = await failure({ url: slapd.ldapsUrl, ...files }, 'source.insecure');
    expect(error.remedy).toContain('PEM');
  });
});

describe('the options of ldap', () => {
  const good = {
    url: 'ldaps://ldap.example.com',
    baseDn: 'dc=example,dc=com',
    bindDn: 'cn=x',
    password: 'p',
  };
  const told = (options: Readonly<Record<string, unknown>>) =>
    ldapOptions()
      .safeParse(options)
      .error?.issues.map(issue => `${issue.path.join('.')}: ${issue.message}`);

  it('need a server, a base and somebody to bind as', () => {
    expect(told(good)).toBeUndefined();
    expect(told({ ...good, password: '' })).toEqual([
      'password: must not be empty: servers take that for an anonymous bind',
    ]);
    expect(told({ url: good.url, baseDn: good.baseDn })).toHaveLength(2);
    expect(told({ ...good, anonymous: true })).toHaveLength(1);
  });

  it('refuse what cannot be meant', () => {
    const wrong: [Record<string, unknown>, string][] = [
      [{ url: 'http://ldap.example.com' }, 'url'],
      [{ url: 'ldaps://user:secret@ldap.example.com' }, 'url'],
      [{ url: 'ldaps://ldap.example.com/dc=example' }, 'url'],
      [{ baseDn: 'example.com' }, 'baseDn'],
      [{ startTls: true }, 'startTls'],
      [{ certFile: 'client.pem' }, 'certFile'],
      [{ servername: '10.0.0.1' }, 'servername'],
      [{ groupFilter: '(cn=a' }, 'groupFilter'],
      [{ groupFilter: '(cn=S\\c3\\bcd)' }, 'groupFilter'],
      [{ pageSize: 1001 }, 'pageSize'],
      [{ vendor: 'novell' }, 'vendor'],
      [{ passwort: 'x' }, ''],
      [{ attributes: { mail: 'mail' } }, 'attributes'],
    ];
    for (const [options, at] of wrong) {
      const issues = told({ ...good, ...options });
      expect(
        issues?.map(issue => issue.split(':')[0]),
        JSON.stringify(options),
      ).toEqual([at]);
    }
  });

  it('take one attribute name or several', () => {
    const parsed = ldapOptions().parse({ ...good, attributes: { email: 'mail', userName: ['uid', 'cn'] } });
    expect(parsed.attributes).toEqual({ email: ['mail'], userName: ['uid', 'cn'] });
  });
});
