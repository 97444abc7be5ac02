import { isComplex, valueAt } from '../../scim/attribute-path.ts';
import { elementsOf, type Resource, textIn } from './wire.ts';

/** A member as a group states it. `unsaid`: the server does not tell whether this is a user or a group. */
export interface StatedMember {
  readonly id: string;
  readonly kind: 'person' | 'group' | 'unsaid' | { readonly other: string };
}

/** A group as the server shows it. */
export interface ShownGroup {
  readonly id: string;
  readonly name: string;
  readonly aliases: readonly string[];
  readonly members: readonly StatedMember[];
  /** Members without an id: nobody can be found by them. */
  readonly nameless: number;
}

export function shownGroup({ id, attributes }: Resource): ShownGroup {
  const externalId = textIn(valueAt(attributes, 'externalId'));
  const name = textIn(valueAt(attributes, 'displayName')) ?? externalId ?? id;
  const stated = elementsOf(valueAt(attributes, 'members')).map(statedMember);
  const members = stated.filter(member => member !== undefined);
  return {
    id,
    name,
    aliases: externalId === undefined || externalId === name ? [] : [externalId],
    members,
    nameless: stated.length - members.length,
  };
}

function statedMember(element: unknown): StatedMember | undefined {
  if (!isComplex(element)) {
    const id = textIn(element);
    return id === undefined ? undefined : { id, kind: 'unsaid' };
  }
  const ref = referenceIn(textIn(valueAt(element, '$ref')));
  const id = textIn(valueAt(element, 'value')) ?? ref?.id;
  if (id === undefined) return undefined;
  const type = textIn(valueAt(element, 'type'))?.trim();
  return { id, kind: kindOf(type, ref?.collection) };
}

/**
 * `type` says it best; it is often missing, or says something else, as the groups of a user have `direct` there. Then
 * the URL of the member tells (identity sources reference §6.1).
 */
function kindOf(type: string | undefined, collection: string | undefined): StatedMember['kind'] {
  const said = type?.toLowerCase();
  if (said === 'user') return 'person';
  if (said === 'group') return 'group';
  if (/^users?$/iu.test(collection ?? '')) return 'person';
  if (/^groups?$/iu.test(collection ?? '')) return 'group';
  const other = said === 'direct' || said === 'indirect' ? collection : (type ?? collection);
  return other === undefined ? 'unsaid' : { other };
}

/** `…/Users/2819c223`: the last two parts of the path. */
function referenceIn(ref: string | undefined): { collection: string; id: string } | undefined {
  const path = ref?.split(/[?#]/u)[0]?.replace(/\/+$/u, '');
  const found = path === undefined ? null : /(?:^|\/)([^/]+)\/([^/]+)$/u.exec(path);
  return found ? { collection: found[1]!, id: decoded(found[2]!) } : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The ids of the groups that a user says to be in, and how many come without an id. */
export function groupsOfUser({ attributes }: Resource): { ids: readonly string[]; nameless: number } {
  const stated = elementsOf(valueAt(attributes, 'groups')).map(statedMember);
  const ids = stated.flatMap(member => (member === undefined ? [] : [member.id]));
  return { ids, nameless: stated.length - ids.length };
}
