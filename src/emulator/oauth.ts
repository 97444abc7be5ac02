import type { Contract } from '../model/contract.ts';
import type { Answer } from './answer.ts';
import type { Db, TokenRow } from './db.ts';
import { type Knobs, tokenLifetime } from './knobs.ts';
import { documentedScopes } from './permissions.ts';

export interface TokenRequest {
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface TokenDesk {
  readonly db: Db;
  readonly knobs: Knobs;
  readonly contract: Contract;
  readonly now: () => number;
  readonly newId: (kind: string) => string;
  readonly wireSeconds: (seconds: number) => number;
}

/** Mints tokens: `POST /oauth/token`, the client-credentials grant alone (API reference §1.1, §1.4). */
export function tokenDesk(desk: TokenDesk): (request: TokenRequest) => Answer {
  let window = { from: Number.NEGATIVE_INFINITY, count: 0 };

  const tooFast = (): boolean => {
    const limit = desk.knobs.mintLimit;
    if (!limit) return false;
    const now = desk.now();
    if (now >= window.from + limit.windowSeconds * 1000) window = { from: now, count: 0 };
    window.count++;
    return window.count > limit.count;
  };

  return request => {
    if (!/^application\/x-www-form-urlencoded\b/iu.test(request.contentType ?? '')) {
      return refused('invalid_request', 'the body must be application/x-www-form-urlencoded');
    }
    const form = new URLSearchParams(request.body);
    const credentials = credentialsOf(request.authorization, form, desk.knobs);
    const client = credentials && desk.db.clients.get(credentials.id);
    if (!credentials || !client || client.secret !== credentials.secret) {
      return refused('invalid_client', 'client authentication failed');
    }
    // Terraform retries on exactly this prefix (API reference §1.4): a mint limit is no 429.
    if (tooFast()) return refused('invalid_request', 'rate limit exceeded; too many tokens were requested');
    const grant = form.get('grant_type');
    if (!grant) return refused('invalid_request', 'grant_type is missing');
    if (grant !== 'client_credentials') {
      return refused('unsupported_grant_type', `the grant type ${grant} is not supported`);
    }
    const seconds = client.tokenSeconds ?? tokenLifetime(desk.knobs, desk.contract);
    const scopes = (form.get('scope') ?? '').split(/[\s,]+/u).filter(scope => scope !== '');
    const row: TokenRow = {
      token: `${desk.newId('token')}${desk.newId('token')}`.replaceAll('-', ''),
      clientId: client.id,
      scopes: scopes.length > 0 || desk.contract === 'platform' ? scopes : [...documentedScopes],
      expiresAt: desk.now() + seconds * 1000,
    };
    desk.db.tokens.set(row.token, row);
    return {
      status: 200,
      body: { access_token: row.token, token_type: 'bearer', expires_in: desk.wireSeconds(seconds) },
    };
  };
}

function credentialsOf(
  authorization: string | undefined,
  form: URLSearchParams,
  knobs: Knobs,
): { id: string; secret: string } | undefined {
  const basic = /^Basic\s+([A-Za-z0-9+/=_-]+)$/iu.exec(authorization ?? '');
  if (basic) {
    if (!knobs.tokenStyles.includes('basic')) return undefined;
    const text = Buffer.from(basic[1]!, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    return colon < 0 ? undefined : { id: text.slice(0, colon), secret: text.slice(colon + 1) };
  }
  if (!knobs.tokenStyles.includes('form')) return undefined;
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  return id && secret ? { id, secret } : undefined;
}

/** The three strings of the token endpoint's errors; always 400 (API reference §1.4). */
const refused = (error: string, description: string): Answer => ({
  status: 400,
  body: { error, description, error_description: description },
});
