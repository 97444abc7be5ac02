import { type Collected, collectWhatComes, type PageWalk } from '../../http/pages.ts';
import { moved } from './offsets.ts';

/** A list, and how many Keycloak says are in it. */
export interface WholeRead<Row> {
  walk(): PageWalk<Row>;
  /** Undefined where nothing is said. Asked once for each time that the list is read. */
  count?(time: number): Promise<number | undefined>;
  /** `groups`, for messages. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/**
 * Reads a list, and once more where it moved under our hands or came shorter than counted. Where the second reading
 * is no better the evidence says so. A page that failed is not asked for again: that was done when it failed.
 */
export async function readWhole<Row>(wanted: WholeRead<Row>): Promise<Collected<Row>> {
  const first = await readOnce(wanted, 1);
  if (!first.again) return first.read;
  const { read } = await readOnce(wanted, 2);
  return { ...read, evidence: { ...read.evidence, pages: first.read.evidence.pages + read.evidence.pages } };
}

async function readOnce<Row>(
  { walk, count, what, signal }: WholeRead<Row>,
  time: number,
): Promise<{ read: Collected<Row>; again: boolean }> {
  const read = await collectWhatComes(walk(), signal);
  const { evidence, items } = read;
  if (!evidence.complete) return { read, again: evidence.reasons.includes(moved) };
  const expected = await count?.(time);
  if (expected === undefined) return { read, again: false };
  // More than counted is nobody lost: the number was told at another moment.
  if (items.length >= expected) return { read: { items, evidence: { ...evidence, expected } }, again: false };
  const reason = `Keycloak counts ${expected} and shows ${items.length} ${what}: the account may not see the others.`;
  return {
    read: { items, evidence: { ...evidence, expected, complete: false, reasons: [reason] } },
    again: true,
  };
}
