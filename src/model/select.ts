import type { Match, Selector } from './mapping.ts';

/**
 * The one place where names are compared with selectors: groups in a source, queues in the tenant. Names compare
 * exactly, case included: `Support` and `support` are two queues to us even where a server would fold them
 * (whether it does is an open question of the API reference, §12.8), and a near miss becomes a suggestion.
 */
export function matcher(selector: Selector): (names: readonly string[]) => Match | undefined {
  if (selector.kind === 'exact') {
    return names => (names.includes(selector.text) ? { name: selector.text, captures: {} } : undefined);
  }
  const pattern =
    selector.kind === 'glob'
      ? new RegExp(globSource(selector.text), 'u')
      : new RegExp(selector.source, selector.flags.replace(/[gy]/g, ''));
  return names => {
    for (const name of names) {
      const found = pattern.exec(name);
      if (found) return { name, captures: { ...found.groups } };
    }
    return undefined;
  };
}

/** A source group as selectors see it. */
interface Named {
  readonly name: string;
  readonly id: string;
  readonly aliases: readonly string[];
}

/**
 * Does a selector mean this group? An exact text may be its name, an alias or its id; a pattern is asked of name and
 * aliases alone. Ids are random: `c*` would pick every group whose id happens to begin with c.
 */
export function groupMatcher(selector: Selector): (group: Named) => Match | undefined {
  const match = matcher(selector);
  return ({ name, id, aliases }) =>
    match(selector.kind === 'exact' ? [name, id, ...aliases] : [name, ...aliases]);
}

/**
 * A glob over names: `*` any run, `?` one character, `[ab]` and `[!ab]` one of a set; everything else is itself.
 * The libraries of this kind are made for paths: to them a slash divides and `(EN)` is a group, while queue names
 * are full of both.
 */
function globSource(glob: string): string {
  const parts = glob.match(/\*|\?|\[!?[^\]]+\]|[^*?[]+|\[/gu) ?? [];
  const body = parts.map(part => {
    if (part === '*') return '[\\s\\S]*';
    if (part === '?') return '[\\s\\S]';
    if (/^\[.+\]$/u.test(part)) return setSource(part);
    return part.replace(/[.*+?^${}()|[\]\\/-]/gu, char => (char === '-' ? '\\x2d' : `\\${char}`));
  });
  return `^${body.join('')}$`;
}

/** A range that runs backwards is no range: `[ .- ]` is one of four characters, not a mistake in the middle of a run. */
function setSource(set: string): string {
  const inner = set.slice(1, -1);
  const negated = inner.startsWith('!') && inner.length > 1;
  const chars = [...(negated ? inner.slice(1) : inner)];
  const escaped = (char: string) => char.replace(/[\\\]^[-]/u, '\\$&');
  let source = '';
  for (let at = 0; at < chars.length; at++) {
    const [from, dash, to] = chars.slice(at, at + 3);
    const isRange = dash === '-' && to !== undefined && from!.codePointAt(0)! <= to.codePointAt(0)!;
    source += escaped(from!);
    if (!isRange) continue;
    source += `-${escaped(to)}`;
    at += 2;
  }
  return `[${negated ? '^' : ''}${source}]`;
}

/** How a text of the config becomes a selector; the rule is told in `docs/configuration.md`. */
export function selectorOf(text: string): Selector {
  const regex = /^\/(.+)\/([dimsuv]*)$/su.exec(text);
  if (regex) return { kind: 'regex', source: regex[1]!, flags: regex[2]! };
  return /[*?]|\[[^\]]+\]/u.test(text) ? { kind: 'glob', text } : { kind: 'exact', text };
}

/** Puts captures into `{name}` holes; a hole without a capture stays, so that nothing is silently emptied. */
export const fillHoles = (text: string, captures: Readonly<Record<string, string>>): string =>
  text.replace(/\{(\w+)\}/gu, (hole, name: string) => captures[name] ?? hole);

/** The up to `count` names nearest to `wanted`: same letters first, then by edit distance; far ones are left out. */
export function nearest(wanted: string, names: Iterable<string>, count = 3): string[] {
  const target = fold(wanted);
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const other = fold(name);
    const score =
      other === target ? 0 : other.includes(target) || target.includes(other) ? 1 : distance(target, other);
    if (score <= Math.max(2, Math.ceil(target.length / 3))) scored.push({ name, score });
  }
  scored.sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1));
  return scored.slice(0, count).map(entry => entry.name);
}

const fold = (text: string): string => text.toLowerCase().replace(/[\s_\-.]+/gu, '');

/** Levenshtein distance, two rows. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
