import type { Contract } from '../model/contract.ts';
import { refuse } from './answer.ts';
import type { ClientRow, TokenRow } from './db.ts';

/** The permissions of a route. `all` and `any` differ in the code of the refusal and in nothing else here. */
export interface Need {
  readonly kind: 'none' | 'all' | 'any';
  readonly names: readonly string[];
  /**
   * What a refusal of a single object in another division is called; the queue routes have a code of their own
   * (API reference §3.3).
   */
  readonly divisionCode: string;
}

export const nothing: Need = { kind: 'none', names: [], divisionCode: 'missing.division.permission' };
export const all = (...names: string[]): Need => ({
  kind: 'all',
  names,
  divisionCode: 'missing.division.permission',
});
export const any = (...names: string[]): Need => ({
  kind: 'any',
  names,
  divisionCode: 'missing.any.division.permissions',
});
/** Of the routes of one queue: `missing.division.permissions`, in the plural (§3.3). */
export const queue = (kind: 'all' | 'any', ...names: string[]): Need => ({
  kind,
  names,
  divisionCode: 'missing.division.permissions',
});

const covers = (pattern: string, name: string): boolean =>
  pattern === '*' ||
  pattern === name ||
  (pattern.endsWith('*') && name.toLowerCase().startsWith(pattern.slice(0, -1).toLowerCase())) ||
  pattern.toLowerCase() === name.toLowerCase();

export const holds = (client: ClientRow, name: string): boolean =>
  client.grants.some(grant => grant.permissions.some(pattern => covers(pattern, name)));

/** The divisions in which the client holds one of these permissions; `all` for every division. */
export function divisionsOf(client: ClientRow, names: readonly string[]): 'all' | ReadonlySet<string> {
  const divisions = new Set<string>();
  for (const grant of client.grants) {
    if (!grant.permissions.some(pattern => names.some(name => covers(pattern, name)))) continue;
    for (const division of grant.divisions) divisions.add(division);
  }
  return divisions.has('*') ? 'all' : divisions;
}

/** 403 that names what is missing (API reference §7), unless the client holds what the route needs. */
export function demand(client: ClientRow, need: Need): void {
  if (need.kind === 'none') return;
  const enough =
    need.kind === 'all'
      ? need.names.every(name => holds(client, name))
      : need.names.some(name => holds(client, name));
  if (enough) return;
  const params = { permissions: need.names.join(', ') };
  if (need.kind === 'all') {
    throw refuse(
      403,
      'missing.permissions',
      'Unable to perform the requested action. You are missing the following permission(s): {permissions}',
      params,
    );
  }
  throw refuse(
    403,
    'missing.any.permissions',
    'Unable to perform the requested action. You must have at least one of the following permissions: {permissions}',
    params,
  );
}

/** The division-aware half: the object lies in a division where none of the client's roles reaches. */
export function demandDivision(client: ClientRow, need: Need, divisionId: string): void {
  const divisions = divisionsOf(client, need.names);
  if (divisions === 'all' || divisions.has(divisionId)) return;
  throw refuse(
    403,
    need.divisionCode,
    'Unable to perform the requested action. You are missing the following permission(s) in division {division}: {permissions}',
    { permissions: need.names.join(', '), division: divisionId },
  );
}

/** The scopes that the documented contract knows (its prerequisites list); a token asks for some of them. */
export const documentedScopes = ['scim:groups:write', 'scim:groups:read', 'routing:queue:read'] as const;

/**
 * The scope that the documented contract wants for a route; it takes the place of the role's permission there. The
 * platform judges client-credentials tokens by roles alone (API reference §1.3).
 */
export function scopeFor(contract: Contract, method: string, template: string): string | undefined {
  if (contract !== 'scim-extension') return undefined;
  const reading = method === 'GET' || method === 'HEAD';
  if (/^\/api\/v2\/scim(?:\/v2)?\/groups/u.test(template)) {
    return reading ? 'scim:groups:read' : 'scim:groups:write';
  }
  return reading && template.startsWith('/api/v2/routing/queues') ? 'routing:queue:read' : undefined;
}

export function demandScope(token: TokenRow, scope: string): void {
  if (token.scopes.includes(scope)) return;
  throw refuse(
    403,
    'app.not.authorized.for.scope',
    'The token is not authorized for the scope {scope}. It has: {scopes}.',
    {
      scope,
      scopes: token.scopes.join(' ') || 'none',
    },
  );
}
