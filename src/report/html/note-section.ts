import type { Note } from '../../model/note.ts';
import { htmlText } from '../html-text.ts';
import { isQuarantine } from './banners.ts';

/** Notes of one kind that stand open, and that stand at all. */
const most = { open: 5, each: 200 };

/** Everything that was seen and left alone; what waits in quarantine is told above. */
export function noteSection(notes: readonly Note[]): string[] {
  const kinds = Map.groupBy(
    notes.filter(note => !isQuarantine(note)),
    note => note.code,
  );
  if (kinds.size === 0) return [];
  return [
    '<section aria-labelledby="notes">',
    '<h2 id="notes">Notes</h2>',
    '<div class="card">',
    ...[...kinds.values()].flatMap(kindLines),
    '</div>',
    '</section>',
  ];
}

function kindLines(notes: readonly Note[]): string[] {
  const [shown, folded] = [notes.slice(0, most.open), notes.slice(most.open, most.each)];
  const rest = notes.length - shown.length - folded.length;
  return [
    '<ul class="notes">',
    ...shown.map(item),
    '</ul>',
    ...(folded.length > 0
      ? [
          '<details>',
          `<summary>${folded.length + rest} more of this kind</summary>`,
          '<ul class="notes">',
          ...folded.map(item),
          '</ul>',
          ...(rest > 0 ? [`<p class="soft">… and ${rest} more; they are in the JSON.</p>`] : []),
          '</details>',
        ]
      : []),
  ];
}

function item({ level, text, remedy }: Note): string {
  const warns = level === 'warning';
  const sign = warns
    ? '<span class="sign" aria-hidden="true">!</span><div><span class="unseen">Warning: </span>'
    : '<span class="sign soft" aria-hidden="true">·</span><div>';
  return `<li${warns ? ' class="warning"' : ''}>${sign}<p>${htmlText(text)}</p>${remedy ? `<p class="way soft">${htmlText(remedy)}</p>` : ''}</div></li>`;
}
