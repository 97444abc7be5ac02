import { ScimProblem } from '../../src/scim/messages.ts';
import { applyPatch, type PatchOperation, type PatchOptions } from '../../src/scim/patch.ts';

/** What the tables of the PATCH tests start from. */
export const user = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: 'u-1',
  userName: 'ann@example.com',
  title: 'Agent',
  active: true,
  name: { givenName: 'Ann', familyName: 'Lee' },
  emails: [
    { type: 'work', value: 'ann@example.com', primary: true },
    { type: 'home', value: 'ann@home.org' },
  ],
  meta: { version: '1' },
};

export const members = (...ids: string[]) => ids.map(value => ({ value }));

export const group = {
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  id: 'g-1',
  displayName: 'Support',
  members: [{ value: 'a', type: 'User', $ref: 'https://x/Users/a' }, ...members('b', 'c')],
};

export const patched = (
  resource: object,
  operation: PatchOperation,
  options?: PatchOptions,
): Record<string, unknown> =>
  applyPatch({ ...resource } as Record<string, unknown>, [operation], options).resource;

export function problemOf(
  resource: object,
  operations: readonly PatchOperation[],
  options?: PatchOptions,
): ScimProblem {
  try {
    applyPatch(resource, operations, options);
  } catch (error) {
    if (error instanceof ScimProblem) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}
