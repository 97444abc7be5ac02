import { X509Certificate } from 'node:crypto';
import { getCACertificates } from 'node:tls';
import { EnvHttpProxyAgent } from 'undici';
import { MusterError } from '../errors.ts';
import { acceptedEncodings, decodeBody } from './decode-body.ts';
import { proxiesOf } from './proxies.ts';
import { timeoutError, truncatedError, WireError, wireErrorOf } from './wire-error.ts';

/** One request, one answer: no repeat, no redirect followed, no token. */
export interface Transport {
  /**
   * Rejects with a `WireError` where there is no whole answer, and with the signal's reason where the caller gave up.
   */
  exchange(request: WireRequest): Promise<WireAnswer>;
  /** Cuts what is still in flight. */
  close(): Promise<void>;
}

export interface WireRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For all of it, from looking for a connection to the last byte. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  /** Lower-case names; several values of one name are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Unpacked. */
  readonly body: Buffer;
}

export interface TransportOptions {
  /** For `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; none by default. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** PEM text of certificates that are trusted besides the usual ones. */
  readonly ca?: string;
  readonly connectTimeoutMs?: number;
  /** Until status and headers; the timeout of the request holds as well. */
  readonly headersTimeoutMs?: number;
  /** Between two pieces of a body. */
  readonly bodyTimeoutMs?: number;
  /** Longest answer, unpacked. */
  readonly maxBodyBytes?: number;
  /** Connections to one origin. */
  readonly connections?: number;
}

/**
 * Pooled, kept-alive connections, through the proxies of the environment, with a CA bundle of one's own.
 *
 * @throws MusterError `config.invalid` for a proxy that is no URL or a CA bundle that holds no certificate.
 */
export function createTransport(options: TransportOptions = {}): Transport {
  const { maxBodyBytes = 64 * 1024 * 1024 } = options;
  const proxies = proxiesOf(options.env ?? {});
  const trust = options.ca === undefined ? {} : { ca: trusted(options.ca) };
  const agent = new EnvHttpProxyAgent({
    httpProxy: proxies.httpProxy,
    httpsProxy: proxies.httpsProxy,
    noProxy: proxies.noProxy,
    connections: options.connections ?? 8,
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    headersTimeout: options.headersTimeoutMs ?? 60_000,
    bodyTimeout: options.bodyTimeoutMs ?? 60_000,
    // One protocol means one set of failures to understand; a few requests a second gain nothing by the other.
    allowH2: false,
    connect: trust,
    requestTls: { ...trust, allowH2: false },
    proxyTls: { ...trust, allowH2: false },
  });

  async function exchange(wire: WireRequest): Promise<WireAnswer> {
    const { method, url, signal } = wire;
    const place = {
      subject: `${method} ${url.host}${url.pathname}`,
      host: url.host,
      proxies: proxies.description,
      answering: false,
    };
    const timeout = AbortSignal.timeout(wire.timeoutMs);
    // A signal of its own for each attempt: thousands of listeners on the run's signal would never be taken off.
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    try {
      const answer = await agent.request({
        origin: url.origin,
        path: `${url.pathname}${url.search}`,
        method: method as 'GET',
        headers: { 'accept-encoding': acceptedEncodings, ...wire.headers },
        ...(wire.body === undefined ? {} : { body: wire.body }),
        signal: both,
      });
      place.answering = true;
      const headers = flatHeaders(answer.headers);
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of answer.body as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBodyBytes) throw tooLong(place.subject, maxBodyBytes);
        chunks.push(chunk);
      }
      const body = await unpack(Buffer.concat(chunks), headers, maxBodyBytes, place);
      return { status: answer.statusCode, headers, body };
    } catch (cause) {
      if (cause instanceof MusterError) throw cause;
      if (signal?.aborted) throw signal.reason;
      throw timeout.aborted ? timeoutError(place, cause) : wireErrorOf(cause, place);
    }
  }

  return { exchange, close: () => agent.destroy() };
}

async function unpack(
  packed: Buffer,
  headers: Readonly<Record<string, string>>,
  maxBytes: number,
  place: Parameters<typeof truncatedError>[0],
): Promise<Buffer> {
  try {
    return await decodeBody(packed, headers['content-encoding'], maxBytes);
  } catch (cause) {
    const full = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE';
    throw full ? tooLong(place.subject, maxBytes) : truncatedError(place, cause);
  }
}

const tooLong = (subject: string, maxBytes: number): WireError =>
  new WireError('http.unexpected', {
    happened: `The answer is longer than ${maxBytes} bytes.`,
    subject,
    remedy: 'Ask for smaller pages, and check that the URL names an API and not a download.',
    sent: true,
    lasting: true,
    oversized: true,
  });

function flatHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}

/** A list of authorities replaces the default one, so the usual ones must be named beside our own. */
function trusted(pem: string): string[] {
  const own = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/gu) ?? [];
  if (own.length === 0 || !own.every(isCertificate)) {
    throw new MusterError('config.invalid', {
      happened: 'The CA bundle holds no certificate, or one that cannot be read.',
      subject: 'CA bundle',
      remedy: 'Give certificates in PEM form: blocks that begin with -----BEGIN CERTIFICATE-----.',
    });
  }
  return [...getCACertificates('default'), ...own];
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
