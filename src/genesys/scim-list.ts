import { z } from 'zod';
import { isMusterError } from '../errors.ts';
import { byStartIndex } from '../http/pages.ts';
import type { TenantGroup } from '../model/tenant.ts';
import type { GenesysApi } from './api.ts';
import { listingPageSize } from './listing.ts';
import { wholeGroupsPage } from './read-plan.ts';
import type { GroupHead } from './remembered.ts';
import { bareVersion, toGroup } from './scim-groups.ts';
import { scimGroup, scimGroupHead, type WireScimGroupHead } from './wire.ts';

export interface ScimList<Out> {
  readonly rows: readonly Out[];
  readonly total: number;
  /** False where `goOn` had it stop after the first page. */
  readonly whole: boolean;
}

/**
 * Every group with its members; undefined where the tenant does not list them without a filter, or the list could not
 * be proven complete. Then each group has to be asked for: the API reference (§2.3) has both, a filter that is
 * required and a text that says what comes without one.
 */
export const listWholeGroups = (
  api: GenesysApi,
  root: string,
  goOn: (total: number) => boolean,
  signal: AbortSignal,
): Promise<ScimList<TenantGroup> | undefined> =>
  list(api, { root, count: wholeGroupsPage }, scimGroup, toGroup, goOn, signal);

/** Id and version of every group; undefined as above. Nothing is asked for that costs the server look-ups. */
export const listGroupHeads = (
  api: GenesysApi,
  root: string,
  signal: AbortSignal,
): Promise<ScimList<GroupHead & { readonly id: string }> | undefined> =>
  list(
    api,
    { root, count: listingPageSize, attributes: ['id', 'meta'] },
    scimGroupHead,
    headOf,
    () => true,
    signal,
  );

const headOf = ({ id, meta }: WireScimGroupHead) => ({
  id,
  version: meta?.version == null ? undefined : bareVersion(meta.version),
  modified: meta?.lastModified ?? undefined,
});

async function list<Row extends { readonly id: string }, Out>(
  api: GenesysApi,
  {
    root,
    ...query
  }: { readonly root: string; readonly count: number; readonly attributes?: readonly string[] },
  row: z.ZodType<Row>,
  map: (row: Row) => Out,
  goOn: (total: number) => boolean,
  signal: AbortSignal,
): Promise<ScimList<Out> | undefined> {
  const schema = listing(row);
  let total: number | undefined;
  const walk = byStartIndex(async startIndex => {
    const call = { route: `GET ${root}`, query: { ...query, startIndex }, subject: 'SCIM groups' };
    const answer = await api.read(call, schema, signal);
    total = answer.totalResults ?? answer.total ?? undefined;
    return {
      items: answer.Resources ?? answer.entities ?? [],
      ...(total === undefined ? {} : { total }),
    };
  });
  const rows = new Map<string, Out>();
  try {
    for (let first = true; ; first = false) {
      const page = await walk.next();
      if (page.done) {
        const proven = page.value.complete && total !== undefined && rows.size === total;
        return proven ? { rows: [...rows.values()], total: rows.size, whole: true } : undefined;
      }
      for (const each of page.value) rows.set(each.id, map(each));
      if (total === undefined) return undefined;
      if (first && rows.size < total && !goOn(total))
        return { rows: [...rows.values()], total, whole: false };
    }
  } catch (error) {
    if (isMusterError(error) && isRefusal(error.status)) return undefined;
    throw error;
  }
}

/** The server took the request and does not do this. Who we are, and whether it works at all, is another matter. */
const isRefusal = (status: number | undefined): boolean =>
  status !== undefined && status >= 400 && status !== 401 && (status < 500 || status === 501);

/** `entities` and `total` as documented, `Resources` and `totalResults` as SCIM has it. */
const listing = <Row>(row: z.ZodType<Row>) =>
  z.looseObject({
    entities: z.array(row).nullish(),
    Resources: z.array(row).nullish(),
    total: z.coerce.number().nullish(),
    totalResults: z.coerce.number().nullish(),
  });
