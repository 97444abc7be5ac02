import { MusterError } from '../../errors.ts';
import { ConnectionLost } from './socket.ts';

/** LDAP result codes that are no success, by RFC 4511 appendix A: the words that manuals and forums use. */
const codeNames: Readonly<Record<number, string>> = {
  1: 'operationsError',
  2: 'protocolError',
  3: 'timeLimitExceeded',
  4: 'sizeLimitExceeded',
  7: 'authMethodNotSupported',
  8: 'strongerAuthRequired',
  10: 'referral',
  11: 'adminLimitExceeded',
  12: 'unavailableCriticalExtension',
  13: 'confidentialityRequired',
  16: 'noSuchAttribute',
  17: 'undefinedAttributeType',
  18: 'inappropriateMatching',
  19: 'constraintViolation',
  21: 'invalidAttributeSyntax',
  32: 'noSuchObject',
  33: 'aliasProblem',
  34: 'invalidDNSyntax',
  36: 'aliasDereferencingProblem',
  48: 'inappropriateAuthentication',
  49: 'invalidCredentials',
  50: 'insufficientAccessRights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwillingToPerform',
  54: 'loopDetect',
  80: 'other',
};

/** `invalidCredentials (49)`. */
export const codeText = (code: number): string => `${codeNames[code] ?? 'result code'} (${code})`;

/** Why Active Directory refused a bind: the hexadecimal `data` in its diagnostic message. */
const adReasons: Readonly<Record<string, string>> = {
  '525': 'there is no such account',
  '52e': 'the password is wrong',
  '530': 'the account may not log in at this time',
  '531': 'the account may not log in from here',
  '532': 'the password has expired',
  '533': 'the account is disabled',
  '701': 'the account has expired',
  '773': 'the password must be changed first',
  '775': 'the account is locked',
};

/** A bind that the server refused. `url` and `who` become the subject. */
export function bindFailure(code: number, diagnostic: string, url: string, who: string): MusterError {
  const subject = `${url} as ${who}`;
  if (code === 8 || code === 13) {
    return new MusterError('source.insecure', {
      happened: `The LDAP server takes no password over an unprotected connection: ${codeText(code)}.`,
      subject,
      remedy: 'Use an ldaps:// URL, or set "startTls: true".',
      vendorCode: codeText(code),
    });
  }
  if (code === 51 || code === 52) {
    return new MusterError('source.unreachable', {
      happened: `The LDAP server cannot answer now: ${codeText(code)}.`,
      subject,
      remedy: 'Try again later, or name another server in "url".',
      vendorCode: codeText(code),
    });
  }
  const why = adReasons[/\bdata ([0-9a-f]{3})\b/iu.exec(diagnostic)?.[1]?.toLowerCase() ?? ''];
  return new MusterError('source.auth-failed', {
    happened: `The LDAP server refused the bind: ${codeText(code)}${why ? `, ${why}` : ''}.`,
    subject,
    remedy:
      code === 7
        ? 'The server takes no such bind; "certificateBind" needs one that asks for client certificates.'
        : 'Check bindDn and password of this source; Active Directory also takes user@domain or DOMAIN\\user as bindDn.',
    vendorCode: codeText(code),
  });
}

/** A search from which nothing came, so that there is nothing to hand on. */
export function searchFailure(stop: string, code: number | undefined, subject: string): MusterError {
  const remedy =
    code === 32
      ? 'Check baseDn and groupBaseDn, and that the bind account may read there: a server answers the same to both.'
      : code === 10
        ? 'Another server holds this base; put its address in "url".'
        : code === 4 || code === 11
          ? 'Ask the administrators of the directory to raise the size limit of the bind account, or lower "pageSize".'
          : code === 1 || code === 50
            ? 'Give the bind account the right to search and read below this base.'
            : 'Run "muster check" to see whether the server answers, then run again.';
  return new MusterError('source.read-failed', {
    happened: `The LDAP search brought nothing: ${stop}.`,
    subject,
    remedy,
    ...(code === undefined ? {} : { vendorCode: codeText(code) }),
  });
}

/** OpenSSL's and Node's codes for a certificate that was sent and is not trusted. */
const certificateCodes =
  /^(?:CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|ERR_TLS_CERT_ALTNAME|HOSTNAME_MISMATCH)/u;

/** What went wrong on the way to the server. An abort is handed back as it is. */
export function connectFailure(error: unknown, url: string, signal: AbortSignal): unknown {
  if (signal.aborted || error instanceof MusterError) return error;
  // A connection that broke carries the socket's own error as its cause.
  const { code = '', message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  // What has neither a code nor the shape of a lost connection is a mistake of ours, and is told as one.
  if (code === '' && !(error instanceof ConnectionLost)) return error;
  if (certificateCodes.test(code)) {
    return new MusterError('source.insecure', {
      happened: `The LDAP server's certificate is not trusted: ${message} (${code}).`,
      subject: url,
      remedy: code.includes('ALTNAME')
        ? 'Use the host name that the certificate was made for in "url", or set "servername" to it.'
        : 'Put the certificate of the authority that signed it in a file and name it in "caFile".',
      cause: error,
    });
  }
  if (code.startsWith('ERR_OSSL_') || code === 'ERR_INVALID_ARG_VALUE') {
    return new MusterError('source.insecure', {
      happened: `The TLS files of this source cannot be used: ${message}.`,
      subject: url,
      remedy:
        'See that "caFile", "certFile" and "keyFile" are PEM, belong together, and that "keyPassphrase" is right.',
      cause: error,
    });
  }
  // A server that wants a client certificate says so with a TLS alert; OpenSSL names it in the code.
  if (code.startsWith('ERR_SSL_') && /CERTIFICATE|HANDSHAKE_FAILURE/u.test(code)) {
    return new MusterError('source.auth-failed', {
      happened: `The LDAP server refused the TLS connection: ${message}.`,
      subject: url,
      remedy: 'It may want a client certificate: set "certFile" and "keyFile".',
      cause: error,
    });
  }
  const tlsMismatch =
    code.startsWith('ERR_SSL_') || code === 'EPROTO' || /secure TLS connection/u.test(message);
  return new MusterError('source.unreachable', {
    happened: `The LDAP server could not be reached: ${message || code}.`,
    subject: url,
    remedy: tlsMismatch
      ? 'This port may not speak TLS: try ldap:// with "startTls: true", or the port of ldaps (636).'
      : error instanceof ConnectionLost
        ? 'Check the address and the firewalls between; a server that wants a client certificate ("certFile") hangs up as well.'
        : 'Check host and port in "url", and that this machine may connect to them.',
    cause: error,
  });
}
