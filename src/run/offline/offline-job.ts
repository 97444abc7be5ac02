import type { Clock } from '../../clock.ts';
import type { OfflineConfig } from '../../config/load.ts';
import { isOwnField } from '../../desired/people-of.ts';
import { type MusterError, throwAll } from '../../errors.ts';
import type { Limits } from '../../model/limits.ts';
import type { Mapping } from '../../model/mapping.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { batchesOf } from '../batches.ts';
import type { PlanJob } from '../job.ts';
import { booksIn } from './books.ts';
import { lacks, quoted } from './lacks.ts';
import { offlineSources } from './offline-sources.ts';
import { offlineTenant } from './offline-tenant.ts';

export interface OfflineOptions {
  /** As of when; the moment of the snapshot where left out. Milliseconds since the epoch. */
  readonly nowMs?: number;
  /** Tokens of quarantined removals that are let go. */
  readonly released?: ReadonlySet<string>;
}

/**
 * What a plan is made with where there is nothing but a snapshot. Throws `snapshot.lacks` for all that the config needs
 * and the snapshot was not asked for, as far as that can be told before planning.
 */
export function offlineJob(
  { config }: Pick<OfflineConfig, 'config'>,
  snapshot: WorldSnapshot,
  { nowMs = Date.parse(snapshot.takenAt), released }: OfflineOptions = {},
): PlanJob {
  throwAll([
    ...sourcesLacked(config.mappings, snapshot),
    ...attributesLacked(config.mappings, snapshot),
    ...keysLacked(config.people.match, snapshot),
  ]);
  const books = booksIn(snapshot);
  const configured = new Set(Object.keys(config.sources));
  return {
    sources: offlineSources(snapshot).filter(source => configured.has(source.id)),
    mappings: config.mappings,
    match: config.people.match,
    missing: config.people.missing,
    limits: limitsThen(config.limits, snapshot),
    ...(released ? { released } : {}),
    contract: config.genesys.contract,
    batches: batchesOf(config.genesys),
    tenant: offlineTenant(snapshot),
    store: { ledger: async () => books },
    clock: stoppedAt(nowMs),
  };
}

/** Nobody waits for anything on a snapshot. */
const stoppedAt = (nowMs: number): Clock => ({ now: () => nowMs, sleep: async () => {} });

function sourcesLacked(mappings: readonly Mapping[], { directories }: WorldSnapshot): MusterError[] {
  const held = new Set(directories.map(directory => directory.source));
  const lacking = new Set(mappings.map(mapping => mapping.from).filter(source => !held.has(source)));
  return [...lacking].map(source =>
    lacks(
      `the source "${source}"`,
      `source ${source}`,
      'Take the snapshot with a config that has this source.',
    ),
  );
}

/** An attribute that was dropped is not one that nobody has: the filter would leave everybody out. */
function attributesLacked(
  mappings: readonly Mapping[],
  { people, asked: { attributes } }: WorldSnapshot,
): MusterError[] {
  return mappings.flatMap(({ id, only }) =>
    Object.keys(only?.where ?? {}).flatMap(name => {
      const key = name.toLowerCase();
      const subject = `mapping ${id}, where ${name}`;
      if (isOwnField(key)) {
        return people === 'names'
          ? []
          : [
              lacks(
                `the ${name} of anybody: pseudonyms stand for it`,
                subject,
                'Take the snapshot with `--with-names`.',
              ),
            ];
      }
      if (attributes === 'all' || attributes.includes(key)) return [];
      return [
        lacks(
          `the attribute "${name}" of people`,
          subject,
          `Take the snapshot with \`--with-attributes ${quoted(name)}\`.`,
        ),
      ];
    }),
  );
}

/** The users of those keys were looked for, in that order, and each key only for whom the ones before found nobody. */
function keysLacked(match: PlanJob['match'], { asked }: WorldSnapshot): MusterError[] {
  if (match.every((key, at) => asked.match[at] === key)) return [];
  return [
    lacks(
      `users found by ${match.join(', ')}: they were looked for by ${asked.match.join(', ')}`,
      'people.match',
      'Take the snapshot with a config that has this people.match.',
    ),
  ];
}

/**
 * A mail address in `limits.protect` meets nobody among pseudonyms, so those whom the config protected when the snapshot
 * was taken are named by their ids.
 */
function limitsThen(limits: Limits, { people, protectedUsers }: WorldSnapshot): Limits {
  if (people === 'names' || limits.protect.people.length === 0) return limits;
  return { ...limits, protect: { ...limits.protect, people: protectedUsers } };
}
