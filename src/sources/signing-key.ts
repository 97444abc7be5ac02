import { createPrivateKey, type KeyObject } from 'node:crypto';
import { MusterError } from '../errors.ts';

/** A private key and what a JWT that it signs must say of it. */
export interface SigningKey {
  readonly key: KeyObject;
  /** JWS algorithm, e.g. `RS256`. */
  readonly alg: string;
  /** Id of the key, where the key itself says it (JWK). */
  readonly kid?: string;
}

/** PEM text, JWK as JSON text, or a JWK as a block of the config. */
export type WrittenKey = string | Readonly<Record<string, unknown>>;

/**
 * Reads a private key in the forms in which vendors hand them out. Throws `config.invalid`, with nothing of the key
 * in the message.
 */
export function signingKey(written: WrittenKey, option: string): SigningKey {
  const jwk = jwkOf(written);
  const key = jwk ? fromJwk(jwk, option) : fromPem(String(written), option);
  const alg = algorithmOf(key, jwk?.alg);
  if (!alg) {
    const kind = key.asymmetricKeyType ?? 'unknown';
    throw unusable(option, `it is a key of the type ${kind}; RSA of 2,048 bits or more, or EC, is needed`);
  }
  return { key, alg, ...(typeof jwk?.kid === 'string' && { kid: jwk.kid }) };
}

function jwkOf(written: WrittenKey): Readonly<Record<string, unknown>> | undefined {
  if (typeof written !== 'string') return written;
  if (!written.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(written) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function fromJwk(jwk: Readonly<Record<string, unknown>>, option: string): KeyObject {
  try {
    return createPrivateKey({ key: jwk as never, format: 'jwk' });
  } catch {
    // The cause is left out: Node quotes fields of the key.
    throw unusable(option, 'it is no JWK with its private part');
  }
}

function fromPem(pem: string, option: string): KeyObject {
  // Variables of the environment often hold the line breaks of a PEM as the two characters \n.
  const lines = pem.replaceAll('\\n', '\n').trim();
  if (/ENCRYPTED/u.test(lines)) throw unusable(option, 'it is encrypted, and there is no passphrase for it');
  try {
    return createPrivateKey(lines);
  } catch {
    throw unusable(option, 'it is no private key in PEM form');
  }
}

const curves: Readonly<Record<string, string>> = {
  prime256v1: 'ES256',
  secp384r1: 'ES384',
  secp521r1: 'ES512',
};

function algorithmOf(key: KeyObject, wanted: unknown): string | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'ec') return curves[namedCurve ?? ''];
  if (key.asymmetricKeyType !== 'rsa' || (modulusLength ?? 0) < 2048) return undefined;
  return typeof wanted === 'string' && /^[RP]S(?:256|384|512)$/u.test(wanted) ? wanted : 'RS256';
}

const unusable = (option: string, why: string): MusterError =>
  new MusterError('config.invalid', {
    happened: `The private key cannot be used: ${why}.`,
    subject: option,
    remedy: `Put the whole key into "${option}", from -----BEGIN to -----END with its line breaks, or as a JWK.`,
  });
