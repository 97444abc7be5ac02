import type { TenantGroup } from '../model/tenant.ts';

/** As much as a listing says of a group without its members. */
export interface GroupHead {
  readonly version: string | undefined;
  readonly modified: string | undefined;
  readonly memberCount?: number | undefined;
}

/**
 * Is the group still the one that was read earlier? The version rises with every write (API reference §4); time of
 * change and count of members have to agree as well, wherever both sides say them. A group without a version is
 * never taken for unchanged.
 */
export function isUnchanged(known: TenantGroup, { version, modified, memberCount }: GroupHead): boolean {
  if (version === undefined || version !== known.version) return false;
  if (modified !== undefined && !isSameTime(modified, known.modified)) return false;
  return memberCount === undefined || memberCount === (known.memberCount ?? known.memberIds.length);
}

/** The same instant, however it is written. */
function isSameTime(a: string, b: string | undefined): boolean {
  if (b === undefined || a === b) return a === b;
  const [left, right] = [Date.parse(a), Date.parse(b)];
  return !Number.isNaN(left) && left === right;
}

/** What a listing would say of a group that is as it was read. */
export const headOfRead = ({ version, modified, memberCount }: TenantGroup): GroupHead => ({
  version,
  modified,
  memberCount,
});

/** A group as it was just read, with what the listing that belongs to the same version says besides. */
export const stamped = (group: TenantGroup, head: GroupHead | undefined): TenantGroup =>
  head === undefined || head.version !== group.version
    ? group
    : {
        ...group,
        ...(head.modified === undefined ? {} : { modified: head.modified }),
        ...(head.memberCount === undefined ? {} : { memberCount: head.memberCount }),
      };
