import type { HttpCall } from './client.ts';
import type { WireRequest } from './transport.ts';

/** A call as it goes on the wire, but for the token. */
export function wireRequest(
  call: HttpCall,
  everyCall: Readonly<Record<string, string>> | undefined,
  timeoutMs: number,
): WireRequest {
  const content =
    call.json !== undefined
      ? { type: 'application/json', body: JSON.stringify(call.json) }
      : call.form !== undefined
        ? { type: 'application/x-www-form-urlencoded', body: new URLSearchParams(call.form).toString() }
        : undefined;
  const headers = {
    accept: 'application/json',
    ...(content && { 'content-type': content.type }),
    ...lowerCase(everyCall),
    ...lowerCase(call.headers),
  };
  return {
    method: call.method,
    url: urlOf(call),
    headers,
    timeoutMs,
    ...(content && { body: content.body }),
    ...(call.signal && { signal: call.signal }),
  };
}

/** The call with the token and what proves that the token is ours. */
export const withToken = (wire: WireRequest, token: TokenHeaders | undefined): WireRequest =>
  token === undefined
    ? wire
    : {
        ...wire,
        headers: { ...wire.headers, authorization: token.authorization, ...lowerCase(token.proof) },
      };

export interface TokenHeaders {
  readonly authorization: string;
  readonly proof?: Readonly<Record<string, string>>;
}

/** Two spellings of one name would both be sent. */
const lowerCase = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** A URL that came with its own query (a server's next page) is left exactly as it is unless the call adds to it. */
function urlOf(call: HttpCall): URL {
  const url = new URL(call.url);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(one));
  }
  return url;
}
