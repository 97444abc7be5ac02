import { createPrivateKey, type KeyObject, randomUUID, X509Certificate } from 'node:crypto';
import { SignJWT } from 'jose';
import { MusterError } from '../../errors.ts';

export interface SigningCertificate {
  /** Text of the PEM file with the certificate; may hold the key as well. */
  readonly certificate: string;
  /** Text of the PEM file with the key. */
  readonly key: string;
  readonly passphrase?: string | undefined;
  /** For messages. */
  readonly file: string;
}

export interface AssertionFacts {
  readonly clientId: string;
  /** The token URL. */
  readonly audience: string;
  readonly algorithm: 'PS256' | 'RS256';
  readonly nowMs: number;
}

const lifetimeSeconds = 300;

/**
 * The signed statement that stands in for a secret: who we are, for this token endpoint, for five minutes. The
 * header names the certificate by its SHA-256 thumbprint (identity sources reference §2).
 *
 * @throws MusterError `config.invalid` for files that hold no certificate or no fitting key.
 */
export async function signAssertion(signer: SigningCertificate, facts: AssertionFacts): Promise<string> {
  const certificate = certificateIn(signer);
  const key = keyIn(signer);
  if (!certificate.checkPrivateKey(key)) {
    throw invalid(signer, 'The private key does not belong to the certificate.', 'Give the key of this one.');
  }
  if (certificate.validToDate.getTime() <= facts.nowMs) {
    throw new MusterError('source.auth-failed', {
      happened: `The certificate of the application expired on ${certificate.validToDate.toISOString()}.`,
      subject: signer.file,
      remedy: 'Make a new certificate, upload it to the app registration, and put it in place of this one.',
    });
  }
  const now = Math.floor(facts.nowMs / 1000);
  return new SignJWT({
    aud: facts.audience,
    iss: facts.clientId,
    sub: facts.clientId,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + lifetimeSeconds,
  })
    .setProtectedHeader({
      alg: facts.algorithm,
      typ: 'JWT',
      'x5t#S256': Buffer.from(certificate.fingerprint256.replaceAll(':', ''), 'hex').toString('base64url'),
    })
    .sign(key);
}

function certificateIn(signer: SigningCertificate): X509Certificate {
  const [pem] =
    signer.certificate.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/u) ?? [];
  try {
    if (pem) return new X509Certificate(pem);
  } catch {
    // Told below: the parser's own words help nobody.
  }
  throw invalid(signer, 'The file holds no certificate that can be read.', 'Give it in PEM form.');
}

function keyIn(signer: SigningCertificate): KeyObject {
  const [pem] =
    signer.key.match(/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[\s\S]+?-----END [A-Z ]+-----/u) ?? [];
  if (!pem)
    throw invalid(signer, 'There is no private key in the file.', 'Set "keyFile" to the PEM file with it.');
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, ...(signer.passphrase && { passphrase: signer.passphrase }) });
  } catch {
    // No cause: it might quote what was parsed.
    throw invalid(
      signer,
      'The private key cannot be read.',
      'Check "keyPassphrase" and that the file is PEM.',
    );
  }
  if (key.asymmetricKeyType === 'rsa') return key;
  throw invalid(signer, 'The private key is no RSA key.', 'Use an RSA certificate of 2,048 bits or more.');
}

const invalid = (signer: SigningCertificate, happened: string, remedy: string): MusterError =>
  new MusterError('config.invalid', { happened, subject: signer.file, remedy });
