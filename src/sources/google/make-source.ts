import { isoNow } from '../../clock.ts';
import { isMusterError } from '../../errors.ts';
import { httpDateMs } from '../../http/retry-after.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import { asSourceFailure } from '../reach.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { withSession } from '../with-session.ts';
import { type GoogleSession, openSession } from './connect.ts';
import { accountOf, type GoogleOptions } from './options.ts';
import { readDirectory } from './read.ts';

export function makeSource(id: SourceId, options: GoogleOptions, tools: SourceTools): Source {
  const withApi = <Result>(signal: AbortSignal, work: (session: GoogleSession) => Promise<Result>) =>
    withSession(
      signal,
      () => openSession(options, tools),
      error => asSourceFailure(error, 'Google'),
      work,
    );

  return {
    id,
    kind: 'google',

    read(scope, signal, progress) {
      const readAt = isoNow(tools.clock);
      const job = { source: id, options, scope, readAt, signal, progress: paced(progress, tools.clock) };
      return withApi(signal, ({ api }) => readDirectory({ ...job, api }));
    },

    check: signal => withApi(signal, session => lookAround(session, options, tools, signal)),
  };
}

/** A page of groups, a member of one of them and a user: that takes every right that a read takes. */
async function lookAround(
  { api, account }: GoogleSession,
  options: GoogleOptions,
  { clock }: SourceTools,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const warnings: string[] = [];
  const first = await api.groups(signal).next();
  const groups = first.done ? [] : first.value;
  const whose = Object.entries(accountOf(options)).map(entry => entry.join(' '));
  if (groups.length === 0) {
    warnings.push(`Google shows no group of ${whose}${options.query === undefined ? '' : ' for "query"'}.`);
  }
  const [sample] = groups;
  if (sample) await tryOut(() => api.members(sample, signal, 1).next(), 'Members', warnings, signal);
  if (options.readUsers) await tryOut(() => api.users(signal, 1).next(), 'Users', warnings, signal);
  const serverMs = httpDateMs(api.serverDate);
  const skew = serverMs === undefined ? 0 : Math.round(Math.abs(clock.now() - serverMs) / 1000);
  if (skew > 60) warnings.push(`The clock here and that of Google are ${skew} seconds apart: set it.`);
  const who = account.admin === undefined ? account.email : `${account.email} for ${account.admin}`;
  return {
    server: `Google Workspace (${whose}) at ${new URL(options.apiUrl).host} as ${who}`,
    // There is no total; a page that is not full is all there is.
    ...(groups.length < options.pageSize && { groups: groups.length }),
    warnings,
  };
}

async function tryOut(
  attempt: () => Promise<unknown>,
  what: string,
  warnings: string[],
  signal: AbortSignal,
): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    signal.throwIfAborted();
    if (!isMusterError(error) || error.status === 401) throw error;
    warnings.push(`${what} cannot be read: ${error.happened} ${error.remedy}`);
  }
}
