import { createBudget } from '../../http/budget.ts';
import { createHttpClient } from '../../http/send.ts';
import { mediaType } from '../../scim/messages.ts';
import type { SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { createScimApi, type ScimApi } from './client.ts';
import { credentialsOf } from './credentials.ts';
import { discover, type Service } from './discover.ts';
import type { ScimOptions } from './options.ts';

/** A SCIM server for one piece of work. */
export interface ScimSession {
  readonly api: ScimApi;
  readonly service: Service;
  /** How we show who we are, e.g. `a bearer token`. */
  readonly who: string;
  close(): Promise<void>;
}

/** Attempts for a document that a server may do without. */
const discoveryAttempts = 2;

/** Throws where not even a token can be had. */
export async function openSession(
  options: ScimOptions,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<ScimSession> {
  const { clock, log } = tools;
  const { baseUrl, pageSize } = options;
  const transport = await openTransport(options, tools);
  try {
    const retry = retryOf(options);
    const timeoutMs = options.timeoutSeconds * 1000;
    const { who, headers, tokens } = credentialsOf(options, { transport, clock, retry, timeoutMs });
    const settings = {
      transport,
      clock,
      timeoutMs,
      budget: createBudget({ clock }),
      concurrency: options.concurrency,
      onCall: (report: object) => log.debug('scim.call', { ...report }),
      ...(headers && { headers }),
      ...(tokens && { tokens }),
    };
    const http = createHttpClient({ ...settings, retry });
    const hasty = createHttpClient({
      ...settings,
      retry: { ...retry, attempts: Math.min(options.attempts, discoveryAttempts) },
    });
    const service = await discover(
      path =>
        hasty.send({
          method: 'GET',
          url: baseUrl + path,
          route: `GET ${path}`,
          headers: { accept: `${mediaType}, application/json;q=0.9` },
          repeatable: true,
          signal,
        }),
      baseUrl,
    );
    log.debug('scim.service', { ...service });
    const paging = options.paging === 'auto' ? service.paging : options.paging;
    const filters = options.filters === 'auto' && service.filters;
    const settled = { ...service, paging, filters };
    return {
      api: createScimApi({ http, baseUrl, service: settled, pageSize }),
      service: settled,
      who,
      close: () => transport.close(),
    };
  } catch (error) {
    await transport.close();
    throw error;
  }
}
