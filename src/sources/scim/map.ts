import type { Person, PersonStatus } from '../../model/directory.ts';
import { keyOf, type SourceId } from '../../model/keys.ts';
import {
  type Attributes,
  formatAttributePath,
  isComplex,
  parseAttributePath,
  valueAt,
} from '../../scim/attribute-path.ts';
import { distinctAddresses } from '../addresses.ts';
import type { ScimOptions } from './options.ts';
import { elementsOf, type Resource, textIn, truthIn } from './wire.ts';

/** A user as a person. What the server does not tell is left out. */
export function personOf(
  { id, attributes: user }: Resource,
  source: SourceId,
  { attributes }: Pick<ScimOptions, 'attributes'>,
): Person {
  const userName = textIn(valueAt(user, 'userName'));
  const [externalId] = textsAt(user, attributes.externalId);
  const userId = attributes.userId === undefined ? undefined : textsAt(user, attributes.userId)[0];
  const emails = emailsOf(user);
  const extra = attributes.extra
    .map(path => [shortName(path), textsAt(user, path)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    key: keyOf(source, id),
    id,
    name: nameOf(user) ?? userName ?? emails[0] ?? id,
    ...(userName !== undefined && { userName }),
    emails,
    ...(externalId !== undefined && { externalId }),
    ...(userId !== undefined && { userId }),
    status: statusOf(user),
    ...(extra.length > 0 && { attributes: Object.fromEntries(extra) }),
  };
}

/** `urn:…:User:department` is carried as `department`, so that a mapping's `where` can name it. */
const shortName = (path: string): string => {
  const { name, sub } = parseAttributePath(path)!;
  return formatAttributePath({ name: name!, ...(sub !== undefined && { sub }) });
};

function nameOf(user: Attributes): string | undefined {
  const display = textIn(valueAt(user, 'displayName'));
  if (display !== undefined) return display;
  const name = valueAt(user, 'name');
  if (!isComplex(name)) return undefined;
  const formatted = textIn(valueAt(name, 'formatted'));
  const parts = ['givenName', 'familyName'].flatMap(part => textIn(valueAt(name, part)) ?? []);
  return formatted ?? (parts.length > 0 ? parts.join(' ') : undefined);
}

/** The primary address first, the others as they stand, each once. */
function emailsOf(user: Attributes): string[] {
  const entries = elementsOf(valueAt(user, 'emails')).flatMap(entry => {
    const value = textIn(isComplex(entry) ? valueAt(entry, 'value') : entry);
    const primary = isComplex(entry) && truthIn(valueAt(entry, 'primary')) === true;
    return value === undefined ? [] : [{ value, primary }];
  });
  const ordered = [...entries.filter(entry => entry.primary), ...entries.filter(entry => !entry.primary)];
  return distinctAddresses(ordered.map(({ value }) => value));
}

/** A server need not tell `active` (RFC 7643 §4.1.1); then nobody knows. */
function statusOf(user: Attributes): PersonStatus {
  const active = truthIn(valueAt(user, 'active'));
  return active === undefined ? 'unknown' : active ? 'active' : 'suspended';
}

/** Every text at a path: of a list of values with parts, their `value`. */
function textsAt(resource: Attributes, path: string): string[] {
  const { urn, name, sub } = parseAttributePath(path)!;
  const container = urn === undefined ? resource : valueAt(resource, urn);
  if (!isComplex(container)) return [];
  return elementsOf(valueAt(container, name!)).flatMap(element => {
    const value = isComplex(element)
      ? valueAt(element, sub ?? 'value')
      : sub === undefined
        ? element
        : undefined;
    return typeof value === 'boolean' ? [String(value)] : (textIn(value) ?? []);
  });
}
