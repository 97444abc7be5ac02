import type { GoogleOptions } from './options.ts';

type Attributes = GoogleOptions['attributes'];

/** The fields of a user that the attributes begin with. */
export function topFields({ name, userName, externalId, userId, extra }: Attributes): string[] {
  const places = [name, userName, externalId, ...(userId === undefined ? [] : [userId]), ...extra];
  return [...new Set(places.map(place => place.split('.')[0]!))];
}

/**
 * What stands at a place of a user, as texts; empty where there is nothing. A list of typed entries is entered by the
 * type, which may be a custom one, and gives its values:
 *
 * ```
 * externalIds: [{ type: 'organization', value: '007' }]     externalIds.organization → ['007']
 * customSchemas: { Genesys: { login: 'ana' } }              customSchemas.Genesys.login → ['ana']
 * ```
 */
export function textsAt(user: Readonly<Record<string, unknown>>, place: string): string[] {
  let found: readonly unknown[] = [user];
  for (const part of place.split('.')) found = found.flatMap(value => below(value, part));
  return found.flatMap(valuesOf).filter(text => text.trim() !== '');
}

function below(value: unknown, part: string): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap(entry => {
      const { type, customType, value: inner } = fieldsOf(entry);
      return type === part || customType === part ? [inner] : [];
    });
  }
  return [fieldsOf(value)[part]];
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

/** A custom field that may hold several values is a list of `{ value }`. */
function valuesOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(entry => valuesOf(typeof entry === 'object' ? fieldsOf(entry).value : entry));
  }
  return ['string', 'number', 'boolean'].includes(typeof value) ? [String(value)] : [];
}
