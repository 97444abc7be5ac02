import { MusterError } from '../errors.ts';
import type { Collected } from '../http/pages.ts';

/** How to read a list whose length the server tells elsewhere. */
export interface CountedRead<Item> {
  /** What the server said before; undefined where it does not say. */
  readonly announced: number | undefined;
  read(): Promise<Collected<Item>>;
  /** Asks for the number anew. */
  count(): Promise<number | undefined>;
  /** How many the items are as the server counts them, each once. */
  size(items: readonly Item[]): number;
}

/**
 * Reads a list and holds it against the number that the server told. Where fewer came, somebody may have left since,
 * so both are asked again, once; where the second answers disagree as well, something is missing, and the evidence
 * says so. More than announced is nobody lost: the number was told before.
 */
export async function readCounted<Item>(wanted: CountedRead<Item>): Promise<Collected<Item>> {
  const first = await wanted.read();
  const told = heldAgainst(first, wanted.announced, wanted);
  if (!first.evidence.complete || told.evidence.complete) return told;
  try {
    const announced = await wanted.count();
    const second = await wanted.read();
    const pages = first.evidence.pages + second.evidence.pages;
    return heldAgainst({ ...second, evidence: { ...second.evidence, pages } }, announced, wanted);
  } catch (error) {
    // What came the first time is still worth adding. The caller knows whether this was the end of the run.
    if (error instanceof MusterError) return told;
    throw error;
  }
}

function heldAgainst<Item>(
  read: Collected<Item>,
  announced: number | undefined,
  { size }: CountedRead<Item>,
): Collected<Item> {
  if (announced === undefined) return read;
  const evidence = { ...read.evidence, expected: announced };
  const came = size(read.items);
  if (came >= announced) return { ...read, evidence };
  const reasons = [...evidence.reasons, `The server counts ${announced} members and gave ${came}.`];
  return { ...read, evidence: { ...evidence, complete: false, reasons } };
}
