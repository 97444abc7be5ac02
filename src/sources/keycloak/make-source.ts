import { isoNow } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import { asSourceFailure } from '../reach.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { withSession } from '../with-session.ts';
import type { KeycloakApi } from './client.ts';
import { openSession } from './connect.ts';
import { seesNothing } from './failures.ts';
import type { KeycloakOptions } from './options.ts';
import { readDirectory } from './read.ts';

export function makeSource(id: SourceId, options: KeycloakOptions, tools: SourceTools): Source {
  const withApi = <Result>(signal: AbortSignal, work: (api: KeycloakApi) => Promise<Result>) =>
    withSession(
      signal,
      () => openSession(options, tools, signal),
      error => asSourceFailure(error, 'Keycloak'),
      ({ api }) => work(api),
    );

  return {
    id,
    kind: 'keycloak',

    read(scope, signal, progress) {
      const { clock, log } = tools;
      const readAt = isoNow(clock);
      return withApi(signal, api =>
        readDirectory({
          source: id,
          options,
          api,
          scope,
          readAt,
          log,
          signal,
          progress: paced(progress, clock),
        }),
      );
    },

    check: signal => withApi(signal, api => lookAround(api, options, signal)),
  };
}

/** A page of groups and one of members: that takes every right that a read takes. */
async function lookAround(
  api: KeycloakApi,
  { url, realm, clientId }: KeycloakOptions,
  signal: AbortSignal,
): Promise<SourceCheck> {
  const warnings: string[] = [];
  const first = await api.topGroups().next();
  const rows = first.done ? [] : first.value;
  const groups = await api.countGroups('all');
  const [sample] = rows;
  if (!sample) {
    if (groups > 0) throw seesNothing(groups, api.who, api.place);
    warnings.push(`The realm ${realm} has no groups.`);
  } else {
    try {
      await api.members(sample).next();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MusterError) || error.status !== 403) throw error;
      warnings.push(`${error.happened} ${error.remedy}`);
    }
  }
  const version = await api.version();
  const server = `Keycloak${version === undefined ? '' : ` ${version}`} at ${url}`;
  return { server: `${server}, realm ${realm}, as client ${clientId}`, groups, warnings };
}
