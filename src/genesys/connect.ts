import type { Clock } from '../clock.ts';
import { MusterError } from '../errors.ts';
import { createBudget } from '../http/budget.ts';
import { clientCredentials } from '../http/client-credentials.ts';
import { type CallReport, createHttpClient } from '../http/send.ts';
import { documentedMargin, platformMargin } from '../http/token-cache.ts';
import { createTransport, type Transport } from '../http/transport.ts';
import type { Contract } from '../model/contract.ts';
import { createApi, type GenesysApi } from './api.ts';
import { domainOf, regions } from './regions.ts';

/** How the target is reached; the `genesys` section of the config, with the CA bundle read. */
export interface ConnectOptions {
  readonly region?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly loginUrl?: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly contract: Contract | 'auto';
  readonly scope?: string | undefined;
  /** PEM text. */
  readonly ca?: string | undefined;
  readonly proxy?: string | undefined;
  readonly timeoutSeconds: number;
  readonly attempts: number;
  readonly deadlineSeconds: number;
  readonly concurrency: number;
}

export interface ConnectTools {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onCall?: (report: CallReport) => void;
  /** How requests reach the target, where it is not over the network. */
  readonly transport?: Transport;
}

/** What the tutorial asks for; sent only where the form body is used, because Basic clients have roles (§1.3). */
export const documentedScope = 'scim:groups:write scim:groups:read routing:queue:read';

/** Nothing is sent yet: the token is made with the first request. */
export function connect(options: ConnectOptions, { clock, env, onCall, ...tools }: ConnectTools): GenesysApi {
  const { baseUrl, tokenUrls } = urlsOf(options);
  const proxyEnv = options.proxy ? { HTTP_PROXY: options.proxy, HTTPS_PROXY: options.proxy } : {};
  const transport =
    tools.transport ??
    createTransport({
      env: { ...env, ...proxyEnv },
      ...(options.ca ? { ca: options.ca } : {}),
    });
  const retry = { attempts: options.attempts, deadlineMs: options.deadlineSeconds * 1000 };
  const timeoutMs = options.timeoutSeconds * 1000;
  const tokens = clientCredentials({
    tokenUrls,
    clientId: options.clientId,
    clientSecret: options.clientSecret,
    scope: options.scope ?? documentedScope,
    transport,
    clock,
    margin: options.contract === 'platform' ? platformMargin : documentedMargin,
    retry,
    timeoutMs,
  });
  const budget = createBudget({ clock });
  const http = createHttpClient({
    transport,
    clock,
    tokens,
    budget,
    concurrency: options.concurrency,
    retry,
    timeoutMs,
    headers: { accept: 'application/json' },
    ...(onCall ? { onCall } : {}),
  });
  return createApi(baseUrl, http, () => budget.perMinute);
}

/**
 * Where the API and the token endpoint are. `loginUrl` wins, then the region's `login.` host, then the API host,
 * where the documented contract has its token endpoint (claim 4).
 */
export function urlsOf(options: Pick<ConnectOptions, 'region' | 'baseUrl' | 'loginUrl'>): {
  baseUrl: string;
  tokenUrls: string[];
} {
  const domain = options.region === undefined ? undefined : domainOf(options.region);
  const baseUrl = options.baseUrl ?? (domain && `https://api.${domain}`);
  if (!baseUrl) {
    throw new MusterError('config.invalid', {
      happened: options.region
        ? 'The region is not known and is no domain.'
        : 'Neither region nor baseUrl is set.',
      subject: 'genesys.region',
      remedy: `Name an AWS region (${Object.keys(regions).slice(0, 4).join(', ')} …), a domain such as mypurecloud.ie, or a baseUrl.`,
    });
  }
  // A try on this machine must not carry credentials to a region that stands in the config as well.
  const regional = domain && !isLoopback(baseUrl) ? [`https://login.${domain}`] : [];
  const logins = options.loginUrl ? [options.loginUrl] : [...regional, baseUrl];
  return { baseUrl, tokenUrls: logins.map(url => `${url.replace(/\/+$/u, '')}/oauth/token`) };
}

const isLoopback = (url: string): boolean =>
  /^(?:localhost|127\.|\[::1\])/u.test(URL.parse(url)?.hostname ?? '');
