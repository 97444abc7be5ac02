import { isoNow } from '../../clock.ts';
import { isMusterError } from '../../errors.ts';
import { createBudget } from '../../http/budget.ts';
import { clientCredentials } from '../../http/client-credentials.ts';
import { createHttpClient } from '../../http/send.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { openTransport, retryOf } from '../web-transport.ts';
import { withSession } from '../with-session.ts';
import { createJumpcloudApi, type JumpcloudApi } from './client.ts';
import { jumpcloudFailure } from './failures.ts';
import { type JumpcloudOptions, jumpcloudHosts } from './options.ts';
import { readDirectory } from './read.ts';

export function makeSource(id: SourceId, options: JumpcloudOptions, tools: SourceTools): Source {
  const withApi = <Result>(signal: AbortSignal, work: (api: JumpcloudApi) => Promise<Result>) =>
    withSession(
      signal,
      async () => {
        const transport = await openTransport(options, tools);
        return { api: apiOver(transport, options, tools), close: () => transport.close() };
      },
      jumpcloudFailure,
      ({ api }) => work(api),
    );

  return {
    id,
    kind: 'jumpcloud',

    read(scope, signal, progress) {
      const readAt = isoNow(tools.clock);
      return withApi(signal, api =>
        readDirectory({
          source: id,
          options,
          api,
          scope,
          readAt,
          signal,
          progress: paced(progress, tools.clock),
        }),
      );
    },

    check: signal => withApi(signal, api => lookAround(api, options, signal)),
  };
}

function apiOver(
  transport: Awaited<ReturnType<typeof openTransport>>,
  options: JumpcloudOptions,
  { clock, log }: SourceTools,
): JumpcloudApi {
  const hosts = jumpcloudHosts[options.region];
  const { apiKey, clientId, clientSecret, orgId, tokenUrl = hosts.token } = options;
  const { consoleUrl = hosts.console, pageSize, sort } = options;
  const retry = retryOf(options);
  const timeoutMs = options.timeoutSeconds * 1000;
  const http = createHttpClient({
    transport,
    clock,
    budget: createBudget({ clock }),
    concurrency: options.concurrency,
    retry,
    timeoutMs,
    headers: {
      ...(apiKey !== undefined && { 'x-api-key': apiKey }),
      ...(orgId !== undefined && { 'x-org-id': orgId }),
    },
    // The options schema has made sure that there is either a key or a client.
    ...(apiKey === undefined && {
      tokens: clientCredentials({
        tokenUrls: [tokenUrl],
        clientId: clientId!,
        clientSecret: clientSecret!,
        style: 'basic',
        scope: 'api',
        transport,
        clock,
        retry,
        timeoutMs,
      }),
    }),
    onCall: report => log.debug('jumpcloud.call', { ...report }),
  });
  return createJumpcloudApi({ http, consoleUrl, pageSize, sort });
}

/** One page of groups and one of users: that takes every right that a read takes. */
async function lookAround(
  api: JumpcloudApi,
  options: JumpcloudOptions,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const warnings: string[] = [];
  const first = await api.groups(signal).next();
  const groups = first.done ? [] : first.value;
  if (groups.length === 0)
    warnings.push('JumpCloud shows no user group: check the role, "region" and "orgId".');
  try {
    await api.users(signal).next();
  } catch (error) {
    signal.throwIfAborted();
    if (!isMusterError(error, 'source.read-failed')) throw error;
    warnings.push(`Users cannot be read: ${error.happened} ${error.remedy}`);
  }
  if (options.apiKey !== undefined)
    warnings.push(
      'An API key has all rights of the admin whose it is; a service account with a read-only role is safer.',
    );
  const who = options.apiKey === undefined ? `the service account ${options.clientId}` : 'an API key';
  return {
    server: `JumpCloud at ${options.consoleUrl ?? jumpcloudHosts[options.region].console} with ${who}`,
    // There is no total; a page that is not full is all there is.
    ...(groups.length < options.pageSize && { groups: groups.length }),
    warnings,
  };
}
