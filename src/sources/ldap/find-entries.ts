import { matchKey } from '../../model/match-key.ts';
import { isUnder, normalDn } from '../entries/dn.ts';
import { type Entry, textsOf } from '../entries/entry.ts';
import { allAttributes, type Layout } from '../entries/layout.ts';
import type { Found, LdapSession, Search } from './client.ts';
import { anyOf, equals } from './filters.ts';
import type { LdapOptions } from './options.ts';

/** Entries by normal DN; and for each name that was asked for and did not come, why. */
export interface FoundEntries {
  readonly found: ReadonlyMap<string, Entry>;
  readonly missing: ReadonlyMap<string, string>;
}

export interface EntryFinder {
  /** `wanted`: the DN as the server wrote it, by its normal form. */
  byDn(wanted: ReadonlyMap<string, string>): Promise<FoundEntries>;
  /** By login name in lower case. Each name may bring several entries, or none. */
  byLogin(logins: readonly string[]): Promise<LoginEntries>;
}

export interface LoginEntries {
  readonly found: ReadonlyMap<string, readonly Entry[]>;
  /** The search broke off: a login that was not found may still exist. */
  readonly stopped?: string;
}

export const outside = 'outside baseDn, groupBaseDn and peopleBaseDn';

/** A normal DN, and the DN as the server wrote it. */
type Row = readonly [key: string, dn: string];

/** Names in one search: enough to make 2,500 members a dozen requests, few enough for any server's filter limit. */
const batchSize = 200;
/** Searches of that kind under way at once. */
const batchesAtOnce = 2;
/** Searches for single entries under way at once, on one connection. */
const parallel = 8;

/**
 * Asks for many entries in few searches where the server knows an attribute for its own DN. Such a filter finds
 * nothing, and no error, where the server does not know it. So whoever did not come is asked for one by one, and
 * that answer decides. Entries that are `known` already, by normal DN, are not asked for.
 */
export function entryFinder(
  session: LdapSession,
  layout: Layout,
  options: LdapOptions,
  known: ReadonlyMap<string, Entry> = new Map(),
): EntryFinder {
  const attributes = allAttributes(layout);
  const bases = searchBases(options);

  const inBatches = async (base: string, rows: readonly Row[], found: Map<string, Entry>) => {
    if (!layout.dnAttribute || rows.length < 2) return;
    const read = async (batch: readonly Row[]) => {
      const filter = anyOf(batch.map(([, dn]) => equals(layout.dnAttribute!, dn)));
      const answer = await session.search({ base, scope: 'sub', filter, attributes });
      const wanted = new Set(batch.map(([key]) => key));
      for (const entry of answer.entries) {
        // By X.520 `distinguishedName` is above `member`, so another server also sends the groups that hold the name.
        const key = normalDn(entry.dn);
        if (key !== undefined && wanted.has(key)) found.set(key, entry);
      }
    };
    // The server looks for the next names while those of the last answer are read here.
    const batches = chunks(rows, batchSize);
    const one = async () => {
      for (const batch of batches) await read(batch);
    };
    // One search by pages at a time is all that OpenLDAP keeps in mind for a connection.
    const width = options.pageSize >= batchSize ? batchesAtOnce : 1;
    await Promise.all(Array.from({ length: width }, one));
  };

  return {
    async byDn(wanted) {
      const found = new Map<string, Entry>();
      const missing = new Map<string, string>();
      const byBase = Map.groupBy(wanted, ([key]) => bases.find(base => isUnder(key, base.key))?.dn);
      for (const [base, rows] of byBase) {
        if (base === undefined) for (const [key] of rows) missing.set(key, outside);
        else {
          for (const [key] of rows) if (known.has(key)) found.set(key, known.get(key)!);
          const unknown = rows.filter(([key]) => !found.has(key));
          await inBatches(base, unknown, found);
          const left = rows.filter(([key]) => !found.has(key));
          for (const some of chunks(left, parallel)) {
            await Promise.all(
              some.map(async ([key, dn]) => {
                const answer = await session.search({ base: dn, scope: 'base', attributes });
                const [entry] = answer.entries;
                if (entry) found.set(key, entry);
                else missing.set(key, answer.stopped?.text ?? 'the server shows nothing of it');
              }),
            );
          }
        }
      }
      return { found, missing };
    },

    async byLogin(logins) {
      const found = new Map<string, Entry[]>();
      let stopped: string | undefined;
      for (const batch of chunks(logins, batchSize)) {
        const search: Search = {
          base: options.peopleBaseDn ?? options.baseDn,
          scope: 'sub',
          filter: anyOf(batch.map(login => equals(layout.login, login))),
          attributes,
        };
        const answer: Found = await session.search(search);
        stopped ??= answer.stopped?.text;
        for (const entry of answer.entries) {
          for (const login of textsOf(entry, layout.login).map(matchKey)) {
            found.set(login, [...(found.get(login) ?? []), entry]);
          }
        }
      }
      return { found, ...(stopped === undefined ? {} : { stopped }) };
    },
  };
}

/** The subtrees that this source may read, the widest first. */
export function searchBases(options: LdapOptions): { dn: string; key: string }[] {
  const bases = [options.baseDn, options.groupBaseDn, options.peopleBaseDn].filter(dn => dn !== undefined);
  return bases.map(dn => ({ dn, key: normalDn(dn)! }));
}

/** The same without those that are part of another: what a search of all of them has to begin at. */
export function separateBases(options: LdapOptions): string[] {
  const bases = searchBases(options);
  const covered = (key: string, at: number) =>
    bases.some((other, place) => isUnder(key, other.key) && (key !== other.key || place < at));
  return bases.filter(({ key }, at) => !covered(key, at)).map(({ dn }) => dn);
}

function* chunks<Item>(items: readonly Item[], size: number): Generator<Item[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}
