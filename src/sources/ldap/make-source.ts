import { isoNow } from '../../clock.ts';
import type { SourceId } from '../../model/keys.ts';
import { textsOf } from '../entries/entry.ts';
import { groupFacts } from '../entries/facts.ts';
import { detectVendor, type Layout, layoutFor } from '../entries/layout.ts';
import { paced } from '../paced.ts';
import type { Source, SourceCheck, SourceTools } from '../source.ts';
import { refuseChainOn } from './chain.ts';
import { type LdapSession, openSession, readRootDse } from './client.ts';
import { boundAs } from './connect.ts';
import { countGroups } from './list-groups.ts';
import type { LdapOptions } from './options.ts';
import { readDirectory } from './read.ts';
import { addressOf, readTlsFiles } from './transport.ts';

export function makeSource(id: SourceId, options: LdapOptions, tools: SourceTools): Source {
  return {
    id,
    kind: 'ldap',

    async read(scope, signal, progress) {
      const readAt = isoNow(tools.clock);
      return withSession(options, tools, signal, async (session, layout) => {
        return readDirectory({
          source: id,
          options,
          layout,
          session,
          scope,
          readAt,
          progress: paced(progress, tools.clock),
        });
      });
    },

    async check(signal) {
      return withSession(options, tools, signal, (session, layout, paging) =>
        lookAround(session, layout, paging, options),
      );
    },
  };
}

type Work<Result> = (session: LdapSession, layout: Layout, paging: boolean) => Promise<Result>;

/** A connection for one piece of work: nothing stays open between runs that may be hours apart. */
async function withSession<Result>(
  options: LdapOptions,
  tools: SourceTools,
  signal: AbortSignal,
  work: Work<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const files = await readTlsFiles(options, tools.baseDir);
  const session = await openSession(options, files, tools.log, signal);
  try {
    const rootDse = await readRootDse(session);
    const detected = rootDse ? detectVendor(rootDse) : 'generic';
    const vendor = options.vendor === 'auto' ? detected : options.vendor;
    const controls = rootDse ? textsOf(rootDse, 'supportedControl') : [];
    const pagedResults = '1.2.840.113556.1.4.319';
    const layout = layoutFor(vendor, options.groupFilter, options.attributes);
    refuseChainOn(layout, options);
    return await work(session, layout, controls.includes(pagedResults));
  } finally {
    session.close();
  }
}

async function lookAround(
  session: LdapSession,
  layout: Layout,
  paging: boolean,
  options: LdapOptions,
): Promise<SourceCheck> {
  const { count, sample, stopped } = await countGroups(session, layout, options);
  const warnings: string[] = [];
  if (!addressOf(options.url).secure && !options.startTls)
    warnings.push('Everything, the password included, travels in plain text ("allowInsecure").');
  if (!paging)
    warnings.push('The server does not announce paged results: its size limit will cut long answers short.');
  if (stopped !== undefined)
    warnings.push(`The list of groups broke off (${stopped}): nothing would ever be removed.`);
  if (count === 0)
    warnings.push(
      `No group matches ${layout.groupFilter} below ${options.groupBaseDn ?? options.baseDn}; see "groupFilter".`,
    );
  if (sample && groupFacts(sample, layout, false).idIsDn)
    warnings.push('Groups show no id that survives renaming; see "attributes.groupId".');
  if (layout.vendor === 'generic' && options.vendor === 'auto')
    warnings.push('The server does not say what it is; set "vendor" if it is one of those known.');
  return { server: `${layout.title} at ${options.url} as ${boundAs(options)}`, groups: count, warnings };
}
