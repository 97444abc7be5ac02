import { htmlText } from '../html-text.ts';
import { priceText } from '../plan-text.ts';
import type { PlanView } from '../plan-view.ts';

/** What applying takes: calls by endpoint, and the time that they take at the budget of the target. */
export function priceSection({ price, changes }: PlanView): string[] {
  if (changes === 0) return [];
  return [
    '<section aria-labelledby="price">',
    '<h2 id="price">Price</h2>',
    '<div class="card">',
    `<p class="soft">${htmlText(priceText(price))}. Reading back is in it, retries are not.</p>`,
    '<div class="scroll" tabindex="0" role="region" aria-label="Price by endpoint">',
    '<table>',
    '<thead><tr><th scope="col" class="number">Calls</th><th scope="col">Endpoint</th></tr></thead>',
    '<tbody>',
    ...price.byRoute.map(
      ({ route, calls }) =>
        `<tr><td class="number">${calls}</td><th scope="row"><code>${htmlText(route)}</code></th></tr>`,
    ),
    '</tbody>',
    '</table>',
    '</div>',
    '</div>',
    '</section>',
  ];
}
