import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { createHttpClient } from '../../http/send.ts';
import { fixedCredentials } from '../fixed-credentials.ts';
import type { SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { answerFailure, redirectFailure, tooManyRedirects, webPage } from './download-failures.ts';
import { isEncoding } from './encodings.ts';
import { acceptOf, namedFormat } from './format-of.ts';
import type { FileOptions } from './options.ts';
import { shownUrl } from './shown-url.ts';
import { type FileSnapshot, snapshotOf } from './snapshot.ts';

/** Downloads for one piece of work. */
export interface DownloadSession {
  /** The whole file behind a URL, or an error. */
  fetch(url: string): Promise<DownloadedFile>;
  close(): Promise<void>;
}

export interface DownloadedFile extends FileSnapshot {
  /** Lower case, without parameters; missing where the server does not say. */
  readonly mediaType?: string;
}

/** Redirects in a row that are followed. */
const maxHops = 5;

/** Throws `config.invalid` for a proxy or a CA file that cannot be used. */
export async function openDownloads(
  options: FileOptions,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<DownloadSession> {
  const timeoutMs = options.timeoutSeconds * 1000;
  const transport = await openTransport(options, tools, {
    maxBodyBytes: options.maxMegabytes * 1024 * 1024,
    // A report that is made on request says nothing until it is made.
    headersTimeoutMs: timeoutMs,
    bodyTimeoutMs: timeoutMs,
  });
  const http = createHttpClient({
    transport,
    clock: tools.clock,
    retry: retryOf(options),
    timeoutMs,
    headers: { accept: '*/*', ...credentialsOf(options) },
    onCall: report => tools.log.debug('file.call', { ...report }),
  });
  return {
    fetch: async url => fileOf(url, await follow(url, http, options, signal), options),
    close: () => transport.close(),
  };
}

/** The headers that say who we are; none where the config names no credentials. */
function credentialsOf(options: FileOptions): Readonly<Record<string, string>> {
  const { token, tokenHeader } = options;
  if (token !== undefined && tokenHeader !== undefined) return { [tokenHeader]: token };
  return fixedCredentials(options)?.headers ?? {};
}

/** The same in words, for people. */
export const credentialsText = ({ tokenHeader, ...options }: FileOptions): string =>
  tokenHeader === undefined ? (fixedCredentials(options)?.who ?? '') : `a token in ${tokenHeader}`;

/**
 * Asks, and follows redirects within the origin. To another one the credentials must not go, and without them the
 * answer would be a page to log in as often as not.
 */
async function follow(
  first: string,
  http: HttpClient,
  options: FileOptions,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  let url = first;
  for (let hop = 0; hop <= maxHops; hop++) {
    const answer = await http.send({
      method: 'GET',
      url,
      route: 'GET file',
      headers: { accept: acceptOf(namedFormat(new URL(first).pathname, options)) },
      repeatable: true,
      raw: true,
      signal,
    });
    if (![301, 302, 303, 307, 308].includes(answer.status)) return answer;
    const { location } = answer.headers;
    // An empty one would mean the same place again.
    const target = location ? URL.parse(location, url) : null;
    if (target?.origin !== new URL(first).origin) throw redirectFailure(first, answer.status, target);
    url = target.href;
  }
  throw tooManyRedirects(first, maxHops);
}

function fileOf(url: string, answer: HttpAnswer, { encoding }: FileOptions): DownloadedFile {
  if (answer.status !== 200) throw answerFailure(url, answer);
  const { mediaType, charset } = contentType(answer.headers['content-type']);
  const bytes = answer.bytes!;
  const told = encoding === 'auto' ? (charset ?? 'auto') : encoding;
  if (isPage(mediaType, answer.text)) throw webPage(url);
  const modifiedMs = Date.parse(answer.headers['last-modified'] ?? '');
  const modifiedAt = Number.isNaN(modifiedMs) ? undefined : new Date(modifiedMs).toISOString();
  return {
    ...snapshotOf(shownUrl(url), bytes, told, modifiedAt),
    ...(mediaType !== undefined && { mediaType }),
  };
}

function contentType(header: string | undefined): { mediaType?: string; charset?: string } {
  const [mediaType, ...parameters] = (header ?? '').split(';').map(part => part.trim().toLowerCase());
  const charset = parameters.find(part => part.startsWith('charset='))?.slice('charset='.length);
  const name = charset?.replaceAll('"', '');
  return { ...(mediaType && { mediaType }), ...(name && isEncoding(name) && { charset: name }) };
}

/**
 * A page for people. Its type alone says little: to many servers whatever a script writes is HTML. No format that we
 * read begins with a bracket of that kind.
 */
const isPage = (mediaType: string | undefined, text: string): boolean =>
  /^\s*</u.test(text) &&
  (mediaType === 'text/html' ||
    mediaType === 'application/xhtml+xml' ||
    /^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/iu.test(text));
