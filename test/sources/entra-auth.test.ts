import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SignJWT } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { endpointsOf } from '../../src/sources/entra/clouds.ts';
import { entraOptions as schema } from '../../src/sources/entra/options.ts';
import { hasOpenssl } from '../http/certificate.ts';
import { deadPort } from '../http/loopback.ts';
import { bench, failureOf, readGroups } from '../support/entra-reading.ts';
import { entraFrom, entraOptions } from '../support/entra-rig.ts';
import type { EntraServer } from '../support/entra-server.ts';

const withoutSecret = (server: EntraServer) => ({ ...entraOptions(server), clientSecret: undefined });

function tempDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-entra-auth-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

describe('client secret', () => {
  it('is sent in the form, with the scope of Graph', async () => {
    const { server, source } = await bench();
    const forms: URLSearchParams[] = [];
    server.login.fault = ({ body }) => void forms.push(new URLSearchParams(body));
    await readGroups(source(), 'Support');
    expect(Object.fromEntries(forms[0]!)).toEqual({
      grant_type: 'client_credentials',
      client_id: server.login.app.clientId,
      client_secret: server.login.app.secret,
      scope: 'https://graph.microsoft.com/.default',
    });
    expect(server.login.minted).toBe(1);
  });

  it('that is wrong is told with what to do, and never repeated', async () => {
    const { server, source } = await bench();
    server.login.fault = ({ body }) => ({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS7000215: Invalid client secret provided: ${new URLSearchParams(body).get('client_secret')}. Trace ID: 1`,
        correlation_id: 'abc',
      },
    });
    const error = await failureOf(readGroups(source({ clientSecret: 'sesame-open' }), 'Support'));
    expect(error).toMatchObject({
      code: 'source.auth-failed',
      vendorCode: 'AADSTS7000215',
      correlationId: 'abc',
      remedy: expect.stringContaining('its value, not its id'),
    });
    expect(JSON.stringify([error, (error as Error).message, (error as Error).stack])).not.toContain(
      'sesame-open',
    );
  });

  it.each([
    ['tenant', { tenant: 'fabrikam.test' }, 'AADSTS90002'],
    ['application', { clientId: 'somebody-else' }, 'AADSTS700016'],
  ])('with a wrong %s says so', async (_, wrong, vendorCode) => {
    const { source } = await bench();
    expect(await failureOf(readGroups(source(wrong), 'Support'))).toMatchObject({
      code: 'source.auth-failed',
      vendorCode,
    });
  });

  it('and a token endpoint that is down are two things', async () => {
    const { server, source } = await bench();
    server.login.fault = () => ({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(await failureOf(readGroups(source(), 'Support'))).toMatchObject({ code: 'source.unreachable' });
  });
});

describe.skipIf(!hasOpenssl)(`certificate${hasOpenssl ? '' : ' (skipped: openssl is not installed)'}`, () => {
  /** PEM files in a directory of their own. */
  function certificate(kind: readonly string[] = ['-newkey', 'rsa:2048'], ...more: readonly string[]) {
    const dir = tempDir();
    const [key, cert] = [path.join(dir, 'key.pem'), path.join(dir, 'cert.pem')];
    const args = ['req', '-x509', ...kind, '-subj', '/CN=muster', '-days', '3650', ...more];
    execFileSync('openssl', [...args, '-keyout', key, '-out', cert], { stdio: 'pipe' });
    const both = path.join(dir, 'both.pem');
    const read = (file: string) => execFileSync('cat', [file], { encoding: 'utf8' });
    writeFileSync(both, `${read(key)}${read(cert)}`);
    return { key, cert, both, pem: read(cert) };
  }

  it.each(['PS256', 'RS256'])(
    'signs an assertion with %s that names it by its thumbprint',
    async assertionAlgorithm => {
      const { server, source } = await bench();
      const { both, pem } = certificate(undefined, '-nodes');
      server.login.app.certificates.push(pem);
      const options = {
        ...withoutSecret(server),
        auth: 'certificate',
        certificateFile: both,
        assertionAlgorithm,
      };
      await readGroups(source(options), 'Support');
      // Each token has an assertion of its own: the server takes none twice.
      await readGroups(source(options), 'Support');
      expect(server.login.minted).toBe(2);
    },
  );

  it('and its key may be two files, the key behind a passphrase', async () => {
    const { server, source } = await bench();
    const { key, cert, pem } = certificate(undefined, '-passout', 'pass:open-sesame');
    server.login.app.certificates.push(pem);
    const options = { ...withoutSecret(server), auth: 'certificate', certificateFile: cert, keyFile: key };
    await readGroups(source({ ...options, keyPassphrase: 'open-sesame' }), 'Support');
    const error = await failureOf(readGroups(source({ ...options, keyPassphrase: 'wrong' }), 'Support'));
    expect(error).toMatchObject({ code: 'config.invalid', happened: 'The private key cannot be read.' });
  });

  it('that the application does not know is refused with what to do', async () => {
    const { server, source } = await bench();
    const options = {
      ...withoutSecret(server),
      auth: 'certificate',
      certificateFile: certificate(undefined, '-nodes').both,
    };
    expect(await failureOf(readGroups(source(options), 'Support'))).toMatchObject({
      code: 'source.auth-failed',
      vendorCode: 'AADSTS700027',
      remedy: expect.stringContaining('upload it'),
    });
  });

  it('that has expired, has no RSA key, or the key of another one, is told before anything is sent', async () => {
    const { server, source, clock } = await bench();
    const [one, other] = [certificate(undefined, '-nodes'), certificate(undefined, '-nodes')];
    const curve = certificate(['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'], '-nodes');
    const read = (more: Readonly<Record<string, unknown>>) =>
      failureOf(readGroups(source({ ...withoutSecret(server), auth: 'certificate', ...more }), 'Support'));
    expect(await read({ certificateFile: one.cert, keyFile: other.key })).toMatchObject({
      happened: 'The private key does not belong to the certificate.',
    });
    expect(await read({ certificateFile: curve.both })).toMatchObject({
      happened: 'The private key is no RSA key.',
    });
    expect(await read({ certificateFile: one.cert })).toMatchObject({
      happened: 'There is no private key in the file.',
    });
    expect(await read({ certificateFile: one.key })).toMatchObject({
      happened: 'The file holds no certificate that can be read.',
    });
    expect(await read({ certificateFile: '/no/such.pem' })).toMatchObject({
      code: 'config.invalid',
      happened: 'The file of "certificateFile" cannot be read (ENOENT).',
    });
    clock.advance(20 * 365 * 86_400_000);
    expect(await read({ certificateFile: one.both })).toMatchObject({
      code: 'source.auth-failed',
      happened: expect.stringContaining('expired on'),
    });
    expect(server.seen).toEqual([]);
  });
});

describe('workload federation', () => {
  const audience = 'api://AzureADTokenExchange';

  async function federation() {
    const made = await bench();
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const issuer = 'https://oidc.cluster.test';
    made.server.login.app.federated = {
      issuer,
      subject: 'system:serviceaccount:cc:muster',
      audience,
      key: publicKey,
    };
    const file = path.join(tempDir(), 'token');
    const write = async (subject: string) => {
      const now = Math.floor(made.clock.now() / 1000);
      const jwt = new SignJWT({ iss: issuer, sub: subject, aud: audience, iat: now, exp: now + 3600 });
      writeFileSync(file, `${await jwt.setProtectedHeader({ alg: 'RS256', kid: '1' }).sign(privateKey)}\n`);
    };
    await write('system:serviceaccount:cc:muster');
    return { ...made, file, write };
  }

  it('takes ids and the token file from the environment', async () => {
    const { server, clock, file } = await federation();
    const { tenant: AZURE_TENANT_ID, clientId: AZURE_CLIENT_ID, loginUrl, graphUrl } = entraOptions(server);
    const env = { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_FEDERATED_TOKEN_FILE: file } as Record<
      string,
      string
    >;
    const source = entraFrom({ auth: 'workload', loginUrl, graphUrl }, { clock, env });
    expect((await readGroups(source, 'Support')).evidence.complete).toBe(true);
  });

  it('reads the file anew for each token', async () => {
    const { server, source, file, write } = await federation();
    const options = { ...withoutSecret(server), auth: 'workload', federatedTokenFile: file };
    const workload = source(options);
    await write('somebody:else');
    expect(await failureOf(readGroups(workload, 'Support'))).toMatchObject({
      code: 'source.auth-failed',
      vendorCode: 'AADSTS700213',
      remedy: expect.stringContaining('subject'),
    });
    await write('system:serviceaccount:cc:muster');
    expect((await readGroups(workload, 'Support')).evidence.complete).toBe(true);
  });

  it('without a token file says what is missing', async () => {
    const { server, source } = await federation();
    const options = { ...withoutSecret(server), auth: 'workload' };
    expect(await failureOf(readGroups(source(options), 'Support'))).toMatchObject({
      code: 'config.invalid',
      happened: expect.stringContaining('AZURE_FEDERATED_TOKEN_FILE'),
    });
    writeFileSync(path.join(tempDir(), 'empty'), '');
    const empty = { ...options, federatedTokenFile: path.join(tempDir(), 'empty') };
    expect(await failureOf(readGroups(source(empty), 'Support'))).toMatchObject({ code: 'config.invalid' });
  });
});

describe('managed identity', () => {
  const identity = (server: EntraServer) => ({
    auth: 'managed-identity',
    graphUrl: server.url,
    identityEndpoint: `${server.url}/metadata/identity/oauth2/token`,
  });

  it('asks the metadata service of the machine, with its header', async () => {
    const { server, source } = await bench();
    const urls: URL[] = [];
    server.login.fault = ({ url }) => void urls.push(url);
    await readGroups(source({ ...blank, ...identity(server) }), 'Support');
    expect(Object.fromEntries(urls[0]!.searchParams)).toEqual({
      'api-version': '2018-02-01',
      resource: 'https://graph.microsoft.com',
    });
  });

  it('picks one of several by its client id, and says so if there is none', async () => {
    const { server, source } = await bench();
    const one = { ...blank, ...identity(server), clientId: server.login.app.clientId };
    await readGroups(source(one), 'Support');
    const error = await failureOf(readGroups(source({ ...one, clientId: 'nobody' }), 'Support'));
    expect(error).toMatchObject({
      code: 'source.auth-failed',
      happened: 'Microsoft Entra ID gives no token (400: Identity not found).',
    });
  });

  it('never goes by way of a proxy', async () => {
    const { server, clock } = await bench();
    const { port } = new URL(server.url);
    const env = { HTTP_PROXY: `http://127.0.0.1:${await deadPort()}`, NO_PROXY: '127.0.0.1' };
    const identityEndpoint = `http://localhost:${port}/metadata/identity/oauth2/token`;
    const source = entraFrom({ ...identity(server), identityEndpoint }, { clock, env });
    expect((await readGroups(source, 'Support')).evidence.complete).toBe(true);
  });

  it('asks the endpoint of App Service where there is one, whose tokens tell when they end', async () => {
    const { server, clock } = await bench();
    const env = {
      IDENTITY_ENDPOINT: `${server.url}/msi/token`,
      IDENTITY_HEADER: server.login.identityHeader,
    };
    const options = { auth: 'managed-identity', graphUrl: server.url };
    server.tenant.addGroup('Support');
    // Ten minutes on the way: the token is good for an hour.
    server.fault = ({ path: at }) => void (at.endsWith('/members') && clock.advance(600_000));
    server.directory.knobs.maxPage = 1;
    server.tenant.addMember(
      server.tenant.addGroup('Sales'),
      server.tenant.addUser('ana'),
      server.tenant.addUser('bo'),
    );
    expect((await readGroups(entraFrom(options, { clock, env }), 'S*')).evidence.complete).toBe(true);
    expect(server.login.minted).toBe(1);
    const wrong = entraFrom(options, { clock, env: { ...env, IDENTITY_HEADER: 'not-this-one' } });
    const error = await failureOf(readGroups(wrong, 'Support'));
    expect(error).toMatchObject({ code: 'source.auth-failed', status: 401 });
    expect(JSON.stringify(error)).not.toContain('not-this-one');
  });

  it('waits while the metadata service is being updated', async () => {
    const { server, source } = await bench();
    let updating = 2;
    server.login.fault = () => (updating-- > 0 ? { status: 410, body: {} } : undefined);
    await readGroups(source({ ...blank, ...identity(server) }), 'Support');
    expect(server.login.minted).toBe(1);
  });
});

/** Without what `bench().source` fills in for a client secret. */
const blank = { tenant: undefined, clientId: undefined, clientSecret: undefined, loginUrl: undefined };

describe('clouds and options', () => {
  const at = (options: Record<string, unknown>) =>
    endpointsOf(schema().parse({ tenant: 't', clientId: 'c', clientSecret: 's', ...options }));

  it('knows the hosts of the national clouds, and what a token is for there', () => {
    expect(at({})).toEqual({
      loginUrl: 'https://login.microsoftonline.com',
      root: 'https://graph.microsoft.com/v1.0',
      resource: 'https://graph.microsoft.com',
    });
    expect(at({ cloud: 'usgov' })).toMatchObject({ root: 'https://graph.microsoft.us/v1.0' });
    expect(at({ cloud: 'dod' })).toEqual({
      loginUrl: 'https://login.microsoftonline.us',
      root: 'https://dod-graph.microsoft.us/v1.0',
      resource: 'https://dod-graph.microsoft.us',
    });
    expect(at({ cloud: 'china' })).toMatchObject({
      loginUrl: 'https://login.partner.microsoftonline.cn',
      resource: 'https://microsoftgraph.chinacloudapi.cn',
    });
  });

  it('a gateway has its own address, and the token is for Graph all the same', () => {
    expect(at({ graphUrl: 'https://gateway.contoso.test/graph/' })).toMatchObject({
      root: 'https://gateway.contoso.test/graph/v1.0',
      resource: 'https://graph.microsoft.com',
    });
  });

  it.each([
    [{}, ['tenant', 'clientId', 'clientSecret']],
    [{ auth: 'certificate', tenant: 't', clientId: 'c' }, ['certificateFile']],
    [{ auth: 'managed-identity', clientSecret: 's' }, ['clientSecret']],
    [{ auth: 'workload', identityEndpoint: 'http://169.254.169.254/x' }, ['identityEndpoint']],
    [{ auth: 'managed-identity', delta: true, nested: 'transitive', filter: 'x eq 1' }, ['nested', 'filter']],
    [{ auth: 'managed-identity', graphUrl: 'http://graph.microsoft.com' }, ['graphUrl']],
    [{ auth: 'managed-identity', tenant: 'a/b' }, ['tenant']],
    [{ auth: 'managed-identity', attributes: { externalId: 'a b' } }, ['attributes']],
    [{ auth: 'managed-identity', pageSize: 1000 }, ['pageSize']],
  ])('%j is a mistake', (options, keys) => {
    const { error } = schema().safeParse(options);
    expect(error?.issues.map(({ path: at }) => at[0])).toEqual(keys);
  });
});
