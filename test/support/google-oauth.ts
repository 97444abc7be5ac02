import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { Clock } from '../../src/clock.ts';
import type { ApiAnswer, ApiRequest } from './api-server.ts';

export interface GoogleToken {
  readonly scopes: readonly string[];
  /** The administrator in whose name it acts. */
  readonly subject?: string;
  readonly expiresMs: number;
}

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The token endpoint for service accounts: the JWT-bearer grant, with and without domain-wide delegation. */
export class GoogleTokenServer {
  readonly email = 'muster@project-1.iam.gserviceaccount.com';
  readonly keyId = 'k1';
  /** Scopes that the Admin console delegates to the service account. */
  delegated: readonly string[] = ['group', 'group.member', 'user'].map(
    part => `https://www.googleapis.com/auth/admin.directory.${part}.readonly`,
  );
  /** Addresses of administrators who may be impersonated. */
  readonly admins = new Set(['admin@example.org']);
  readonly tokens = new Map<string, GoogleToken>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The JSON key that an administrator downloads. */
  keyFile(tokenUrl: string): Record<string, string> {
    return {
      type: 'service_account',
      project_id: 'project-1',
      private_key_id: this.keyId,
      private_key: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
      client_email: this.email,
      client_id: '100000000000000000001',
      auth_uri: 'https://accounts.google.com/o/oauth2/auth',
      token_uri: tokenUrl,
    };
  }

  async answerToken(request: ApiRequest): Promise<ApiAnswer> {
    const form = new URLSearchParams(request.body);
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer')
      return oauthError(400, 'unsupported_grant_type', 'Invalid grant_type');
    const claims = await this.#claimsIn(form.get('assertion') ?? '', `${request.url.origin}/token`);
    if (typeof claims === 'string') return oauthError(400, 'invalid_grant', claims);
    const scopes = String(claims.scope ?? '')
      .split(' ')
      .filter(Boolean);
    if (scopes.length === 0) return oauthError(400, 'invalid_scope', 'Empty or missing scope not allowed.');
    const { sub } = claims;
    if (sub !== undefined) {
      // All of them or none: a delegation that lacks one scope gives no token at all.
      if (!scopes.every(scope => this.delegated.includes(scope))) {
        return oauthError(
          401,
          'unauthorized_client',
          'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
        );
      }
      if (!sub.includes('@')) return oauthError(400, 'invalid_grant', 'Invalid email or User ID');
    }
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    const expiresMs = this.#clock.now() + 3_599_000;
    this.tokens.set(token, { scopes, expiresMs, ...(sub !== undefined && { subject: sub }) });
    return { status: 200, body: { access_token: token, expires_in: 3599, token_type: 'Bearer' } };
  }

  tokenOf(request: ApiRequest): GoogleToken | undefined {
    const token = this.tokens.get(request.headers.authorization?.replace(/^Bearer /u, '') ?? '');
    return token && token.expiresMs > this.#clock.now() ? token : undefined;
  }

  async #claimsIn(assertion: string, audience: string) {
    try {
      if (decodeProtectedHeader(assertion).kid !== this.keyId) return 'Invalid JWT Signature.';
      const { payload } = await jwtVerify(assertion, pair.publicKey, {
        algorithms: ['RS256'],
        audience,
        currentDate: new Date(this.#clock.now()),
        clockTolerance: 300,
      });
      if (payload.iss !== this.email) return 'Invalid grant: account not found';
      const { iat = 0, exp = 0 } = payload;
      const early = iat * 1000 > this.#clock.now() + 300_000;
      return exp - iat > 3600 || early ? unreasonable : payload;
    } catch (error) {
      return (error as { code?: string }).code === 'ERR_JWT_EXPIRED'
        ? unreasonable
        : 'Invalid JWT Signature.';
    }
  }
}

const unreasonable =
  'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.';

const oauthError = (status: number, error: string, error_description: string): ApiAnswer => ({
  status,
  body: { error, error_description },
});
