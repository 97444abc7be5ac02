import { isoNow } from '../../clock.ts';
import { isMusterError } from '../../errors.ts';
import { httpDateMs } from '../../http/retry-after.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import { asSourceFailure } from '../reach.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { withSession } from '../with-session.ts';
import { type OktaSession, openSession } from './connect.ts';
import type { OktaOptions } from './options.ts';
import { readDirectory } from './read.ts';

export function makeSource(id: SourceId, options: OktaOptions, tools: SourceTools): Source {
  const withApi = <Result>(signal: AbortSignal, work: (session: OktaSession) => Promise<Result>) =>
    withSession(
      signal,
      () => openSession(options, tools),
      error => asSourceFailure(error, 'Okta'),
      work,
    );

  return {
    id,
    kind: 'okta',

    read(scope, signal, progress) {
      const { clock, log } = tools;
      const readAt = isoNow(clock);
      return withApi(signal, ({ api }) =>
        readDirectory({
          source: id,
          options,
          api,
          scope,
          readAt,
          clock,
          log,
          signal,
          progress: paced(progress, clock),
        }),
      );
    },

    check: signal => withApi(signal, session => lookAround(session, options, tools, signal)),
  };
}

/** One page of groups and one member of one of them: that takes every right that a read takes. */
async function lookAround(
  { api, who }: OktaSession,
  options: OktaOptions,
  { clock }: SourceTools,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const warnings: string[] = [];
  const first = await api.groups(options.search, signal).next();
  const groups = first.done ? [] : first.value;
  const sample = groups.find(group => (group._embedded?.stats?.usersCount ?? 1) > 0);
  if (groups.length === 0) {
    warnings.push(
      `Okta shows no group${options.search === undefined ? '' : ' for "search"'}: check the admin role, which may be limited to some groups.`,
    );
  }
  if (sample) {
    try {
      await api.members(sample, signal, 1).next();
    } catch (error) {
      signal.throwIfAborted();
      if (!isMusterError(error) || error.status === 401) throw error;
      warnings.push(`Members cannot be read: ${error.happened} ${error.remedy}`);
    }
  }
  if (options.token !== undefined) {
    warnings.push(
      'An API token has all rights of the admin who made it, and dies with that account or after 30 days without use; a service app with two read scopes is the safer way.',
    );
  }
  const skew = skewSeconds(api.serverDate, clock.now());
  if (skew > 60) warnings.push(`The clock here and that of Okta are ${skew} seconds apart: set it.`);
  return {
    server: `Okta at ${options.url} as ${who()}`,
    // There is no total; a page that is not full is all there is.
    ...(groups.length < options.pageSize && { groups: groups.length }),
    warnings,
  };
}

function skewSeconds(serverDate: string | undefined, nowMs: number): number {
  const serverMs = httpDateMs(serverDate);
  return serverMs === undefined ? 0 : Math.round(Math.abs(nowMs - serverMs) / 1000);
}
