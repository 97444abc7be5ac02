import { refuse } from './answer.ts';
import type { ClientRow, Db, TokenRow } from './db.ts';

export type Bearer =
  | { readonly kind: 'valid'; readonly token: TokenRow; readonly client: ClientRow }
  | { readonly kind: 'refused'; readonly refusal: ReturnType<typeof refuse> };

/** Who asks: 401 `authentication.required` without a bearer token, `bad.credentials` for a dead one (§7, §11). */
export function authenticate(db: Db, authorization: string | undefined, now: number): Bearer {
  const bearer = /^Bearer\s+(\S+)$/iu.exec(authorization ?? '');
  if (!bearer) {
    return {
      kind: 'refused',
      refusal: refuse(
        401,
        'authentication.required',
        'No authentication bearer token specified in authorization header.',
      ),
    };
  }
  const token = db.tokens.get(bearer[1]!);
  const client = token && db.clients.get(token.clientId);
  if (!token || !client || now >= token.expiresAt) {
    return { kind: 'refused', refusal: refuse(401, 'bad.credentials', 'Invalid login credentials.') };
  }
  return { kind: 'valid', token, client };
}
