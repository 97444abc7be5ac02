import { counted } from '../counted.ts';
import { htmlText } from '../html-text.ts';
import type { OutcomeView, ProblemView } from '../outcome-view.ts';

/** Problems on the page; every one is in the JSON. */
const most = 100;

/** What became of the plan, above the plan itself. */
export function outcomeBanner(outcome: OutcomeView | undefined): string[] {
  if (!outcome) return [];
  const { good, headline, facts, drained, problems, next } = outcome;
  const rest = problems.length - most;
  return [
    `<section class="banner ${good ? 'done' : 'refused'}" aria-labelledby="outcome">`,
    `<h2 id="outcome"><span aria-hidden="true">${good ? '✔' : '⚠'} </span>${htmlText(headline)}</h2>`,
    `<p class="soft">${htmlText(facts)}</p>`,
    ...(drained === undefined ? [] : [`<p>${htmlText(drained)}</p>`]),
    ...(problems.length > 0 ? ['<ul>', ...problems.slice(0, most).map(item), '</ul>'] : []),
    ...(rest > 0 ? [`<p>… and ${counted(rest, 'more problem')}; they are in the JSON.</p>`] : []),
    ...(next === undefined ? [] : [`<p>${htmlText(next.replaceAll('`', ''))}</p>`]),
    '</section>',
  ];
}

function item({ state, subject, code, text, remedy, correlationId }: ProblemView): string {
  const id =
    correlationId === undefined
      ? ''
      : ` <span class="soft">(correlation id ${htmlText(correlationId)})</span>`;
  return `<li><b>${htmlText(state)} <bdi>${htmlText(subject)}</bdi></b> <code class="soft">${htmlText(code)}</code><br>${htmlText(text)}${id}<p class="way">${htmlText(remedy)}</p></li>`;
}
