import { matchKey } from '../model/match-key.ts';

/** Each mail address once, as it was written the first time and in that place: the primary one stays the first. */
export function distinctAddresses(emails: readonly string[]): string[] {
  const once = new Map<string, string>();
  for (const email of emails) {
    const key = matchKey(email);
    if (key !== '' && !once.has(key)) once.set(key, email);
  }
  return [...once.values()];
}
