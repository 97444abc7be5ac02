import { listingsOf } from '../../desired/why-absent.ts';
import { MusterError } from '../../errors.ts';
import { isUuid } from '../../model/keys.ts';
import { matchKey } from '../../model/match-key.ts';
import { nearest } from '../../model/select.ts';
import type { Tenant, TenantQueue } from '../../model/tenant.ts';
import type { Survey } from '../survey.ts';
import type { Asleep } from './asleep.ts';

/** The queue that a text means: its id or name, else the only one of that name without regard to case. */
export function queueMeant({ queues }: Tenant, text: string): TenantQueue | undefined {
  const found = queues.find(({ id, name }) => name === text || (isUuid(text) && id === text.toLowerCase()));
  if (found) return found;
  const folded = queues.filter(({ name }) => matchKey(name) === matchKey(text));
  return folded.length === 1 ? folded[0] : undefined;
}

/** The same, where nothing else could be meant. */
export function queueNamed(tenant: Tenant, text: string): TenantQueue {
  const found = queueMeant(tenant, text);
  if (found) return found;
  const near = nearest(
    text,
    tenant.queues.map(({ name }) => name),
  );
  throw new MusterError('queue.not-found', {
    happened: `No queue of the mappings is called "${text}".`,
    subject: text,
    remedy: near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Name a queue that a mapping serves.',
  });
}

/** Nobody and nothing; with what was not read, which may be where they are. */
export function nobody(
  text: string,
  { directories, mappings }: Survey,
  { queues }: Tenant,
  asleep: Asleep,
): MusterError {
  const names = [
    ...directories.flatMap(({ people }) => people.flatMap(person => [person.name, ...person.emails])),
    ...queues.map(({ name }) => name),
  ];
  const near = nearest(text, names);
  const listings = listingsOf(directories, mappings);
  const gaps = [...new Set(mappings.flatMap(mapping => listings.gaps(mapping)))];
  const unread = gaps.length > 0 ? ` What was read is not complete: ${gaps.slice(0, 3).join('; ')}.` : '';
  const unseen = asleep.directories
    ? []
    : asleep.mappings.map(({ id, why }) => ` The mapping "${id}" ${why}; its groups were not read.`);
  return new MusterError('person.missing', {
    happened: `Nobody in the mapped groups or in Genesys Cloud, and no queue of the mappings, is called "${text}".${unread}${unseen.slice(0, 3).join('')}`,
    subject: text,
    remedy:
      near.length > 0 ? `Near it: ${near.join(', ')}.` : 'Run `muster sources` to see whom the sources show.',
  });
}
