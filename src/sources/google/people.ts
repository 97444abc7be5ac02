import { MusterError } from '../../errors.ts';
import { readEach } from '../read-each.ts';
import type { GoogleApi } from './client.ts';
import type { GoogleUser } from './wire.ts';

/** The users behind members. */
export interface PeopleRead {
  /** By id. */
  readonly users: ReadonlyMap<string, GoogleUser>;
  /** Ids of members whom the account does not have: people from outside. */
  readonly outsiders: ReadonlySet<string>;
  /** Ids of members who were looked for in vain, and of whom it is not known whether they are in the account. */
  readonly unseen: ReadonlySet<string>;
  /** Why; one sentence each. */
  readonly doubts: readonly string[];
}

/** Where nobody is looked up. */
export const nobodyRead: PeopleRead = {
  users: new Map(),
  outsiders: new Set(),
  unseen: new Set(),
  doubts: [],
};

/**
 * Looks up the users with these ids. A page of the list brings 500 of them, so the list is read as long as that can
 * be cheaper than asking for everybody who is still missing one by one; a small team in a large company costs a few
 * requests, and a large one reads the list.
 *
 * A user who cannot be looked up is nobody lost: the member itself says address and status.
 */
export async function readPeople(
  ids: ReadonlySet<string>,
  api: GoogleApi,
  { width, signal }: { readonly width: number; readonly signal: AbortSignal },
): Promise<PeopleRead> {
  const users = new Map<string, GoogleUser>();
  const outsiders = new Set<string>();
  const doubts = new Set<string>();
  const missing = new Set(ids);
  const list = api.users(signal);
  let pages = 0;
  try {
    while (missing.size > pages) {
      const step = await list.next();
      if (step.done) break;
      pages += 1;
      for (const user of step.value) if (missing.delete(user.id)) users.set(user.id, user);
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof MusterError)) throw error;
    doubts.add(`${error.message} ${error.remedy}`);
    // Without a right to the list, a single user would be refused as well, and look like somebody from outside.
    if (pages === 0) return { users, outsiders, unseen: missing, doubts: [...doubts] };
  }
  const rest = [...missing];
  const attempts = await readEach(rest, { width, signal }, id => api.user(id, signal));
  for (const [at, attempt] of attempts.entries()) {
    const id = rest[at]!;
    if ('error' in attempt) {
      doubts.add(attempt.error.message);
      continue;
    }
    missing.delete(id);
    if (attempt.result) users.set(id, attempt.result);
    else outsiders.add(id);
  }
  return { users, outsiders, unseen: missing, doubts: [...doubts] };
}
