import type { JunitCase } from './junit.ts';
import type { OutcomeView } from './outcome-view.ts';

/** A case for the run, and one for each thing that was not done or not seen. */
export function outcomeCases(outcome: OutcomeView | undefined): JunitCase[] {
  if (!outcome) return [];
  const { good, headline, facts, drained, problems, next } = outcome;
  const out = [headline, facts, ...(drained === undefined ? [] : [drained])].join('\n');
  return [
    {
      name: 'what was planned is done and seen',
      classname: 'muster.apply',
      ...(good ? {} : { failure: { type: 'muster.apply', message: headline, text: next ?? headline } }),
      out,
    },
    ...problems.map(({ state, subject, code, text, remedy, correlationId }) => ({
      name: `${state}: ${subject || code}`,
      classname: 'muster.apply.step',
      failure: {
        type: code,
        message: text,
        text: `${text}${correlationId === undefined ? '' : `\nCorrelation id ${correlationId}`}\n→ ${remedy}`,
      },
    })),
  ];
}
