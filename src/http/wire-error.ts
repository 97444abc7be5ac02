import { type ErrorCode, MusterError } from '../errors.ts';

/** An attempt that brought no answer, and what the decision to repeat it needs to know. */
export class WireError extends MusterError {
  /** False only where it is certain that the request never left. */
  readonly sent: boolean;
  /** True where time will not mend it, e.g. a certificate that is not trusted. */
  readonly lasting: boolean;
  /** True where the answer was longer than is read. */
  readonly oversized: boolean;

  constructor(code: ErrorCode, facts: WireFacts) {
    super(code, facts);
    this.sent = facts.sent;
    this.lasting = facts.lasting ?? false;
    this.oversized = facts.oversized ?? false;
  }
}

interface WireFacts {
  readonly happened: string;
  readonly subject: string;
  readonly remedy: string;
  readonly sent: boolean;
  readonly lasting?: boolean;
  readonly oversized?: boolean;
  readonly cause?: unknown;
}

/** Where an attempt stood when it failed. */
export interface WirePlace {
  /** Method, host and path; no query, because filters hold names and addresses of people. */
  readonly subject: string;
  readonly host: string;
  /** How proxies are set, for the remedy; without their passwords. */
  readonly proxies: string;
  /** True once status and headers have arrived. */
  readonly answering: boolean;
}

/** A kind of failure before there was an answer, known by the code that socket, TLS or HTTP library give it. */
interface Rule {
  readonly codes: RegExp;
  readonly error: ErrorCode;
  readonly happened: (host: string, code: string) => string;
  readonly remedy: (host: string, proxies: string) => string;
  readonly sent: boolean;
  readonly lasting?: boolean;
}

const rules: readonly Rule[] = [
  {
    codes: /^(?:UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT:connect)$/u,
    error: 'network.timeout',
    happened: host => `No connection to ${host} came about in time.`,
    remedy: (host, proxies) => `Check that ${host} can be reached from here (${proxies}).`,
    sent: false,
  },
  {
    codes: /^(?:ENOTFOUND|EAI_\w+)$/u,
    error: 'network.unreachable',
    happened: (host, code) => `A name on the way to ${host} could not be resolved (${code}).`,
    remedy: (_, proxies) => `Check the spelling of the host and the name resolution here (${proxies}).`,
    sent: false,
  },
  {
    codes: /^(?:ECONNREFUSED|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_PRX_CONN)$/u,
    error: 'network.unreachable',
    happened: (host, code) => `No connection to ${host} came about (${code}).`,
    remedy: (host, proxies) =>
      `Check that the server runs, and that ${host} can be reached from here (${proxies}).`,
    sent: false,
  },
  {
    codes:
      /^(?:CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|UNABLE_TO_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|HOSTNAME_MISMATCH|INVALID_CA|EPROTO|UND_ERR_PRX_TLS)$/u,
    error: 'network.tls',
    happened: (host, code) => `No trusted TLS connection to ${host} came about (${code}).`,
    remedy: () =>
      'Check that the URL names the right host and port; behind a gateway with an authority of its own, give its ' +
      'certificate as the CA bundle or in NODE_EXTRA_CA_CERTS.',
    sent: false,
    lasting: true,
  },
  {
    codes: /^(?:HPE_\w+|HTTPParserError|UND_ERR_HEADERS_OVERFLOW)$/u,
    error: 'http.unexpected',
    happened: (host, code) => `What ${host} answered is not HTTP (${code}).`,
    remedy: () => 'Check that the URL names the right port, and http or https as the server has it.',
    sent: true,
    lasting: true,
  },
];

/** What is no failure of the world: a header that must not be sent, a client that was closed. */
const ourMistakes = /^UND_ERR_(?:INVALID_ARG|NOT_SUPPORTED|CLOSED|DESTROYED|REQ_CONTENT_LENGTH_MISMATCH)$/u;

/**
 * Tells a failure of the HTTP library or of the socket in our words. What is our own mistake is returned as it is,
 * and should crash.
 */
export function wireErrorOf(cause: unknown, place: WirePlace): unknown {
  const { subject, host, proxies, answering } = place;
  const refusal = proxyRefusal(cause);
  if (refusal) return proxyError(refusal, place, cause);
  const code = codeOf(cause);
  if (code === '' || ourMistakes.test(code)) return cause;
  if (/^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/u.test(code)) return timeoutError(place, cause);
  if (answering) return truncatedError(place, cause);
  const rule = rules.find(({ codes }) => codes.test(code));
  if (rule) {
    const { error, sent, lasting = false } = rule;
    const happened = rule.happened(host, code);
    return new WireError(error, {
      happened,
      subject,
      remedy: rule.remedy(host, proxies),
      sent,
      lasting,
      cause,
    });
  }
  return new WireError('network.unreachable', {
    happened: `The connection to ${host} broke before an answer came (${code}).`,
    subject,
    remedy: `Run it again; if it happens often, look for a gateway in between that cuts connections (${proxies}).`,
    sent: true,
    cause,
  });
}

function proxyError(status: string, { subject, host, proxies }: WirePlace, cause: unknown): WireError {
  return new WireError('network.unreachable', {
    happened: `The proxy would not pass the request on (${status}).`,
    subject,
    remedy:
      status === '407'
        ? `Put user name and password into the address of the proxy (${proxies}).`
        : `Let the proxy reach ${host}, or add ${host} to NO_PROXY (${proxies}).`,
    sent: false,
    // 502, 503 and 504 are a proxy's own bad day; the others are its policy.
    lasting: !status.startsWith('5'),
    cause,
  });
}

export function timeoutError({ subject, host, answering }: WirePlace, cause: unknown): WireError {
  return new WireError('network.timeout', {
    happened: answering ? `The answer of ${host} did not end in time.` : `${host} did not answer in time.`,
    subject,
    remedy: 'Run it again; if it stays slow, raise the timeout of a request or ask for smaller pages.',
    sent: true,
    cause,
  });
}

export function truncatedError({ subject, host }: WirePlace, cause: unknown): WireError {
  return new WireError('http.truncated', {
    happened: `The answer of ${host} was cut short.`,
    subject,
    remedy:
      'Run it again; if it happens often, look for a gateway in between that limits the size or time of answers.',
    sent: true,
    cause,
  });
}

/** The status with which a proxy refused; the library tells it in the message alone. */
function proxyRefusal(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  return /^Proxy (?:response|Authentication Required) \((\d{3})\)/u.exec(cause.message)?.[1];
}

/**
 * The code of a failure of the world; empty for what has none, an exception of our own. A system call that timed out
 * says nothing by its code alone: only one to connect is known to have sent nothing.
 */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return '';
  if (cause.name === 'HTTPParserError') return cause.name;
  if (!('code' in cause) || typeof cause.code !== 'string') return '';
  const connecting = 'syscall' in cause && cause.syscall === 'connect';
  return cause.code === 'ETIMEDOUT' && connecting ? 'ETIMEDOUT:connect' : cause.code;
}
