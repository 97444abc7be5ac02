import { describe, expect, it } from 'vitest';
import { isUnchanged, stamped } from '../../src/genesys/remembered.ts';
import type { TenantGroup } from '../../src/model/tenant.ts';

const known: TenantGroup = {
  id: 'G',
  name: 'support',
  memberIds: ['ana', 'bo'],
  dynamic: false,
  version: '7',
  modified: '2026-11-20T08:00:00.000Z',
};
const head = { version: '7', modified: '2026-11-20T08:00:00.000Z', memberCount: 2 };

describe('a group that was read earlier', () => {
  it.each([
    ['version, time and count are the same', head, known, true],
    [
      'the same instant is written in another way',
      { ...head, modified: '2026-11-20T08:00:00Z' },
      known,
      true,
    ],
    ['a list tells nothing but the version', { version: '7', modified: undefined }, known, true],
    [
      'owners count as well, as they did then',
      { ...head, memberCount: 3 },
      { ...known, memberCount: 3 },
      true,
    ],
    ['its version has risen', { ...head, version: '8' }, known, false],
    ['it was changed at another time', { ...head, modified: '2026-11-20T08:00:01.000Z' }, known, false],
    ['it has more members than were read', { ...head, memberCount: 3 }, known, false],
    [
      'it has as many members as were read, but no longer the owners beside them',
      head,
      { ...known, memberCount: 3 },
      false,
    ],
    ['the server tells no version', { ...head, version: undefined }, known, false],
    ['no version was told then', head, { ...known, version: undefined }, false],
    ['no time was told then', head, { ...known, modified: undefined }, false],
    ['a time is no time', { ...head, modified: 'yesterday' }, known, false],
  ])('is taken for unchanged or not: %s', (_, now, before, expected) => {
    expect(isUnchanged(before as TenantGroup, now)).toBe(expected);
  });

  it('is stamped with what a listing says of the same version, and of no other', () => {
    const { modified: _, ...read } = known;
    expect(stamped(read, { ...head, memberCount: 5 })).toEqual({ ...known, memberCount: 5 });
    expect(stamped(read, { ...head, version: '6' })).toBe(read);
    expect(stamped(read, undefined)).toBe(read);
  });
});
