import { BindRequest, ExtendedRequest } from 'ldapts';
import { MusterError } from '../../errors.ts';
import { type Answer, LdapConnection } from './connection.ts';
import { bindFailure, codeText, connectFailure } from './failures.ts';
import type { LdapOptions } from './options.ts';
import { addressOf, type TlsFiles, tlsOptions } from './transport.ts';

const startTlsOid = '1.3.6.1.4.1.1466.20037';

/**
 * Connects, goes over to TLS and binds, in this order; a failure at any step closes the socket. Throws
 * `source.insecure`, `source.unreachable` or `source.auth-failed`.
 */
export async function connect(
  options: LdapOptions,
  files: TlsFiles,
  signal: AbortSignal,
): Promise<LdapConnection> {
  const address = addressOf(options.url);
  if (!address.secure && !options.startTls && !options.allowInsecure) {
    throw new MusterError('source.insecure', {
      happened: 'The LDAP connection would send the password and everything it reads in plain text.',
      subject: options.url,
      remedy:
        'Use an ldaps:// URL or set "startTls: true"; "allowInsecure: true" permits plain text on a wire you trust.',
    });
  }
  const tls = tlsOptions(options, files);
  let connection: LdapConnection | undefined;
  try {
    const timeoutMs = options.timeoutSeconds * 1000;
    connection = await LdapConnection.open(
      { host: address.host, port: address.port, timeoutMs, ...(address.secure ? { tls } : {}) },
      signal,
    );
    if (options.startTls) {
      const answer = await connection.request(
        messageId => new ExtendedRequest({ messageId, oid: startTlsOid }),
        signal,
      );
      if (answer.code !== 0) throw noStartTls(options.url, answer);
      await connection.secure(tls, signal);
    }
    const bound = await connection.request(
      messageId => new BindRequest({ messageId, ...credentialsOf(options) }),
      signal,
    );
    if (bound.code !== 0) throw bindFailure(bound.code, bound.text, options.url, boundAs(options));
    return connection;
  } catch (error) {
    connection?.close();
    throw connectFailure(error, options.url, signal);
  }
}

/** A SASL EXTERNAL bind names nobody: the server takes who we are from the certificate (RFC 4422, appendix A). */
const credentialsOf = (options: LdapOptions) =>
  options.certificateBind
    ? { mechanism: 'EXTERNAL' }
    : { dn: options.bindDn ?? '', password: options.password ?? '' };

export const boundAs = (options: LdapOptions): string =>
  options.bindDn ?? (options.certificateBind ? 'its client certificate' : 'nobody (anonymous)');

const noStartTls = (url: string, answer: Answer): MusterError =>
  new MusterError('source.insecure', {
    happened: `The LDAP server does not go over to TLS: ${codeText(answer.code)}.`,
    subject: url,
    remedy: 'Set up a certificate on the server, or use its ldaps:// port. Nothing was sent in plain text.',
    vendorCode: codeText(answer.code),
  });
