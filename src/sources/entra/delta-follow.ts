import { MusterError } from '../../errors.ts';
import { byNextUrl } from '../../http/pages.ts';
import { applyEntry, type GroupGraph } from './delta-graph.ts';
import { isFatal } from './failures.ts';
import { type Graph, readPage } from './graph.ts';

import { deltaEntry, groupProperties } from './wire.ts';

/** Chosen in the first request and baked into every link after it. */
export const deltaProperties = [...groupProperties, 'members'].join(',');

/** Where the changes begin that bring all groups as they are. */
export const firstDeltaUrl = (root: string): string => `${root}/groups/delta?$select=${deltaProperties}`;

export interface Followed {
  /** The link for the next time. */
  readonly deltaLink: string;
  readonly pages: number;
  readonly entries: number;
}

/**
 * Reads changes page by page and applies them to `graph`, which is worth nothing any more if this throws. The same
 * change may come again on a later page or another day.
 *
 * @throws MusterError of `source.*`; `isStale` tells whether it was the link.
 */
export async function followDelta(graph: Graph, start: string, groups: GroupGraph): Promise<Followed> {
  const ask = { route: 'GET /groups/delta', subject: 'changes of groups' };
  let deltaLink: string | undefined;
  let entries = 0;
  const walk = byNextUrl(start, async url => {
    const page = readPage(await graph.get({ ...ask, url }), deltaEntry, ask.subject);
    deltaLink = page.deltaLink;
    // With the page's own address in it: two pages with equal changes are a replay, and no circle.
    return { items: [{ url, changes: page.items }], ...(page.next !== undefined && { next: page.next }) };
  });
  for (;;) {
    const step = await walk.next();
    if (step.done) {
      const { complete, reasons, pages } = step.value;
      if (complete && deltaLink !== undefined) {
        return { deltaLink: onOrigin(deltaLink, graph.root), pages, entries };
      }
      throw broken(reasons.join(' ') || 'The last page names no link for the next time.');
    }
    for (const { changes } of step.value) {
      entries += changes.length;
      for (const change of changes) applyEntry(groups, change);
    }
  }
}

function onOrigin(link: string, root: string): string {
  if (URL.parse(link)?.origin === new URL(root).origin) return link;
  throw broken('The link for the next time points to another server, where our token must not go.');
}

const broken = (why: string): MusterError =>
  new MusterError('source.read-failed', {
    happened: `The changes of groups did not come to an end. ${why}`,
    subject: 'GET /groups/delta',
    remedy: 'Everything is read anew instead; set "delta: false" if it happens each time.',
  });

/**
 * Must the changes be read from their beginning? A link is good for seven days; after that Graph answers 400
 * `syncStateNotFound` or 410, at times with a `Location` that is no other than our first URL.
 */
export const isStale = (error: unknown): boolean =>
  error instanceof MusterError &&
  !isFatal(error) &&
  error.status !== undefined &&
  error.status >= 400 &&
  error.status < 500 &&
  ![403, 408, 429].includes(error.status);
