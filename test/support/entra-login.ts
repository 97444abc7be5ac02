import { createPublicKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { Clock } from '../../src/clock.ts';

/** An application as its registration knows it. */
export interface EntraApp {
  readonly clientId: string;
  readonly secret: string;
  /** PEM text of the certificates that were uploaded. */
  readonly certificates: string[];
  federated?: {
    readonly issuer: string;
    readonly subject: string;
    readonly audience: string;
    readonly key: KeyObject;
  };
  /** Application permissions with admin consent. */
  readonly roles: Set<string>;
}

export interface LoginAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface LoginRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** `login.microsoftonline.com`, the metadata service of virtual machines, and the identity endpoint of App Service. */
export class EntraLogin {
  readonly tenant = 'contoso.test';
  readonly app: EntraApp;
  readonly resource: string;
  readonly identityHeader = 'the-identity-header';
  /** Seconds that a token is good for, as the answer says. */
  lifetimeSeconds = 3599;
  minted = 0;
  /** Answers in place of the real ones, e.g. a bad day. */
  fault: ((request: LoginRequest) => LoginAnswer | undefined) | undefined;
  readonly #clock: Clock;
  readonly #tokens = new Set<string>();
  readonly #usedAssertions = new Set<string>();

  constructor(app: EntraApp, resource: string, clock: Clock) {
    this.app = app;
    this.resource = resource;
    this.#clock = clock;
  }

  accepts(authorization: string | undefined): boolean {
    return authorization !== undefined && this.#tokens.has(authorization.replace(/^Bearer /u, ''));
  }

  /** As if all tokens had run out. */
  revokeTokens(): void {
    this.#tokens.clear();
  }

  async answer(request: LoginRequest): Promise<LoginAnswer | undefined> {
    const { pathname } = request.url;
    const ours = /\/oauth2\/v2\.0\/token$|^\/metadata\/|^\/msi\//u.test(pathname);
    if (!ours) return undefined;
    const faulty = this.fault?.(request);
    if (faulty) return faulty;
    if (pathname === '/metadata/identity/oauth2/token') return this.#metadata(request);
    if (pathname === '/msi/token') return this.#appService(request);
    return this.#tokenEndpoint(request);
  }

  async #tokenEndpoint({ method, url, body }: LoginRequest): Promise<LoginAnswer> {
    if (method !== 'POST') return refused(405, 'invalid_request', 900144, 'POST only.');
    const form = new URLSearchParams(body);
    const tenant = decodeURIComponent(url.pathname.split('/')[1]!);
    if (tenant !== this.tenant)
      return refused(400, 'invalid_request', 90002, `Tenant '${tenant}' not found.`);
    if (form.get('client_id') !== this.app.clientId)
      return refused(400, 'unauthorized_client', 700016, 'Application not found in the directory.');
    if (form.get('grant_type') !== 'client_credentials')
      return refused(400, 'unsupported_grant_type', 70003, 'Unsupported grant type.');
    if (form.get('scope') !== `${this.resource}/.default`)
      return refused(400, 'invalid_scope', 70011, 'The provided value for scope is not valid.');
    const assertion = form.get('client_assertion');
    if (assertion !== null) {
      const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      if (form.get('client_assertion_type') !== type)
        return refused(400, 'invalid_request', 900144, 'client_assertion_type is missing.');
      const refusal = await this.#refuseAssertion(assertion, url.href);
      if (refusal) return refusal;
    } else if (form.get('client_secret') !== this.app.secret) {
      return refused(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
    }
    return this.#token({ expires_in: this.lifetimeSeconds, ext_expires_in: this.lifetimeSeconds });
  }

  async #refuseAssertion(assertion: string, tokenUrl: string): Promise<LoginAnswer | undefined> {
    const currentDate = new Date(this.#clock.now());
    const header = decodeProtectedHeader(assertion);
    const { federated, clientId } = this.app;
    const thumbprint = header['x5t#S256'];
    if (thumbprint === undefined) {
      if (!federated)
        return refused(401, 'invalid_client', 700211, 'No matching federated identity record found.');
      try {
        const { issuer, subject, audience, key } = federated;
        await jwtVerify(assertion, key, { issuer, subject, audience, currentDate });
        return undefined;
      } catch {
        return refused(
          401,
          'invalid_client',
          700213,
          'No matching federated identity record found for presented assertion subject.',
        );
      }
    }
    const certificate = this.app.certificates
      .map(pem => new X509Certificate(pem))
      .find(
        each =>
          Buffer.from(each.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url') === thumbprint,
      );
    if (!certificate)
      return refused(
        401,
        'invalid_client',
        700027,
        'The certificate with this thumbprint is not registered.',
      );
    try {
      const key = createPublicKey(certificate.publicKey.export({ type: 'spki', format: 'pem' }));
      const { payload } = await jwtVerify(assertion, key, {
        issuer: clientId,
        subject: clientId,
        audience: tokenUrl,
        algorithms: ['PS256', 'RS256'],
        maxTokenAge: '10m',
        currentDate,
      });
      if (!payload.jti || this.#usedAssertions.has(payload.jti)) throw new Error('used before');
      this.#usedAssertions.add(payload.jti);
      return undefined;
    } catch {
      return refused(401, 'invalid_client', 700024, 'Client assertion is not within its valid time range.');
    }
  }

  #metadata({ url, headers }: LoginRequest): LoginAnswer {
    const query = url.searchParams;
    if (headers.metadata !== 'true' || headers['x-forwarded-for'] !== undefined)
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Required metadata header not specified' },
      };
    if (!query.has('api-version'))
      return { status: 400, body: { error: 'bad_request_102', error_description: 'no api-version' } };
    const client = query.get('client_id');
    if (client !== null && client !== this.app.clientId)
      return { status: 400, body: { error: 'invalid_request', error_description: 'Identity not found' } };
    if (query.get('resource') !== this.resource)
      return {
        status: 400,
        body: {
          error: 'invalid_resource',
          error_description: 'AADSTS500011: The resource principal was not found.',
        },
      };
    // Numbers come as text here.
    return this.#token({ expires_in: String(this.lifetimeSeconds), resource: this.resource });
  }

  #appService({ url, headers }: LoginRequest): LoginAnswer {
    if (headers['x-identity-header'] !== this.identityHeader)
      return { status: 401, body: { statusCode: 401, message: 'invalid identity header' } };
    if (url.searchParams.get('api-version') !== '2019-08-01')
      return { status: 400, body: { message: 'api-version' } };
    const expiresOn = Math.floor(this.#clock.now() / 1000) + this.lifetimeSeconds;
    return this.#token({ expires_on: String(expiresOn), resource: url.searchParams.get('resource') });
  }

  #token(more: Readonly<Record<string, unknown>>): LoginAnswer {
    this.minted += 1;
    const token = `token-${this.minted}-${randomUUID()}`;
    this.#tokens.add(token);
    return { status: 200, body: { token_type: 'Bearer', access_token: token, ...more } };
  }
}

const refused = (status: number, error: string, number: number, text: string): LoginAnswer => ({
  status,
  body: {
    error,
    error_description: `AADSTS${number}: ${text} Trace ID: 0000 Correlation ID: 1111 Timestamp: 2026-01-05 09:00:00Z`,
    error_codes: [number],
    correlation_id: '11111111-2222-3333-4444-555555555555',
  },
});
