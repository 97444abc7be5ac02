import type { SourceId } from '../../model/keys.ts';
import type { Note } from '../../model/note.ts';
import type { ListedGroups } from './list-groups.ts';
import type { Walked } from './walk.ts';

/** What a read saw that is no reason for doubt and still worth knowing. */
export const notesOf = (source: SourceId, listed: ListedGroups, walked: Walked): Note[] => [
  ...referralNotes(source, listed.referrals),
  ...namelessNotes(source, walked),
];

/**
 * Parts of an Active Directory forest that every search from the top of a domain points to, and that hold neither
 * people nor groups of people. What is left points to a child domain, where there may be some.
 */
const ownPartition = /^(?:CN=(?:Configuration|Schema)|DC=(?:Domain|Forest)DnsZones),/iu;

function referralNotes(source: SourceId, urls: readonly string[]): Note[] {
  const places = urls.filter(url => !ownPartition.test(url.replace(/^ldaps?:\/\/[^/]*\//iu, '')));
  if (places.length === 0) return [];
  const named = `${places.slice(0, 3).join(', ')}${places.length > 3 ? ', …' : ''}`;
  return [
    {
      code: 'source.note',
      level: 'info',
      subject: source,
      text: `The server pointed to ${places.length} other place${places.length === 1 ? '' : 's'} (referrals), which were not followed.`,
      remedy: `Add a source for that server if groups of it are meant: ${named}`,
    },
  ];
}

function namelessNotes(source: SourceId, walked: Walked): Note[] {
  const named = [...walked.groups.values(), ...walked.people.values()].filter(facts => facts.idIsDn).length;
  if (named === 0) return [];
  return [
    {
      code: 'source.note',
      level: 'warning',
      subject: source,
      text: `${named} entr${named === 1 ? 'y shows' : 'ies show'} no id that survives renaming, so the name stands in: a renamed entry will look like another one.`,
      remedy:
        'Let the bind account read the id attribute, or name one in "attributes.groupId" and "attributes.personId".',
    },
  ];
}
