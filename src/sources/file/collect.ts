import { matchKey } from '../../model/match-key.ts';
import type { Mistakes } from './mistakes.ts';
import { type GroupRecord, type PersonRecord, placeText } from './records.ts';

/** The id of a person without one: what tells people apart in a file is a mail address or a login name. */
export const personId = (person: PersonRecord): string =>
  person.id ?? matchKey(person.emails[0] ?? person.userName ?? '');

/** People by id, and the ways to find them. */
export class PeopleIndex {
  readonly byId = new Map<string, PersonRecord>();
  readonly #byName = new Map<string, readonly string[]>();

  /** Ids of the people whom `text` names: by id alone where one has that id, else by login name or mail address. */
  find(text: string): readonly string[] {
    if (this.byId.has(text)) return [text];
    return this.#byName.get(matchKey(text)) ?? [];
  }

  put(id: string, person: PersonRecord): void {
    this.byId.set(id, person);
    const names = [person.userName, ...person.emails].filter(name => name !== undefined);
    for (const name of names.map(matchKey)) {
      const ids = this.#byName.get(name) ?? [];
      if (!ids.includes(id)) this.#byName.set(name, [...ids, id]);
    }
  }

  /** Whom a record of a row without an id means: somebody known by its mail address or login name. */
  known(row: PersonRecord): string | undefined {
    if (row.id !== undefined) return this.byId.has(row.id) ? row.id : undefined;
    for (const name of [...row.emails, row.userName]) {
      const ids = name === undefined ? [] : this.find(name);
      if (ids.length === 1) return ids[0];
    }
    return undefined;
  }
}

/**
 * Puts the people of all files together. Two entries of one id are a mistake; rows of a CSV about the same person
 * are one person, and must agree.
 */
export function collectPeople(records: readonly PersonRecord[], mistakes: Mistakes): PeopleIndex {
  const index = new PeopleIndex();
  // Whoever has an id of their own comes first, so that rows by mail address find them; then mail addresses. Who is
  // who must not depend on the order of the rows.
  const rank = ({ id, emails }: PersonRecord) => (id !== undefined ? 0 : emails.length > 0 ? 1 : 2);
  // Rows that say the same are one record.
  const ordered = [...new Set(records)].sort((a, b) => rank(a) - rank(b));
  for (const record of ordered) {
    const id = (record.from === 'row' ? index.known(record) : undefined) ?? personId(record);
    const known = index.byId.get(id);
    if (!known) index.put(id, record);
    else if (known.from === 'entry' && record.from === 'entry') {
      mistakes.add(
        record.at,
        `The person "${id}" is there twice; first at ${placeText(known.at)}.`,
        'Take one of the two out, or give them different ids.',
      );
    } else index.put(id, together(known, record, mistakes));
  }
  return index;
}

const singleFields = ['name', 'userName', 'externalId', 'userId', 'status'] as const;

function together(first: PersonRecord, second: PersonRecord, mistakes: Mistakes): PersonRecord {
  for (const field of singleFields) {
    if (first[field] === undefined || second[field] === undefined || first[field] === second[field]) continue;
    mistakes.add(
      second.at,
      `The ${field} of "${personId(first)}" is "${second[field]}" here and "${first[field]}" at ${placeText(first.at)}.`,
      'Write the same in both places.',
    );
  }
  const emails = new Map([...second.emails, ...first.emails].map(email => [matchKey(email), email]));
  const kept = first.emails.map(matchKey);
  const added = [...emails].filter(([key]) => !kept.includes(key)).map(([, email]) => email);
  return { ...second, ...first, emails: [...first.emails, ...added] };
}

/** Groups by id (the name where they have none): rows about one group are one group, entries are there once. */
export function collectGroups(
  records: readonly GroupRecord[],
  mistakes: Mistakes,
): ReadonlyMap<string, GroupRecord> {
  const groups = new Map<string, GroupRecord>();
  const parts = new Map<string, GroupRecord[]>();
  for (const record of records) {
    const id = record.id ?? record.name;
    const first = parts.get(id)?.[0];
    if (first?.from === 'entry' && record.from === 'entry') {
      mistakes.add(
        record.at,
        `The group "${id}" is there twice; first at ${placeText(first.at)}.`,
        'Put the two together, or give them different ids.',
      );
    } else if (first && first.name !== record.name) {
      mistakes.add(
        record.at,
        `The group with id "${id}" is called "${record.name}" here and "${first.name}" at ${placeText(first.at)}.`,
        'Write the same name in both places.',
      );
    }
    if (first) parts.get(id)!.push(record);
    else parts.set(id, [record]);
  }
  for (const [id, same] of parts) {
    groups.set(id, {
      ...same[0]!,
      aliases: same.flatMap(({ aliases }) => aliases),
      members: same.flatMap(({ members }) => members),
      rows: same.flatMap(({ rows }) => rows),
      groups: same.flatMap(part => part.groups),
      ...entryIn(same),
    });
  }
  return groups;
}

/** Of the records of one group, one at most is an entry of LDIF: two of one id have been told by now. */
const entryIn = (same: readonly GroupRecord[]): Pick<GroupRecord, 'entry'> => {
  const entry = same.find(record => record.entry)?.entry;
  return entry === undefined ? {} : { entry };
};
