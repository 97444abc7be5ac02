import type {
  Explanation,
  PersonExplanation,
  QueueExplanation,
  QueuePerson,
  Reason,
  Standing,
  Way,
} from '../model/explanation.ts';
import type { Refusal } from '../model/plan.ts';
import { type Paint, plainPaint } from './paint.ts';

/** The whole answer, for people. */
export function explanationText(answer: Explanation, paint: Paint = plainPaint): string {
  const told =
    answer.about === 'queue'
      ? queueText(answer.queue, paint)
      : answer.people.map(person => personText(person, paint, answer.queue)).join('');
  const all = answer.about === 'queue' ? answer.queue.people : answer.people.flatMap(each => each.standings);
  const moves = all.some(({ next }) => next === 'comes' || next === 'goes');
  return moves ? `${told}${blockedText(answer.refusals, paint)}` : told;
}

/** Why somebody is on their queues, and why not on others; `only` for one queue, and then yes or no comes first. */
function personText(explanation: PersonExplanation, paint: Paint, only?: { readonly name: string }): string {
  const { person, user, unlinked, unlisted, standings, absences, whole } = explanation;
  const name = person?.name ?? user?.name ?? '';
  const lines: string[] = [];
  if (only) for (const standing of standings) lines.push(paint.bold(answerText(name, standing)));
  if (person)
    lines.push(
      `${paint.bold(name)}  ${paint.dim(`${person.emails.join(', ')}  ${person.key}, ${person.status}`)}`,
    );
  const told = user && `${user.name}${user.email ? ` <${user.email}>` : ''}  ${paint.dim(user.id)}`;
  if (person && user) lines.push(`  linked to the user ${told}`);
  else if (user)
    lines.push(`${paint.bold('User')} ${told}${user.state === 'active' ? '' : `, ${user.state}`}`);
  if (unlinked !== undefined) lines.push(`  ${paint.warn('not linked:')} ${unlinked}`);
  if (unlisted !== undefined) lines.push(`  ${paint.warn('in no source:')} ${unlisted}`);
  for (const standing of standings) {
    if (only && standing.ways.length === 0) continue;
    lines.push(`  ${headText(standing, paint)}`);
    for (const way of standing.ways) lines.push(...wayLines(name, standing, way));
  }
  if (!only && standings.length === 0) lines.push('  on no queue that was read');
  if (!whole)
    lines.push(
      `  ${paint.dim('Only the queues of the mappings were looked at: others could not be asked for.')}`,
    );
  if (absences.length > 0) lines.push('  not by:');
  for (const { mapping, why } of absences) lines.push(`    ${mapping}: ${paint.dim(why)}`);
  return `${lines.join('\n')}\n`;
}

/** The answer to "is this person on that queue?" in one sentence. */
function answerText(name: string, { now, next, queue, as, ways }: Standing): string {
  const who = as && as.name !== name ? `${name} (as ${as.name})` : name;
  if (now === 'on') {
    const then =
      next === 'goes'
        ? ', and goes off with the next run'
        : ways.some(({ verdict }) => verdict === 'asked')
          ? ''
          : ', though no mapping asks for it, and stays';
    return `Yes: ${who} is on ${queue.name}${then}.`;
  }
  return `No: ${who} is not on ${queue.name}${next === 'comes' ? ', and comes with the next run' : ''}.`;
}

function headText({ now, next, queue, as, joined, ways }: Standing, paint: Paint): string {
  const latest = ways.flatMap(({ since }) => since ?? []).sort((a, b) => (a.at < b.at ? -1 : 1))[0];
  const since = latest
    ? `since ${latest.at.slice(0, 16).replace('T', ' ')} (run ${latest.run})`
    : now === 'on' && ways.some(({ verdict }) => verdict === 'asked')
      ? 'there before us'
      : '';
  const notes = [
    ...(as ? [`as the user ${as.name}, ${as.state}`] : []),
    ...(joined === false ? ['not activated'] : []),
  ];
  const tail = `${notes.length > 0 ? `, ${notes.join(', ')}` : ''}${since ? `  ${paint.dim(since)}` : ''}`;
  const place = paint.bold(queue.name);
  const has = (verdict: Way['verdict']) => ways.some(way => way.verdict === verdict);
  if (now === 'on' && next === 'goes') return `${paint.change('goes off')} ${place} with the next run${tail}`;
  if (now === 'on' && has('asked')) return `${paint.add('on')} ${place}${tail}`;
  if (now === 'on' && has('kept')) return `${paint.warn('kept on')} ${place}${tail}`;
  if (now === 'on' && has('by-hand')) return `${paint.warn('by hand on')} ${place}${tail}`;
  if (now === 'on') return `${paint.add('on')} ${place}${tail}`;
  if (next === 'comes') return `${paint.change('planned for')} ${place}${tail}`;
  return has('withheld')
    ? `${paint.warn('not on')} ${place}, though a mapping asks for it${tail}`
    : `${paint.warn('not shown on')} ${place}, though the whole chain is there${tail}`;
}

function wayLines(name: string, { queue }: Standing, way: Way): string[] {
  const chains = way.reasons.map(reason => `    ${chainText(name, reason, way)} ← ${queue.name}`);
  const why = whyText(way);
  return why === '' ? chains : [...chains, `    ${why}`];
}

const chainText = (name: string, { path, mapping }: Reason, { how, ring }: Way): string =>
  `${name} ← ${path.toReversed().join(' ← ')} ← mapping ${mapping} (${how}${ring === undefined ? '' : `, ring ${ring}`})`;

/** What is to be said of a way besides who asks for it. */
function whyText({ verdict, why, remedy, because, group }: Way): string {
  const place = group === undefined ? 'it' : `"${group}"`;
  const told = why === undefined ? '' : `${why}${remedy === undefined ? '' : ` ${remedy}`}`;
  switch (verdict) {
    case 'asked':
      return '';
    case 'coming':
      return told;
    case 'kept':
      return `stays, though no mapping asks for it: ${told}`;
    case 'by-hand':
      return `stays, no mapping asks for it: ${told}`;
    case 'going':
      return `goes with the next run: ${goingText(because, place)}`;
    case 'withheld':
      return `does not come: ${told}`;
  }
}

function goingText(because: Way['because'], place: string): string {
  if (because === 'left') return `left ${place}`;
  if (because === 'relinked') return 'the person is linked to another user';
  return `no mapping asks for ${place} any more`;
}

/** Everybody on a queue with the reason, who is coming, and who of its groups is not. */
function queueText(explanation: QueueExplanation, paint: Paint): string {
  const { queue, people, servedBy, unplaced, notNow } = explanation;
  const lines = [`${paint.bold(queue.name)}  ${paint.dim(queue.id)}`];
  for (const { group, mapping, how, leftAlone, gaps } of servedBy) {
    lines.push(`  served by ${group} ${paint.dim(`(mapping ${mapping}, ${how})`)}`);
    if (leftAlone !== undefined) lines.push(`    ${paint.warn('left alone:')} ${leftAlone}`);
    if (gaps !== undefined) lines.push(`    ${paint.warn('not read completely:')} ${gaps}`);
  }
  if (servedBy.length === 0) lines.push('  no mapping serves it now');
  for (const { mapping, why } of notNow) lines.push(`  not now by mapping ${mapping}: ${why}`);
  const width = Math.max(0, ...[...people, ...unplaced].map(({ name }) => name.length));
  for (const person of people) lines.push(`    ${person.name.padEnd(width)}  ${rowText(person, paint)}`);
  if (unplaced.length > 0) lines.push('  in its groups, and not placed:');
  for (const { name, why, mapping } of unplaced.slice(0, mostUnplaced))
    lines.push(`    ${name.padEnd(width)}  ${why} ${paint.dim(`(mapping ${mapping})`)}`);
  if (unplaced.length > mostUnplaced)
    lines.push(`    … and ${unplaced.length - mostUnplaced} more; --json has them all`);
  const kept = new Set(
    people.flatMap(({ ways }) =>
      ways
        .filter(({ verdict }) => verdict === 'kept')
        .map(({ why, remedy }) => [why, remedy].join(' ').trim()),
    ),
  );
  for (const why of kept) lines.push(`  ${paint.warn('kept:')} ${why}`);
  return `${lines.join('\n')}\n`;
}

const mostUnplaced = 20;

function rowText({ now, next, joined, ways }: QueuePerson, paint: Paint): string {
  const of = (verdict: Way['verdict']) => ways.filter(way => way.verdict === verdict);
  const chain = (some: readonly Way[]) =>
    some
      .flatMap(({ reasons }) => reasons)
      .map(({ path, mapping }) => `${path.toReversed().join(' ← ')} ← ${mapping}`)
      .join('; also ');
  if (next === 'comes')
    return `${paint.change('comes with the next run')}  ${paint.dim(chain(of('coming')))}`;
  const [withheld] = of('withheld');
  if (now === 'off' && withheld)
    return `${paint.warn('does not come')}  ${paint.dim(`${chain([withheld])}: ${withheld.why}`)}`;
  const there = ways.filter(({ verdict }) => verdict !== 'withheld' && verdict !== 'coming');
  const how = `${there.some(({ through }) => through === 'group') ? 'through a group' : 'directly'}${joined === false ? ', not activated' : ''}`;
  if (now === 'off') return `${paint.warn('not shown there yet')}  ${paint.dim(chain(there))}`;
  if (next === 'goes') return paint.change(there.map(whyText).join('; '));
  if (of('asked').length > 0) return `${how}  ${paint.dim(chain(of('asked')))}`;
  const [kept] = of('kept');
  if (kept) {
    const since = kept.since ? `, there since run ${kept.since.run}` : '';
    return `${how}  ${paint.warn(`kept (${kept.cause})`)}${paint.dim(`, no mapping asks for it${since}`)}`;
  }
  const [byHand] = of('by-hand');
  const why = byHand?.through === 'group' ? `  ${paint.dim(byHand.why ?? '')}` : '';
  return `${how}  ${paint.warn('no mapping asks for it')}${why}`;
}

/** What stands in the way of everything that is said to come or go. */
const blockedText = (refusals: readonly Refusal[], paint: Paint): string =>
  refusals.length === 0
    ? ''
    : `${paint.warn('The next run is refused as it is, so nobody comes or goes:')} ${[...new Set(refusals.map(({ code }) => code))].join(', ')}. \`muster plan\` says why.\n`;
