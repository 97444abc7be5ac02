import { createHmac } from 'node:crypto';
import type { PersonKey, SourceId, UserId } from '../../model/keys.ts';
import { keyOf } from '../../model/keys.ts';
import { matchKey } from '../../model/match-key.ts';

/**
 * What stands for people in a snapshot. The same text gives the same pseudonym on both sides, so that they still find
 * each other; without the key, which nobody keeps, no list of addresses leads back.
 */
export interface Pseudonyms {
  /** Mail addresses and login names, which are compared in one form (`matchKey`). */
  address(text: string): string;
  /** Opaque ids of another system, compared as they are. */
  externalId(text: string): string;
  userId(id: UserId): UserId;
  personId(source: SourceId, id: string): string;
  personKey(key: PersonKey): PersonKey;
  /** A name to show, made of what tells somebody apart: the same for a person and their user. */
  label(known: { readonly email?: string | undefined; readonly id: string }): string;
}

export function pseudonymsWith(key: Uint8Array): Pseudonyms {
  const digest = (text: string, length: number) =>
    createHmac('sha256', key).update(text).digest('hex').slice(0, length);
  // 96 bits: two people of a million who are taken for one would be a wrong link.
  const id = (text: string) => digest(text, 24);
  const personKey = (of: PersonKey) => {
    const colon = of.indexOf(':');
    return `${of.slice(0, colon + 1)}${id(`person ${of}`)}`;
  };
  return {
    address: text => `${id(`address ${matchKey(text)}`)}@pseudonym.invalid`,
    externalId: text => id(`external ${text}`),
    userId: of => id(`user ${of}`),
    personKey,
    personId: (source, of) => id(`person ${keyOf(source, of)}`),
    label: ({ email, id: of }) =>
      `person-${digest(email === undefined ? `user ${of}` : `address ${matchKey(email)}`, 12)}`,
  };
}
