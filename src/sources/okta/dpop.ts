import { createHash, randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { Clock } from '../../clock.ts';

/** What one proof is about. */
export interface DpopRequest {
  readonly method: string;
  /** Without query and fragment. */
  readonly url: string;
  /** The access token that goes along; none where a token is only asked for. */
  readonly token?: string;
  /** What the authorization server wants to see in the proof. */
  readonly nonce?: string | undefined;
}

export type DpopProver = (request: DpopRequest) => Promise<string>;

/**
 * Makes DPoP proofs (RFC 9449 §4.2) with a key pair of its own, which lives as long as the prover and is never
 * stored: a token that leaks is then of no use without this process. `ES256` is among the algorithms that Okta
 * announces in its `WWW-Authenticate: DPoP algs="…"`.
 */
export async function createDpopProver(clock: Clock): Promise<DpopProver> {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const jwk = await exportJWK(publicKey);
  return ({ method, url, token, nonce }) =>
    new SignJWT({
      htm: method,
      htu: url,
      ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
      ...(nonce !== undefined && { nonce }),
    })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'ES256', jwk })
      .setIssuedAt(Math.floor(clock.now() / 1000))
      .setJti(randomUUID())
      .sign(privateKey);
}
