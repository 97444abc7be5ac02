import type { HttpAnswer } from '../../http/client.ts';
import { WireError } from '../../http/wire-error.ts';
import { type Attributes, isComplex, valueAt } from '../../scim/attribute-path.ts';
import { urn } from '../../scim/messages.ts';
import { elementsOf, numberIn, textIn, truthIn } from './wire.ts';

/** What a server says of itself, or is taken to be where it does not say. */
export interface Service {
  /** Paths of the two endpoints below the base, with a slash in front; undefined where the server does not say. */
  readonly endpoints: { readonly Group?: string; readonly User?: string };
  /** False only where the server says so. */
  readonly filters: boolean;
  /** Resources a page at most, as announced. */
  readonly maxResults?: number;
  readonly paging: 'index' | 'cursor';
  /** Which of the documents could be read. */
  readonly told: { readonly config: boolean; readonly types: boolean };
}

/** Asks for a document below the base; answers of every status come back. */
export type Fetch = (path: string) => Promise<HttpAnswer>;

/**
 * Reads `/ServiceProviderConfig` and `/ResourceTypes` (RFC 7644 §4). Either may be missing, forbidden or nonsense on
 * servers that are otherwise in order, so whatever is wrong with them means the defaults. What keeps everything from
 * us (a token that is refused) is thrown.
 */
export async function discover(fetch: Fetch, baseUrl: string): Promise<Service> {
  const [config, types] = await Promise.all([
    read(fetch, '/ServiceProviderConfig'),
    read(fetch, '/ResourceTypes'),
  ]);
  const filter = partOf(config, 'filter');
  const pagination = partOf(config, 'pagination');
  const limits = [numberIn(valueAt(filter, 'maxResults')), numberIn(valueAt(pagination, 'maxPageSize'))];
  const announced = limits.filter(limit => limit !== undefined && limit > 0) as number[];
  const endpoints = endpointsIn(types, baseUrl);
  return {
    endpoints,
    filters: truthIn(valueAt(filter, 'supported')) !== false,
    ...(announced.length > 0 && { maxResults: Math.min(...announced) }),
    paging: prefersCursor(pagination) ? 'cursor' : 'index',
    told: { config: config !== undefined, types: Object.keys(endpoints).length > 0 },
  };
}

async function read(fetch: Fetch, path: string): Promise<Attributes | undefined> {
  try {
    const { status, body } = await fetch(path);
    if (status !== 200) return undefined;
    // A bare array is a list without its envelope.
    return isComplex(body) ? body : Array.isArray(body) ? { Resources: body } : undefined;
  } catch (error) {
    // The list of groups is asked for next, with more patience, and tells what is wrong with the way to the server.
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function partOf(document: Attributes | undefined, name: string): Attributes {
  const part = document && valueAt(document, name);
  return isComplex(part) ? part : {};
}

/** RFC 9865 §4: `cursor` and `index` say what is supported, `defaultPaginationMethod` what is usual. */
function prefersCursor(pagination: Attributes): boolean {
  if (truthIn(valueAt(pagination, 'cursor')) !== true) return false;
  const usual = textIn(valueAt(pagination, 'defaultPaginationMethod'))?.toLowerCase();
  return usual === 'cursor' || truthIn(valueAt(pagination, 'index')) === false;
}

function endpointsIn(types: Attributes | undefined, baseUrl: string): Service['endpoints'] {
  const found: { Group?: string; User?: string } = {};
  for (const entry of elementsOf(types && valueAt(types, 'Resources'))) {
    if (!isComplex(entry)) continue;
    const names = ['name', 'id'].map(name => textIn(valueAt(entry, name))?.toLowerCase());
    const schema = textIn(valueAt(entry, 'schema'))?.toLowerCase();
    const path = pathBelow(baseUrl, textIn(valueAt(entry, 'endpoint')));
    if (path === undefined) continue;
    if (schema === urn.group.toLowerCase() || names.includes('group')) found.Group ??= path;
    else if (schema === urn.user.toLowerCase() || names.includes('user')) found.User ??= path;
  }
  return found;
}

/**
 * The endpoint as a path below the base. It should be relative to the base (RFC 7643 §6); servers also write the path
 * below the host, or a whole URL. One on another host is passed over: our credentials must not go there.
 */
function pathBelow(baseUrl: string, endpoint: string | undefined): string | undefined {
  if (endpoint === undefined) return undefined;
  const base = new URL(baseUrl);
  const basePath = base.pathname.replace(/\/+$/u, '');
  const url = URL.parse(endpoint, `${base.origin}/`);
  if (!url || url.origin !== base.origin || url.search !== '') return undefined;
  const path = url.pathname.replace(/\/+$/u, '');
  if (basePath !== '' && path.startsWith(`${basePath}/`)) return path.slice(basePath.length);
  return /^https?:/iu.test(endpoint) && basePath !== '' ? undefined : path || undefined;
}
