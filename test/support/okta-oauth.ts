import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, decodeProtectedHeader, EmbeddedJWK, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from '../../src/clock.ts';
import type { ApiAnswer, ApiRequest } from './api-server.ts';

/** A service app as an administrator has set it up. */
export interface OktaApp {
  readonly clientId: string;
  /** Public keys by `kid`. */
  readonly keys: Readonly<Record<string, KeyObject>>;
  readonly grantedScopes: readonly string[];
  /** What Okta sets for new service apps. */
  readonly requiresDpop: boolean;
}

export interface OktaToken {
  readonly value: string;
  readonly scopes: readonly string[];
  readonly expiresMs: number;
  /** Thumbprint of the key that the token is bound to. */
  readonly jkt?: string;
}

const tokenSeconds = 3600;
const proofSeconds = 300;

/**
 * The org authorization server for service apps: `private_key_jwt` with assertions that count once, and DPoP with a
 * nonce (Okta's guides "Implement OAuth for Okta with a service app" and "Configure OAuth 2.0 DPoP").
 */
export class OktaAuthorizationServer {
  readonly apps = new Map<string, OktaApp>();
  readonly tokens = new Map<string, OktaToken>();
  nonce = randomBytes(16).toString('base64url');
  readonly #seen = new Set<string>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async answerToken(request: ApiRequest): Promise<ApiAnswer> {
    const form = new URLSearchParams(request.body);
    const url = `${request.url.origin}${request.url.pathname}`;
    if (form.get('grant_type') !== 'client_credentials') return oauthError(400, 'unsupported_grant_type');
    const app = await this.#clientOf(form.get('client_assertion') ?? '', url);
    if (typeof app === 'string') return oauthError(401, 'invalid_client', app);
    const scopes = (form.get('scope') ?? '').split(' ').filter(scope => app.grantedScopes.includes(scope));
    if (scopes.length === 0) {
      return oauthError(
        400,
        'invalid_scope',
        'One or more scopes are not granted to the client application.',
      );
    }
    const proof = request.headers.dpop;
    if (typeof proof !== 'string') {
      return app.requiresDpop
        ? oauthError(400, 'invalid_dpop_proof', 'The DPoP proof JWT header is missing.')
        : this.#grant(scopes);
    }
    const bound = await this.#prove(proof, { htm: 'POST', htu: url });
    if (typeof bound === 'string') return oauthError(400, 'invalid_dpop_proof', bound);
    if (bound.claims.nonce !== this.nonce) {
      return {
        ...oauthError(400, 'use_dpop_nonce', 'Authorization server requires nonce in DPoP proof.'),
        headers: { 'dpop-nonce': this.nonce },
      };
    }
    return this.#grant(scopes, bound.jkt);
  }

  /** The token that a call to the API carries; a text says what is wrong with it. */
  async tokenOf(request: ApiRequest): Promise<OktaToken | string> {
    const [scheme, value = ''] = (request.headers.authorization ?? '').split(' ');
    const token = this.tokens.get(value);
    if (!token || token.expiresMs <= this.#clock.now()) return 'Invalid token provided';
    if (!token.jkt) return scheme === 'Bearer' ? token : 'Invalid token provided';
    if (scheme !== 'DPoP') return 'The access token is bound to a key';
    const ath = createHash('sha256').update(value).digest('base64url');
    const htu = `${request.url.origin}${request.url.pathname}`;
    const bound = await this.#prove(String(request.headers.dpop ?? ''), { htm: request.method, htu, ath });
    if (typeof bound === 'string') return bound;
    return bound.jkt === token.jkt ? token : 'The proof was made with another key';
  }

  expireTokens(): void {
    this.tokens.clear();
  }

  async #clientOf(assertion: string, audience: string): Promise<OktaApp | string> {
    try {
      const { kid } = decodeProtectedHeader(assertion);
      const { payload } = await jwtVerify(
        assertion,
        header => {
          const app = this.apps.get(clientIn(assertion));
          const keys = Object.values(app?.keys ?? {});
          const key = header.kid === undefined && keys.length === 1 ? keys[0] : app?.keys[kid ?? ''];
          if (!key) throw new Error('The client_assertion is signed with a key that is not registered.');
          return key;
        },
        { audience, currentDate: new Date(this.#clock.now()), requiredClaims: ['iss', 'sub', 'exp', 'jti'] },
      );
      if (payload.iss !== payload.sub) return 'The client_assertion has another issuer than subject.';
      if (payload.exp! * 1000 - this.#clock.now() > 3_600_000) return 'The client_assertion lives too long.';
      if (!this.#isNew(payload.jti)) return 'The client_assertion has been used before.';
      return this.apps.get(payload.sub!)!;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #prove(
    proof: string,
    wanted: Readonly<Record<string, string>>,
  ): Promise<{ claims: JWTPayload; jkt: string } | string> {
    try {
      const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
        typ: 'dpop+jwt',
        algorithms: ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'],
        currentDate: new Date(this.#clock.now()),
      });
      const jwk = protectedHeader.jwk!;
      if ('d' in jwk) return 'The proof gives the private key away.';
      for (const [name, value] of Object.entries(wanted))
        if (payload[name] !== value) return `The DPoP proof JWT has the wrong ${name}.`;
      if (Math.abs((payload.iat ?? 0) - this.#clock.now() / 1000) > proofSeconds)
        return 'The DPoP proof JWT was issued too long ago or in the future.';
      if (!this.#isNew(payload.jti)) return 'The DPoP proof JWT has been used before.';
      return { claims: payload, jkt: await calculateJwkThumbprint(jwk) };
    } catch (error) {
      return (error as Error).message;
    }
  }

  #isNew(jti: string | undefined): boolean {
    if (jti === undefined || this.#seen.has(jti)) return false;
    this.#seen.add(jti);
    return true;
  }

  #grant(scopes: readonly string[], jkt?: string): ApiAnswer {
    const value = randomBytes(24).toString('base64url');
    const expiresMs = this.#clock.now() + tokenSeconds * 1000;
    this.tokens.set(value, { value, scopes, expiresMs, ...(jkt !== undefined && { jkt }) });
    const token_type = jkt === undefined ? 'Bearer' : 'DPoP';
    return {
      status: 200,
      body: { token_type, expires_in: tokenSeconds, access_token: value, scope: scopes.join(' ') },
    };
  }
}

const clientIn = (assertion: string): string =>
  JSON.parse(Buffer.from(assertion.split('.')[1]!, 'base64url').toString()).sub as string;

const oauthError = (status: number, error: string, error_description = ''): ApiAnswer => ({
  status,
  body: { error, error_description },
});
