import { type MusterError, throwAll } from '../../errors.ts';
import type { Directory } from '../../model/directory.ts';
import { type Selector, selectorText } from '../../model/mapping.ts';
import { groupMatcher, matcher } from '../../model/select.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';
import { restrictTo } from '../../sources/directory-of.ts';
import type { Source } from '../../sources/source.ts';
import { lacks, quoted } from './lacks.ts';

/** Every group of a source. */
export const everyGroup: Selector = { kind: 'glob', text: '*' };

/** The sources as they were when the snapshot was taken. A read that goes beyond what was asked then is an error. */
export const offlineSources = ({ directories, asked }: WorldSnapshot): Source[] =>
  directories.map(directory => ({
    id: directory.source,
    kind: 'snapshot',
    read: async (scope, signal) => {
      signal.throwIfAborted();
      const known = asked.groups[directory.source] ?? [];
      throwAll(
        scope.groups
          .filter(selector => !isHeld(selector, known, directory))
          .map(selector => unheld(selector, directory)),
      );
      return restrictTo(scope, directory);
    },
    check: async () => ({
      server: `snapshot, read ${directory.evidence.readAt}`,
      groups: directory.groups.length,
      warnings: [],
    }),
  }));

/**
 * Would the source have shown these groups then? Yes for a selector that was asked, and for a name that one of those
 * covers or that a group of the snapshot has. Whether one pattern lies within another is not guessed.
 */
function isHeld(selector: Selector, asked: readonly Selector[], directory: Directory): boolean {
  if (asked.some(other => isSame(other, selector) || isSame(other, everyGroup))) return true;
  if (selector.kind !== 'exact') return false;
  const isCovered = asked.some(other => other.kind !== 'exact' && matcher(other)([selector.text]));
  const match = groupMatcher(selector);
  return isCovered || directory.groups.some(group => match(group) !== undefined);
}

const isSame = (a: Selector, b: Selector): boolean =>
  a.kind === b.kind && selectorText(a) === selectorText(b);

function unheld(selector: Selector, { source }: Directory): MusterError {
  const text = selectorText(selector);
  return lacks(
    selector.kind === 'exact'
      ? `the group "${text}" of the source "${source}"`
      : `all groups of the source "${source}" that ${text} means`,
    `group ${text}, source ${source}`,
    `Take the snapshot with \`--groups ${quoted(text)}\`, or with \`--all-groups\`.`,
  );
}
