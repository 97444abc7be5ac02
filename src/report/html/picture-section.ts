import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import type { Flow } from './flows.ts';
import { drawPicture, narrowLook, wideLook } from './picture.ts';

/** Rows of the table that says what the picture shows. */
const mostRows = 300;

export function pictureSection(flows: readonly Flow[]): string[] {
  const wide = wideLook(flows);
  if (wide.parts.links.length === 0) return [];
  const narrow = narrowLook(flows);
  return [
    '<section aria-labelledby="picture">',
    '<h2 id="picture">From groups to queues</h2>',
    '<div class="card">',
    '<ul class="legend"><li><i class="staying"></i>stays</li><li><i class="joining"></i>comes</li><li><i class="leaving"></i>goes</li></ul>',
    '<figure>',
    drawPicture(wide, ' class="wide"'),
    drawPicture(narrow, ' class="narrow"'),
    `<figcaption>A band is as wide as the people in it${wide.parts.shrunk ? ', but for the band of the rest, which is drawn smaller' : ''}. Somebody on two queues is in two bands; somebody in two groups of a queue is in one.</figcaption>`,
    '</figure>',
    '<details>',
    '<summary>The picture as a table</summary>',
    '<div class="scroll" tabindex="0" role="region" aria-label="The picture as a table">',
    ...flowTable(flows),
    '</div>',
    '</details>',
    '</div>',
    '</section>',
  ];
}

function flowTable(flows: readonly Flow[]): string[] {
  const cell = (name: string | undefined, otherwise: string) =>
    name === undefined ? `<td class="soft">${otherwise}</td>` : `<td><bdi>${htmlText(name)}</bdi></td>`;
  const number = (count: number, sign = '', style = '') =>
    `<td class="number${count > 0 ? style : ''}">${count > 0 ? `${sign}${count}` : ''}</td>`;
  const rest = flows.length - mostRows;
  return [
    '<table>',
    '<thead><tr><th scope="col">Group in the source</th><th scope="col">Group in Genesys Cloud</th><th scope="col">Queue</th><th scope="col" class="number">stay</th><th scope="col" class="number">come</th><th scope="col" class="number">go</th></tr></thead>',
    '<tbody>',
    ...flows
      .slice(0, mostRows)
      .map(
        ({ source, group, oneByOne, queue, staying, joining, leaving }) =>
          `<tr>${cell(source, group === undefined ? 'other hands' : 'none of ours')}${cell(group, oneByOne ? 'one by one' : source === undefined ? '' : 'the same name')}<th scope="row"><bdi>${htmlText(queue)}</bdi></th>${number(staying)}${number(joining, '+', ' come')}${number(leaving, '−', ' go')}</tr>`,
      ),
    '</tbody>',
    '</table>',
    ...(rest > 0 ? [`<p class="soft">… and ${counted(rest, 'more band')}; they are in the JSON.</p>`] : []),
  ];
}
