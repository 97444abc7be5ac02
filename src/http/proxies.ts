import { MusterError } from '../errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The proxies that an environment asks for. An empty text means none: the HTTP library would ask its own process. */
export interface Proxies {
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
  /** For messages: which variable names which host; never a user name or a password. */
  readonly description: string;
}

/**
 * Reads `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`; as everywhere, the lower-case spelling wins, and a proxy without
 * a scheme is an `http:` one.
 *
 * @throws MusterError `config.invalid` for a proxy that is no URL.
 */
export function proxiesOf(env: Env): Proxies {
  const http = proxyUrl('HTTP_PROXY', env.http_proxy ?? env.HTTP_PROXY);
  const https = proxyUrl('HTTPS_PROXY', env.https_proxy ?? env.HTTPS_PROXY);
  const set = [
    ...(http ? [`HTTP_PROXY is ${http.host}`] : []),
    ...(https ? [`HTTPS_PROXY is ${https.host}`] : []),
  ];
  return {
    httpProxy: http?.href ?? '',
    httpsProxy: https?.href ?? '',
    noProxy: env.no_proxy ?? env.NO_PROXY ?? '',
    description: set.length > 0 ? set.join(', ') : 'no proxy is set',
  };
}

function proxyUrl(name: string, value: string | undefined): URL | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (url?.hostname) return url;
  // The value itself is not told: it may hold a password.
  throw new MusterError('config.invalid', {
    happened: `The environment variable ${name} is not a URL.`,
    subject: name,
    remedy: `Set ${name} to a URL such as http://proxy.example.com:3128, or unset it.`,
  });
}
