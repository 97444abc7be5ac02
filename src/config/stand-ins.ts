import type { ConfigDocument, TextNode } from './document.ts';
import type { Mistake } from './mistake.ts';
import type { Filled } from './references.ts';

/** Nothing is sent anywhere with these. Odd enough never to be met in an output, where values of secrets are hidden. */
const nobody = 'none-is-needed-offline';
const nowhere = 'https://none-is-needed-offline.invalid';

/** Of `genesys` whatever says where and who; what a plan depends on (`contract`, the batches) is not among it. */
const standIns: Readonly<Record<string, string>> = {
  region: 'us-east-1',
  baseUrl: nowhere,
  loginUrl: nowhere,
  clientId: nobody,
  clientSecret: nobody,
  scope: nobody,
  caFile: nobody,
  proxy: nowhere,
};

/**
 * A plan on a snapshot calls nobody, so a reference in `sources`, or to the credentials of `genesys`, that cannot be
 * filled is no mistake: the config of a pull request is read where no secret is. Gives back the mistakes that remain.
 */
export function withStandIns(
  document: ConfigDocument,
  filled: ReadonlyMap<TextNode, Filled>,
  mistakes: readonly Mistake[],
): Mistake[] {
  const isMissing = (node: TextNode) => filled.get(node)?.missing === true;
  const excused = new Set(document.textsUnder(['sources']).filter(isMissing));
  for (const [key, value] of Object.entries(standIns)) {
    const node = document.textAt(['genesys', key]);
    if (!node || !isMissing(node)) continue;
    node.set(value);
    excused.add(node);
  }
  const dir = document.textAt(['state', 'dir']);
  if (dir && isMissing(dir)) {
    dir.set(undefined);
    excused.add(dir);
  }
  const places = new Set([...excused].map(node => node.place));
  return mistakes.filter(
    ({ code, place }) => !(code === 'config.secret-missing' && place && places.has(place)),
  );
}
