import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import { normalDn } from '../entries/dn.ts';
import { type GroupFacts, groupFacts, kindOf, type PersonFacts, personFacts } from '../entries/facts.ts';
import { allAttributes, layoutFor, type Vendor, vendors } from '../entries/layout.ts';
import { withoutOptions } from './attribute-options.ts';
import type { Mistakes } from './mistakes.ts';
import type { FileOptions } from './options.ts';
import { type LdifEntry, parseLdif } from './parse-ldif.ts';
import type { FileRecords, GroupRecord, PersonRecord, Place } from './records.ts';
import type { FileSnapshot } from './snapshot.ts';

/**
 * The people and groups of an LDIF file, as the LDAP source would read them from the server that the file is from.
 * Members stay names here: whom they mean may stand in another file.
 */
export function readLdif(
  file: FileSnapshot,
  source: SourceId,
  { ldif, endsWithNewline }: FileOptions,
  mistakes: Mistakes,
): FileRecords {
  const layouts = vendors.map(vendor => layoutFor(vendor, undefined, ldif.attributes));
  const keep = new Set(layouts.flatMap(allAttributes).map(name => name.toLowerCase()));
  const reading = { keep, ldifde: ldif.ldifde, unended: !endsWithNewline };
  const vendor = ldif.vendor === 'auto' ? vendorOf(file.text) : ldif.vendor;
  const layout = layoutFor(vendor, undefined, ldif.attributes);

  const people: PersonRecord[] = [];
  const groups: GroupRecord[] = [];
  const others = new Map<string, string>();
  const hidden: Place[] = [];
  let nameless = 0;
  // Everybody is named by every group that they are in.
  const names = new Map<string, string>();
  const once = (name: string): string => {
    const known = names.get(name);
    if (known === undefined) names.set(name, name);
    return known ?? name;
  };
  const take = (found: LdifEntry): void => {
    const at = { path: file.path, line: found.line };
    const dn = normalDn(found.dn);
    if (dn === undefined) {
      mistakes.add(at, `"${found.dn}" is no distinguished name.`, 'Correct the name of the entry.');
      return;
    }
    const { entry, doubts } = withoutOptions(found, layout);
    const kind = kindOf(entry, layout);
    if (kind === 'group') {
      const facts = groupFacts(entry, layout, false);
      if (facts.idIsDn) nameless += 1;
      const memberDns = facts.memberDns.map(once);
      groups.push(groupRecord({ ...facts, memberDns }, dn, doubts, at));
    } else if (kind === 'person') {
      const facts = personFacts(entry, layout, source);
      if (facts.idIsDn) nameless += 1;
      people.push(personRecord(facts, dn, at));
    } else if (kind === 'hidden') hidden.push(at);
    else others.set(dn, kind.other);
  };
  const { cuts, references } = parseLdif(file, reading, mistakes, take);
  return {
    people,
    groups: membersAreThere(groups) ? groups : groups.map(memberless),
    cuts,
    others,
    listDoubts: hidden.length === 0 ? [] : [hiddenDoubt(hidden)],
    notes: [...namelessNotes(file.path, nameless), ...referenceNotes(file.path, references)],
  };
}

/** By what its entries show; a server would tell it in its rootDSE. */
function vendorOf(text: string): Vendor {
  if (/^(?:objectGUID|sAMAccountName|userAccountControl)[:;]/imu.test(text)) return 'active-directory';
  if (/^ipaUniqueID[:;]/imu.test(text)) return 'freeipa';
  return /^nsUniqueId[:;]/imu.test(text) ? '389ds' : 'openldap';
}

function groupRecord(facts: GroupFacts, dn: string, doubts: readonly string[], at: Place): GroupRecord {
  const { id, name, aliases, memberDns, logins, reasons } = facts;
  return {
    id,
    name,
    aliases,
    members: [],
    rows: [],
    groups: [],
    entry: { dn, memberDns, logins, doubts: [...reasons, ...doubts] },
    at,
    from: 'entry',
  };
}

function personRecord({ person, logins }: PersonFacts, dn: string, at: Place): PersonRecord {
  const { key, ...stated } = person;
  return { ...stated, entry: { dn, logins }, at, from: 'entry' };
}

const membersAreThere = (groups: readonly GroupRecord[]): boolean =>
  groups.some(({ entry }) => entry!.memberDns.length + entry!.logins.length > 0);

/** An export of some attributes only that forgot "member" shows every group empty. */
const memberless = (group: GroupRecord): GroupRecord => ({
  ...group,
  entry: {
    ...group.entry!,
    doubts: [
      ...group.entry!.doubts,
      `no group in ${group.at.path} shows a member, as if that attribute had not been exported`,
    ],
  },
});

const hiddenDoubt = ([first, ...rest]: readonly Place[]): string =>
  `${first!.path} has ${rest.length + 1} entr${rest.length === 0 ? 'y' : 'ies'} without objectClass, so nobody knows whether they are groups (the first on line ${first!.line}); export objectClass as well`;

function namelessNotes(path: string, count: number): Note[] {
  if (count === 0) return [];
  return [
    {
      code: 'source.note',
      level: 'warning',
      subject: path,
      text: `${count} entr${count === 1 ? 'y shows' : 'ies show'} no id that survives renaming, so the name stands in: a renamed entry will look like another one.`,
      remedy:
        "Export the id as well (entryUUID, objectGUID, nsUniqueId, ipaUniqueID): with ldapsearch, ask for '*' and '+'.",
    },
  ];
}

function referenceNotes(path: string, count: number): Note[] {
  if (count === 0) return [];
  return [
    {
      code: 'source.note',
      level: 'info',
      subject: path,
      text: `The server pointed to ${count} other place${count === 1 ? '' : 's'} (referrals) when the file was written.`,
      remedy: 'Export from there too, if groups of it are meant.',
    },
  ];
}
