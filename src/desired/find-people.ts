import type { Directory, Person } from '../model/directory.ts';
import { matchKey } from '../model/match-key.ts';

/** People whom a text may mean: mail address, login name, id, else name; compared without case. */
export function findPeople(directories: readonly Directory[], text: string): Person[] {
  const wanted = matchKey(text);
  const by = (valuesOf: (person: Person) => readonly (string | undefined)[]) =>
    directories
      .flatMap(directory => directory.people)
      .filter(person => valuesOf(person).some(value => value !== undefined && matchKey(value) === wanted));
  const exact = by(({ emails, userName, id, key, externalId }) => [...emails, userName, id, key, externalId]);
  return exact.length > 0 ? exact : by(person => [person.name]);
}
