import { z } from 'zod';

export const text = z.string().trim().min(1, 'must not be empty');

/** Nobody on the way can read along: HTTPS, or a stand-in on this machine. No user in it, and no fragment. */
export function isSafe(value: string): boolean {
  const url = URL.parse(value);
  if (!url || url.username || url.password || url.hash) return false;
  const here = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/u.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && here);
}

/**
 * Where a token goes. Plain `http://` is for a stand-in on this machine only: there is no switch to let the key to a
 * whole directory travel in the clear.
 */
export const secureUrl = text.refine(
  value => isSafe(value) && !URL.parse(value)!.search,
  'must be a URL that begins with https:// (http:// only for this machine), without user, query or fragment',
);

/** The base without its slashes at the end. */
export const trimmedUrl = (url: string): string => url.replace(/\/+$/u, '');

/** Options of every source that is read over HTTPS. */
export const webOptions = {
  caFile: text
    .optional()
    .describe('PEM file with further certificate authorities, for a proxy that opens TLS.'),
  proxy: z
    .url({ protocol: /^https?$/u, error: 'must be a URL such as http://proxy.example.com:3128' })
    .optional()
    .describe('URL of an HTTP proxy for this source; HTTPS_PROXY and NO_PROXY count where it is left out.'),
  timeoutSeconds: z
    .number()
    .positive()
    .max(600)
    .default(30)
    .describe('Seconds that one attempt of a request may take.'),
  attempts: z
    .int()
    .min(1)
    .max(20)
    .default(5)
    .describe('How often a request is sent at most, the first time included.'),
  deadlineSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(300)
    .describe('Seconds that a request may take with all its attempts and waits.'),
  concurrency: z.int().min(1).max(10).default(4).describe('Requests in flight at a time.'),
};

/** What those options come to. */
export interface WebOptions {
  readonly caFile?: string | undefined;
  readonly proxy?: string | undefined;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly deadlineSeconds: number;
  readonly concurrency: number;
}
