import type { SourceCheck } from '../source.ts';
import { clauseOf } from './failures.ts';
import { failed, type Graph, settle } from './graph.ts';
import type { EntraOptions } from './options.ts';

/** Asks for one group, one person and a number: enough to know which rights are there. */
export async function lookAround(graph: Graph, options: EntraOptions): Promise<SourceCheck> {
  const { filter } = options;
  const where = filter === undefined ? '' : `&$filter=${encodeURIComponent(filter)}`;
  // Not settled: without groups there is no source.
  await graph.get({
    url: `${graph.root}/groups?$select=id&$top=1${filter === undefined ? '' : `&$count=true${where}`}`,
    route: 'GET /groups',
    subject: 'groups',
    advanced: filter !== undefined,
  });
  const [count, people] = await Promise.all([
    settle(
      graph,
      graph.get({
        url: `${graph.root}/groups/$count${where.replace('&', '?')}`,
        route: 'GET /groups/$count',
        subject: 'number of groups',
        advanced: true,
      }),
    ),
    settle(
      graph,
      graph.get({
        url: `${graph.root}/users?$select=id,accountEnabled&$top=1`,
        route: 'GET /users',
        subject: 'people',
      }),
    ),
  ]);
  const groups = failed(count) ? undefined : Number(count);
  const warnings: string[] = [];
  if (failed(count)) warnings.push(`Groups could not be counted: ${clauseOf(count)}.`);
  if (groups === 0)
    warnings.push(
      filter === undefined ? 'The tenant shows no groups.' : `No group fits the filter ${filter}.`,
    );
  if (failed(people)) {
    const remedy = people.status === 403 ? ' Give the application the permission User.Read.All.' : '';
    warnings.push(`People cannot be read: ${clauseOf(people)}.${remedy}`);
  }
  const tenant = options.tenant === undefined ? '' : `, tenant ${options.tenant}`;
  const who = options.clientId === undefined ? '' : ` as ${options.clientId}`;
  return {
    server: `Microsoft Graph at ${graph.root.replace(/\/v1\.0$/u, '')}${tenant}${who} (${options.auth})`,
    ...(groups !== undefined && { groups }),
    warnings,
  };
}
