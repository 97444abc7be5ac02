import type { Note } from '../../model/note.ts';
import type { Refusal } from '../../model/plan.ts';
import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';

/** What a reader must not overlook: the plan will not be applied as it is. */
export const refusalBanner = (refusals: readonly Refusal[]): string[] =>
  refusals.length === 0
    ? []
    : [
        '<section class="banner refused" aria-labelledby="refused">',
        `<h2 id="refused"><span aria-hidden="true">⛔ </span>Refused by ${counted(refusals.length, 'guard')}</h2>`,
        '<p>Nothing is written while that is so.</p>',
        '<ul>',
        ...refusals.map(
          ({ code, subject, text, remedy }) =>
            `<li><b><bdi>${htmlText(subject)}</bdi></b> <code class="soft">${htmlText(code)}</code><br>${htmlText(text)}<p class="way">${htmlText(remedy)}</p></li>`,
        ),
        '</ul>',
        '</section>',
      ];

/** Groups whose removals wait while the rest of the plan goes on. */
export function quarantineBanner(notes: readonly Note[]): string[] {
  const apart = notes.filter(isQuarantine);
  if (apart.length === 0) return [];
  return [
    '<section class="banner apart" aria-labelledby="apart">',
    `<h2 id="apart"><span aria-hidden="true">⏸ </span>${counted(apart.length, 'group')} set apart</h2>`,
    '<ul>',
    ...apart.map(
      ({ text, remedy }) =>
        `<li>${htmlText(text)}${remedy ? `<p class="way">${htmlText(remedy)}</p>` : ''}</li>`,
    ),
    '</ul>',
    '</section>',
  ];
}

/** Who is unjoined first, and that the run then waits: whoever applies this should know before they start. */
export const drainBanner = (drain: string | undefined): string[] =>
  drain === undefined ? [] : [`<p class="banner"><span aria-hidden="true">⏳ </span>${htmlText(drain)}.</p>`];

export const isQuarantine = (note: Note): boolean => note.code === 'group.quarantined';
