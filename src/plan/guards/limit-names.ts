import type { Limits } from '../../model/limits.ts';
import type { Note } from '../../model/note.ts';
import { matcher, nearest, selectorOf } from '../../model/select.ts';
import type { Tenant } from '../../model/tenant.ts';
import { anyOf, type Names, namesOf } from './protect.ts';

/** One place in `limits` where things are named, and what this run has read of their kind. */
interface Place {
  readonly key: string;
  readonly texts: readonly string[];
  /** What they are called, one and many. */
  readonly noun: string;
  readonly nouns: string;
  /** A tenant has many people: only asked for where somebody is named. */
  readonly read: () => readonly Names[];
  /** Most of those who are protected are in no group that is mapped today: only what looks like a slip is told. */
  readonly onlyNear?: true;
  readonly meaning: (text: string) => (names: Names) => boolean;
}

/**
 * Names in `limits` that mean nothing this run has read: a misspelt one is silently no limit. Only what the mappings
 * and the ledger need is read, so such a name may still be right; it is a warning where something is called nearly so.
 */
export function unmatchedLimits(tenant: Pick<Tenant, 'queues' | 'groups' | 'users'>, limits: Limits): Note[] {
  return placesOf(tenant, limits).flatMap(place => {
    const read = place.texts.length === 0 ? [] : place.read();
    if (read.length === 0) return [];
    return place.texts
      .filter(text => !read.some(place.meaning(text)))
      .map(text => unmatched(text, place, read))
      .filter(note => !place.onlyNear || note.level === 'warning');
  });
}

/** Whoever writes 08:00 means the clock on some wall, and the API tells of no queue which one that is. */
export function hoursInUtc({ staffing: { queues } }: Pick<Limits, 'staffing'>): Note[] {
  const rules = queues.filter(
    ({ hours, days, timeZone }) => timeZone === undefined && (hours !== undefined || days !== undefined),
  );
  if (rules.length === 0) return [];
  const told = rules.map(({ queue, hours, days }) =>
    [
      `"${queue}"`,
      ...(hours === undefined ? [] : [hours]),
      ...(days === undefined ? [] : [days.join(' ')]),
    ].join(' '),
  );
  const rest = told.length > 3 ? ` and ${told.length - 3} more` : '';
  return [
    {
      code: 'limits.utc',
      level: 'info',
      subject: 'limits.staffing.queues',
      text: `Hours and days without a timeZone are read as UTC: ${told.slice(0, 3).join(', ')}${rest}.`,
      remedy: 'Write a timeZone, e.g. Europe/Berlin; `timeZone: UTC` says that UTC is meant.',
    },
  ];
}

function placesOf(
  { queues, groups, users }: Pick<Tenant, 'queues' | 'groups' | 'users'>,
  limits: Limits,
): Place[] {
  const { protect, staffing, drain } = limits;
  const protection = (text: string) => anyOf([text]);
  const rule = (text: string) => {
    const match = matcher(selectorOf(text));
    return (names: Names) => match(names.filter(name => name !== undefined)) !== undefined;
  };
  const ofQueues = { noun: 'queue', nouns: 'queues', read: () => queues.map(({ name, id }) => [name, id]) };
  const ofGroups = { noun: 'group', nouns: 'groups', read: () => groups.map(({ name, id }) => [name, id]) };
  const ofPeople = {
    noun: 'person',
    nouns: 'people',
    read: () => users.map(namesOf),
    onlyNear: true as const,
  };
  return [
    { ...ofPeople, key: 'protect.people', texts: protect.people, meaning: protection },
    { ...ofGroups, key: 'protect.groups', texts: protect.groups, meaning: protection },
    { ...ofQueues, key: 'protect.queues', texts: protect.queues, meaning: protection },
    { ...ofQueues, key: 'staffing.queues', texts: once(staffing.queues), meaning: rule },
    { ...ofQueues, key: 'drain.queues', texts: once(drain.queues), meaning: rule },
  ];
}

/** Several rules may speak of one queue, at other hours. */
const once = (rules: readonly { readonly queue: string }[]): string[] => [
  ...new Set(rules.map(({ queue }) => queue)),
];

/** Mail addresses of one company are alike in most of their letters: of two of them what stands before the @ counts. */
function nearestAlike(text: string, names: readonly string[]): readonly string[] {
  const at = text.indexOf('@');
  if (at < 0) return nearest(text, names, 1);
  const domain = text.slice(at).toLowerCase();
  const [local] = nearest(
    text.slice(0, at),
    names.filter(name => name.toLowerCase().endsWith(domain)).map(name => name.slice(0, -domain.length)),
    1,
  );
  if (local !== undefined) return [`${local}${domain}`];
  // The slip may be in the domain.
  return names.filter(name => name.slice(0, at + 1).toLowerCase() === text.slice(0, at + 1).toLowerCase());
}

function unmatched(text: string, { key, noun, nouns }: Place, read: readonly Names[]): Note {
  const isExact = selectorOf(text).kind === 'exact';
  const names = read.flatMap(each => each.filter(name => name !== undefined));
  const [near] = isExact ? nearestAlike(text, names) : [];
  return {
    code: 'limits.unmatched',
    level: near === undefined ? 'info' : 'warning',
    subject: `limits.${key}: ${text}`,
    text: `"${text}" in limits.${key} limits nothing in this run: none of the ${nouns} that it has read is ${isExact ? 'called so' : 'meant by it'}.${near === undefined ? '' : ` One is called "${near}".`}`,
    remedy:
      near === undefined
        ? `Only what the mappings need is read. If this ${noun} should be among it, correct the name.`
        : `If "${near}" is meant, correct it.`,
  };
}
