import { MusterError } from '../errors.ts';
import type { PageWalk } from '../http/pages.ts';
import { readEach, throwIfAllFailed } from './read-each.ts';

/** The two ways in which a server gives its users. */
export interface UserApi<User> {
  /** All users, page by page. `onPage` hears the total of the list, where the server tells it, before a page is given. */
  list(onPage: (total: number | undefined) => void): PageWalk<User>;
  /** One user; undefined where there is none. */
  get(id: string): Promise<User | undefined>;
  idOf(user: User): string;
}

/** Users that were asked for, each once however many groups hold them. */
export interface PeopleReader<User> {
  /** Reads those of `ids` that have not been asked for yet. Throws where nobody at all could be read. */
  read(ids: Iterable<string>): Promise<void>;
  /** Takes in a user that came by another way. */
  add(user: User): void;
  readonly found: ReadonlyMap<string, User>;
  /** Ids that brought nobody. */
  readonly missing: ReadonlyMap<string, Missing>;
}

export interface Missing {
  /** A clause: `the server has no such user`. */
  readonly why: string;
  /** The server answered, and has no such user. */
  readonly gone: boolean;
}

/** So few are asked for one by one without looking how long the list is. */
const handful = 3;

/**
 * Reads people the cheaper way: pages of the list of users for as long as they are fewer than the people still wanted,
 * and then one by one. Whoever is not in the list (some hold active users alone) is asked for by id, and so is
 * everybody after a page that was lost.
 */
export function createPeopleReader<User>(
  api: UserApi<User>,
  { width, signal }: { readonly width: number; readonly signal: AbortSignal },
): PeopleReader<User> {
  const found = new Map<string, User>();
  const missing = new Map<string, Missing>();
  let listed = false;

  async function readPages(wanted: Set<string>): Promise<void> {
    let total: number | undefined;
    const walk = api.list(told => {
      total = told;
    });
    let received = 0;
    try {
      for (let pagesLeft = 0; pagesLeft <= wanted.size && wanted.size > 0; ) {
        const step = await walk.next();
        if (step.done) return;
        received += step.value.length;
        for (const user of step.value) {
          const id = api.idOf(user);
          if (wanted.delete(id)) found.set(id, user);
        }
        pagesLeft = pagesLeftAfter(total, received, step.value.length);
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MusterError)) throw error;
    } finally {
      await walk.return({ complete: false, reasons: [], pages: 0 });
    }
  }

  async function readOneByOne(ids: readonly string[]): Promise<void> {
    const attempts = await readEach(ids, { width, signal }, id => api.get(id));
    if (found.size === 0) throwIfAllFailed(attempts);
    for (const [index, attempt] of attempts.entries()) {
      const id = ids[index]!;
      if ('error' in attempt) missing.set(id, { why: attempt.error.message, gone: false });
      else if (attempt.result !== undefined) found.set(id, attempt.result);
      else missing.set(id, { why: 'the server has no such user', gone: true });
    }
  }

  return {
    found,
    missing,
    add: user => void found.set(api.idOf(user), user),
    async read(ids) {
      const wanted = new Set([...ids].filter(id => !found.has(id) && !missing.has(id)));
      if (wanted.size > handful && !listed) {
        listed = true;
        await readPages(wanted);
      }
      if (wanted.size > 0) await readOneByOne([...wanted]);
    },
  };
}

/** As far as the server tells. Without a total, going on is taken to be as dear as a page of people. */
const pagesLeftAfter = (total: number | undefined, received: number, size: number): number =>
  total === undefined ? size : Math.ceil(Math.max(0, total - received) / Math.max(1, size));
