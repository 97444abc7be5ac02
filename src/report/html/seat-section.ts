import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';

const most = 300;

/** Who gets the ring number and the activation back that they had on a queue. */
export function seatSection(seats: readonly string[]): string[] {
  if (seats.length === 0) return [];
  const rest = seats.length - most;
  return [
    '<section aria-labelledby="seats">',
    '<h2 id="seats">Ring and activation as they were</h2>',
    `<details class="card"${seats.length <= 12 ? ' open=""' : ''}>`,
    `<summary>${counted(seats.length, 'seat')} given back</summary>`,
    '<ul>',
    ...seats.slice(0, most).map(seat => `<li>${htmlText(seat)}</li>`),
    '</ul>',
    ...(rest > 0 ? [`<p class="soft">… and ${counted(rest, 'more seat')}; they are in the JSON.</p>`] : []),
    '</details>',
    '</section>',
  ];
}
