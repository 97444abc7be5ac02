import path from 'node:path';
import { isoNow } from '../../clock.ts';
import { createTransport } from '../../http/transport.ts';
import type { SourceId } from '../../model/keys.ts';
import { paced } from '../paced.ts';
import type { Source, SourceTools } from '../source.ts';
import { openTransport } from '../web-transport.ts';
import { type Session, withSession } from '../with-session.ts';
import { lookAround } from './check.ts';
import { endpointsOf } from './clouds.ts';
import { readByDelta } from './delta-read.ts';
import { createGraph, type Graph } from './graph.ts';
import type { EntraOptions } from './options.ts';
import { readDirectory } from './read.ts';
import { createTokens } from './tokens.ts';

export function makeSource(id: SourceId, options: EntraOptions, tools: SourceTools): Source {
  const withGraph = <Result>(signal: AbortSignal, work: (graph: Graph) => Promise<Result>) =>
    withSession(
      signal,
      () => openGraph(options, tools, signal),
      error => error,
      ({ graph }) => work(graph),
    );

  return {
    id,
    kind: 'entra',

    read(scope, signal, progress) {
      const readAt = isoNow(tools.clock);
      return withGraph(signal, graph => {
        const job = { source: id, options, graph, scope, readAt, progress: paced(progress, tools.clock) };
        if (!options.delta) return readDirectory(job);
        const file = path.resolve(tools.baseDir, options.deltaDir, `${id}.json`);
        return readByDelta({ ...job, file, identity: identityOf(options, tools), log: tools.log });
      });
    },

    check: signal => withGraph(signal, graph => lookAround(graph, options)),
  };
}

const identityOf = (options: EntraOptions, { env }: SourceTools): string =>
  [options.auth, options.tenant ?? env.AZURE_TENANT_ID, options.clientId ?? env.AZURE_CLIENT_ID].join(' ');

interface GraphSession extends Session {
  readonly graph: Graph;
}

/** Connections and a token for one piece of work. */
async function openGraph(
  options: EntraOptions,
  tools: SourceTools,
  signal: AbortSignal,
): Promise<GraphSession> {
  const { clock, env, baseDir, log } = tools;
  const endpoints = endpointsOf(options);
  const transport = await openTransport(options, tools);
  // The metadata service answers this machine alone: a proxy could not reach it, or would ask for its own identity.
  const direct = createTransport();
  const credentials = { options, endpoints, clock, env, baseDir };
  const tokens = createTokens(credentials, options.auth === 'managed-identity' ? direct : transport);
  // What is still under way when one of several requests fails is of no use to anybody.
  const over = new AbortController();
  const both = AbortSignal.any([signal, over.signal]);
  return {
    graph: createGraph({ root: endpoints.root, transport, tokens, clock, log, signal: both, options }),
    close: async () => {
      over.abort();
      await Promise.all([transport.close(), direct.close()]);
    },
  };
}
