import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import type { GroupView } from '../plan-view.ts';

const most = 300;

export function groupSection(groups: readonly GroupView[]): string[] {
  if (groups.length === 0) return [];
  const rest = groups.length - most;
  return [
    '<section aria-labelledby="groups">',
    '<h2 id="groups">Groups in Genesys Cloud</h2>',
    `<details class="card"${groups.length <= 12 ? ' open=""' : ''}>`,
    `<summary>${counted(groups.length, 'group')} changed</summary>`,
    '<div class="scroll" tabindex="0" role="region" aria-label="Groups in Genesys Cloud">',
    '<table>',
    '<thead><tr><th scope="col">Group</th><th scope="col">Change</th></tr></thead>',
    '<tbody>',
    ...groups
      .slice(0, most)
      .map(
        ({ name, what }) =>
          `<tr><th scope="row"><bdi>${htmlText(name)}</bdi></th><td>${what.map(htmlText).join('<br>')}</td></tr>`,
      ),
    '</tbody>',
    '</table>',
    '</div>',
    ...(rest > 0 ? [`<p class="soft">… and ${counted(rest, 'more group')}; they are in the JSON.</p>`] : []),
    '</details>',
    '</section>',
  ];
}
