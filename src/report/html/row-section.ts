import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';

export interface RowSection {
  readonly id: string;
  readonly title: string;
  /** What one row is: `group`. */
  readonly noun: string;
  readonly columns: readonly [string, string];
  /** A name, and what is to be said of it, in lines. */
  readonly rows: readonly { readonly name: string; readonly what: readonly string[] }[];
}

/** Rows of a section, and rows that are few enough to be open at once. */
const most = { rows: 300, open: 12 };

/** A part of the plan that is a list of names with something to say of each; nothing where there are none. */
export function rowSection({ id, title, noun, columns, rows }: RowSection): string[] {
  if (rows.length === 0) return [];
  const rest = rows.length - most.rows;
  return [
    `<section aria-labelledby="${id}">`,
    `<h2 id="${id}">${title}</h2>`,
    `<details class="card"${rows.length <= most.open ? ' open=""' : ''}>`,
    `<summary>${counted(rows.length, noun)}</summary>`,
    `<div class="scroll" tabindex="0" role="region" aria-label="${title}">`,
    '<table>',
    `<thead><tr><th scope="col">${columns[0]}</th><th scope="col">${columns[1]}</th></tr></thead>`,
    '<tbody>',
    ...rows
      .slice(0, most.rows)
      .map(
        ({ name, what }) =>
          `<tr><th scope="row"><bdi>${htmlText(name)}</bdi></th><td>${what.map(htmlText).join('<br>')}</td></tr>`,
      ),
    '</tbody>',
    '</table>',
    '</div>',
    ...(rest > 0
      ? [`<p class="soft">… and ${counted(rest, `more ${noun}`)}; they are in the JSON.</p>`]
      : []),
    '</details>',
    '</section>',
  ];
}
