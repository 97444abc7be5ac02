import type { Person } from './directory.ts';
import type { LinkKey } from './mapping.ts';
import { matchKey } from './match-key.ts';
import type { TenantUser } from './tenant.ts';

const none: readonly string[] = [];

/** What a person is looked for by under one key: each value once, normalised as those of users are. */
export function valuesOfPerson(
  { emails, userName, externalId, userId }: Pick<Person, 'emails' | 'userName' | 'externalId' | 'userId'>,
  key: LinkKey,
): readonly string[] {
  switch (key) {
    case 'email':
      return emails.length < 2 ? emails.map(matchKey) : [...new Set(emails.map(matchKey))];
    case 'userName':
      return userName ? [matchKey(userName)] : none;
    // An external id is an opaque value of another system: compared as it is.
    case 'externalId':
      return externalId ? [externalId] : none;
    case 'id':
      return userId ? [userId] : none;
  }
}

/** What a user is found by under one key. */
export function valuesOfUser(
  { id, email, userName, externalIds }: TenantUser,
  key: LinkKey,
): readonly string[] {
  switch (key) {
    case 'email':
      return email ? [matchKey(email)] : none;
    case 'userName':
      return userName ? [matchKey(userName)] : none;
    case 'externalId':
      return externalIds ?? none;
    case 'id':
      return [id];
  }
}
