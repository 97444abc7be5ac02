import type { GroupRecord, PersonRecord, Place, Reference } from './records.ts';

interface RowGroup extends GroupRecord {
  readonly rows: PersonRecord[];
  readonly groups: Reference[];
}

/**
 * What the rows of one CSV say, put together as they come: an export has a row for each membership, and hundreds of
 * thousands of rows are a few hundred groups and some thousand people.
 */
export class RowContent {
  readonly people: PersonRecord[] = [];
  readonly groups = new Map<string, RowGroup>();
  readonly #known = new Map<string, PersonRecord>();

  /** The group of this id and name; of one id and two names there are two, which is told later. */
  group(id: string | undefined, name: string, at: Place): RowGroup {
    const key = `${id ?? ''}\n${name}`;
    const known = this.groups.get(key);
    if (known) return known;
    const group: RowGroup = {
      ...(id !== undefined && { id }),
      name,
      aliases: [],
      members: [],
      rows: [],
      groups: [],
      at,
      from: 'row',
    };
    this.groups.set(key, group);
    return group;
  }

  /** The same person as an earlier row stated, if that row said exactly the same. */
  once(person: PersonRecord): PersonRecord {
    const { at, from, ...stated } = person;
    const key = JSON.stringify(stated);
    const known = this.#known.get(key);
    if (known) return known;
    this.#known.set(key, person);
    return person;
  }
}
