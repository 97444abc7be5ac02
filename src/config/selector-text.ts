import type { Selector } from '../model/mapping.ts';
import { nearest, selectorOf } from '../model/select.ts';
import { type ConfigPath, type Mistake, oneOf, pathText, wrong } from './mistake.ts';

/** What is wrong with a text as a selector, apart from naming nothing, which only the tenant or source can say. */
export function selectorMistakes(text: string, path: ConfigPath): Mistake[] {
  const where = pathText(path);
  const selector = selectorOf(text);
  if (selector.kind === 'regex') {
    const reason = regexProblem(selector.source, selector.flags);
    return reason ? [wrong(path, `${where} is not a regular expression: ${reason}.`, regexRemedy)] : [];
  }
  // `g` and `y` would make a plain name of it, which then matches nothing and nobody knows why.
  return /^\/.+\/[dgimsuvy]*[gy][dgimsuvy]*$/su.test(text)
    ? [wrong(path, `${where} has a flag that means nothing here (g or y).`, 'Take the flags g and y away.')]
    : [];
}

const regexRemedy =
  'Correct it, or take the slashes away if a name is meant (for a group: { name: "…" } takes any text as a name).';

function regexProblem(source: string, flags: string): string | undefined {
  try {
    new RegExp(source, flags);
    return undefined;
  } catch (cause) {
    // "Invalid regular expression: /…/u: Unterminated group": the words behind the last colon are the reason.
    const message = cause instanceof Error ? cause.message : '';
    return /: ([^:]+)$/u.exec(message)?.[1]?.toLowerCase() ?? 'it cannot be read';
  }
}

/** Names of the captures of a selector; only a regular expression has any. */
export function captureNames(selector: Selector): readonly string[] {
  if (selector.kind !== 'regex' || regexProblem(selector.source, selector.flags)) return [];
  // With an empty alternative at the end the expression matches nothing, and all its groups are there to be listed.
  const match = new RegExp(`${selector.source}|`, selector.flags).exec('');
  return Object.keys(match?.groups ?? {});
}

const holes = /\{(\w+)\}/gu;

export const hasHole = (text: string): boolean => text.search(holes) >= 0;

/** Every `{name}` must be a named capture of the group, else it would go out as it is written. */
export function holeMistakes(text: string, path: ConfigPath, group: Selector): Mistake[] {
  const captures = captureNames(group);
  const mistakes: Mistake[] = [];
  for (const [hole, name] of text.matchAll(holes)) {
    if (captures.includes(name!)) continue;
    const [near] = nearest(name!, captures, 1);
    const remedy = near
      ? `Did you mean "{${near}}"?`
      : captures.length > 0
        ? `The group captures ${oneOf(captures)}.`
        : `Write the group as a regular expression with a named capture, e.g. "/^gc-(?<${name}>.+)$/".`;
    mistakes.push(wrong(path, `${pathText(path)} holds ${hole}, which the group does not capture.`, remedy));
  }
  return mistakes;
}

/** A queue text is judged with its holes filled by a letter: `/^{site}-.+$/` is fine once the site is in. */
export const fillForJudging = (text: string): string => text.replace(holes, 'x');
