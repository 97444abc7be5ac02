import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import type { PersonRow, QueueView } from '../plan-view.ts';

/** Queues with a card, names on one card and direction, and queues that are few enough to be open at once. */
const most = { queues: 300, people: 100, open: 12 };

/** A card for each queue; those that lose somebody come first, so that nobody goes below the end of the list. */
export function queueSection(queues: readonly QueueView[]): string[] {
  if (queues.length === 0) return [];
  const rest = queues.slice(most.queues);
  const losing = rest.filter(queue => queue.leaving.length > 0).length;
  return [
    '<section aria-labelledby="queues">',
    `<h2 id="queues">${counted(queues.length, 'queue')}</h2>`,
    '<div class="queues">',
    ...queues.slice(0, most.queues).flatMap((queue, at) => card(queue, at, queues.length <= most.open)),
    '</div>',
    ...(rest.length > 0
      ? [
          `<p class="soft">… and ${counted(rest.length, 'more queue')}, ${losing > 0 ? `${losing} of which lose somebody` : 'none of which loses anybody'}; they are in the JSON.</p>`,
        ]
      : []),
    '</section>',
  ];
}

function card(queue: QueueView, at: number, open: boolean): string[] {
  const { name, before, after, joining, leaving } = queue;
  const signs = [
    ...(joining.length > 0 ? [`<b class="come">+${joining.length}</b>`] : []),
    ...(leaving.length > 0 ? [`<b class="go">−${leaving.length}</b>`] : []),
  ].join(' ');
  const people = [...reasons(leaving, '−', 'go'), ...reasons(joining, '+', 'come')];
  return [
    `<article class="card queue${after < before ? ' short' : ''}" aria-labelledby="queue-${at}">`,
    `<header><h3 id="queue-${at}"><bdi>${htmlText(name)}</bdi></h3><span class="heads"><span class="unseen">people: </span>${before} <span aria-hidden="true">→</span><span class="unseen">before,</span> <b>${after}</b><span class="unseen"> after</span> ${signs}</span></header>`,
    gauge(queue),
    ...queue.detaching.map(
      group =>
        `<p><b class="go" aria-hidden="true">−</b> group <bdi>${htmlText(group)}</bdi> no longer serves the queue</p>`,
    ),
    ...queue.attaching.map(
      group =>
        `<p><b class="come" aria-hidden="true">+</b> group <bdi>${htmlText(group)}</bdi> serves the queue</p>`,
    ),
    ...(people.length > 0
      ? [
          `<details${open ? ' open=""' : ''}>`,
          '<summary>Who and why</summary>',
          '<dl>',
          ...people,
          '</dl>',
          '</details>',
        ]
      : []),
    '</article>',
  ];
}

/** Who stays, comes and goes, as parts of one bar. The words beside it say the same. */
function gauge({ before, joining, leaving }: QueueView): string {
  const staying = Math.max(0, before - leaving.length);
  const part = (people: number, movement: string) =>
    people > 0 ? `<span class="${movement}" style="flex:${people}"></span>` : '';
  const parts = `${part(staying, 'staying')}${part(joining.length, 'joining')}${part(leaving.length, 'leaving')}`;
  const told = `${staying} stay, ${joining.length} come, ${leaving.length} go`;
  return `<div class="gauge" role="img" aria-label="${told}">${parts || '<span class="empty"></span>'}</div>`;
}

/** Names under the reason that they share: a team of thirty has one reason, not thirty. */
function reasons(rows: readonly PersonRow[], sign: string, movement: 'come' | 'go'): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, why } of rows.slice(0, most.people)) {
    const names = groups.get(why);
    if (names) names.push(name);
    else groups.set(why, [name]);
  }
  const verb = movement === 'come' ? 'comes' : 'goes';
  const lines = [...groups].map(
    ([why, names]) =>
      `<dt><b class="${movement}" aria-hidden="true">${sign}</b><span class="unseen">${verb}: </span> ${htmlText(why)}</dt><dd>${names.map(name => `<bdi>${htmlText(name)}</bdi>`).join(', ')}</dd>`,
  );
  const rest = rows.length - most.people;
  return [
    ...lines,
    ...(rest > 0 ? [`<dt>… and ${rest} more who ${movement}</dt><dd class="soft">in the JSON</dd>`] : []),
  ];
}
