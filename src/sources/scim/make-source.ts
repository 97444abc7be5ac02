import { isoNow } from '../../clock.ts';
import { isMusterError } from '../../errors.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { withSession } from '../with-session.ts';
import { openSession, type ScimSession } from './connect.ts';
import { scimFailure } from './failures.ts';
import { findWay, firstGlance } from './find-way.ts';
import { shownGroup } from './members.ts';
import type { ScimOptions } from './options.ts';
import { readDirectory, withGroups } from './read.ts';

export function makeSource(id: SourceId, options: ScimOptions, tools: SourceTools): Source {
  const withServer = <Result>(signal: AbortSignal, work: (session: ScimSession) => Promise<Result>) =>
    withSession(signal, () => openSession(options, tools, signal), scimFailure, work);

  return {
    id,
    kind: 'scim',

    read(scope, signal, progress) {
      const { clock, log } = tools;
      const readAt = isoNow(clock);
      return withServer(signal, session =>
        readDirectory({
          source: id,
          options,
          session,
          scope,
          readAt,
          log,
          signal,
          progress: paced(progress, clock),
        }),
      );
    },

    check: signal => withServer(signal, session => lookAround(session, options, signal)),
  };
}

/** One page of groups and one user: that takes every right that a read takes. */
async function lookAround(
  { api, service, who }: ScimSession,
  options: ScimOptions,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const warnings: string[] = [];
  const { resources, total, nextCursor } = await api.firstPage('Group', firstGlance, signal);
  const all = nextCursor === undefined && resources.length < firstGlance.count!;
  const groups = total ?? (all ? resources.length : undefined);
  if (resources.length === 0) warnings.push('The server shows no group: check the rights of this account.');
  try {
    await api.firstPage('User', { count: 1 }, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (!isMusterError(error) || error.code === 'source.auth-failed') throw error;
    warnings.push(`Users cannot be listed, so each is asked for by id: ${error.happened} ${error.remedy}`);
  }
  if (options.memberships === 'auto' && resources.length > 0) {
    const shown = resources.some(group => shownGroup(group).members.length > 0);
    const found = shown
      ? ({ way: 'groups' } as const)
      : await findWay([], { api, withGroups: withGroups(options), signal });
    if (found.way === undefined) warnings.push(`Nothing would ever be removed: ${found.why}.`);
    else if (found.way !== 'groups')
      warnings.push(
        `The server shows no members of groups; "memberships: ${found.way}" is how they are told.`,
      );
  }
  if (!service.told.config)
    warnings.push('The server does not say what it can do (/ServiceProviderConfig); the usual is tried.');
  return {
    server: `SCIM 2.0 server at ${options.baseUrl} with ${who}`,
    ...(groups !== undefined && { groups }),
    warnings,
  };
}
