import {
  type ConfigDrift,
  type Deed,
  type Drift,
  movedIn,
  type SourceDrift,
  type TargetDrift,
} from '../model/drift.ts';
import { counted } from './counted.ts';
import { targetRow } from './drift-target-row.ts';
import { shown } from './shown-text.ts';

/** Drift, ready to be told in any form; every text is one line that can be seen, as in `PlanView`. */
export interface DriftView {
  /** `since run … (2026-01-05 09:00 UTC)`. */
  readonly since: string;
  readonly headline: string;
  readonly sections: readonly { readonly title: string; readonly places: readonly DriftPlace[] }[];
  /** What could not be compared. */
  readonly unknown: readonly string[];
  /** What stops the next run. */
  readonly stops: readonly string[];
  /** What came of asking who did it; left out where there is nothing to say. */
  readonly trail?: string;
  /** What to do. */
  readonly next: readonly string[];
}

export interface DriftPlace {
  readonly title: string;
  /** Beside the title. */
  readonly detail?: string;
  readonly rows: readonly DriftRow[];
}

export interface DriftRow {
  readonly sign: '+' | '−' | '~';
  readonly text: string;
  /** Who placed it, what becomes of it. */
  readonly detail?: string;
  /** Who did it, and when. */
  readonly deeds: readonly string[];
}

export function driftView(drift: Drift): DriftView {
  const { since, target, sources, config, unknown, stops } = drift;
  const trail = trailText(drift);
  return {
    since: since
      ? `since ${since.run === undefined ? '' : `run ${shown(since.run)}, `}${timeText(since.at)}`
      : 'no run has placed anything yet',
    headline: headline(drift),
    sections: [
      { title: 'Genesys Cloud', places: targetPlaces(target) },
      { title: 'Sources', places: sources.map(sourcePlace) },
      { title: 'Config', places: configPlaces(config) },
    ].filter(({ places }) => places.length > 0),
    unknown: unknown.map(text => shown(text, 1_000)),
    stops: stops.map(text => shown(text, 1_000)),
    ...(trail === undefined ? {} : { trail }),
    next: nextSteps(drift),
  };
}

function headline(drift: Drift): string {
  const { since, target, sources, config } = drift;
  if (!since) return 'Nothing of ours is placed, so nothing can have moved.';
  const parts = [
    ...(target.length > 0 ? [`${counted(target.length, 'thing')} in Genesys Cloud`] : []),
    ...(sources.length > 0 ? [`${counted(sources.length, 'group')} of the sources`] : []),
  ];
  const moved = movedIn(drift) > 0 ? `Moved: ${parts.join(', ')}.` : 'Nothing moved.';
  const asks = config.length > 0 ? ` The config asks for ${counted(config.length, 'thing')} otherwise.` : '';
  return `${moved}${asks}`;
}

/** To the minute. */
export const timeText = (at: string): string => `${shown(at).slice(0, 16).replace('T', ' ')} UTC`;

function targetPlaces(target: readonly TargetDrift[]): DriftPlace[] {
  const places = Map.groupBy(target, ({ place }) => `${place.kind} ${place.id}`);
  return [...places.values()].map(all => ({
    title: `${all[0]!.place.kind} ${shown(nameBefore(all))}`,
    rows: all.map(each => ({ ...targetRow(each), deeds: (each.deeds ?? []).map(deedText) })),
  }));
}

/** What is renamed is told under the name by which we left it. */
const nameBefore = (all: readonly TargetDrift[]): string =>
  all.find(({ kind }) => kind.endsWith('.renamed'))?.was ?? all[0]!.place.name;

function deedText({ at, by, application, whom }: Deed): string {
  const name = by && shown(by.name ?? by.id);
  const who =
    by === undefined
      ? 'by somebody whom the audit trail does not name'
      : by.kind === 'user'
        ? `by ${name}`
        : by.kind === 'client'
          ? `by the OAuth client ${name}`
          : `by ${name}, who is no user here: an OAuth client, as a rule`;
  const using = application === undefined ? '' : `, with ${shown(application)}`;
  const moved = whom?.length ? `: ${some(whom.map(each => shown(each)))}` : '';
  return `${who}, ${timeText(at)}${using}${moved}`;
}

const some = (names: readonly string[], most = 10): string =>
  `${names.slice(0, most).join(', ')}${names.length > most ? ` and ${names.length - most} more` : ''}`;

function sourcePlace({
  kind,
  source,
  name,
  came,
  left,
  lost,
  relinked,
  placed,
  people,
}: SourceDrift): DriftPlace {
  const rows: DriftRow[] = [
    ...left.map(each => row('−', shown(each.name), 'is no longer in it, and still placed')),
    ...relinked.map(each =>
      row('~', shown(each.name), 'is in it, and is linked to another user than the one placed'),
    ),
    ...lost.map(each => row('~', shown(each.name), 'is in it, placed, and has no active user now')),
    ...came.map(each => row('+', shown(each.name), 'is in it, and not placed yet')),
  ];
  const counts = people && `${people.from} → ${counted(people.to, 'person')} since ${timeText(people.since)}`;
  const first =
    kind === 'group.new'
      ? [row('+', 'a mapping selects it now, and did not before')]
      : kind === 'group.gone'
        ? [
            row(
              '−',
              'the source no longer shows it',
              `${counted(placed ?? 0, 'thing')} of ours ${placed === 1 ? 'rests' : 'rest'} on it`,
            ),
          ]
        : [];
  return {
    title: `group ${shown(name)}`,
    detail: `${shown(source)}${counts === undefined ? '' : `, ${counts}`}`,
    rows: [...first, ...rows],
  };
}

const row = (sign: DriftRow['sign'], text: string, detail?: string): DriftRow => ({
  sign,
  text,
  ...(detail === undefined ? {} : { detail }),
  deeds: [],
});

function configPlaces(config: readonly ConfigDrift[]): DriftPlace[] {
  const mappings = Map.groupBy(config, ({ mapping }) => mapping);
  return [...mappings].map(([mapping, all]) => ({
    title: `mapping ${shown(mapping)}`,
    rows: all.map(configRow),
  }));
}

function configRow({ kind, group = '', queue = '', was, is, placed = 0 }: ConfigDrift): DriftRow {
  const things = `${counted(placed, 'thing')} of ours ${placed === 1 ? 'rests' : 'rest'} on it`;
  switch (kind) {
    case 'mapping.new':
      return row('+', 'is new', 'nothing is placed for it yet');
    case 'mapping.gone':
      return row('−', 'is no longer in the config', things);
    case 'mapping.closed':
      return row('−', `does not hold now: it ${shown(is ?? '')}`, things);
    case 'service.new':
      return row('+', `asks that group ${shown(group)} serve queue ${shown(queue)}`);
    case 'service.gone':
      return row('−', `no longer asks that group ${shown(group)} serve queue ${shown(queue)}`);
    case 'group.renamed':
      return row('~', `asks that group ${shown(group)} be called ${shown(is ?? '')}`);
    case 'group.anchored':
      return row(
        '~',
        `asks that group ${shown(group)} bear the externalId ${shown(is ?? '')}`,
        was === undefined ? 'it bore none' : `it bore ${shown(was)}`,
      );
  }
}

function trailText({ trail: { state, why }, target }: Drift): string | undefined {
  const reasons = why.map(text => shown(text, 500)).join(' ');
  if (state === 'unreadable') return `The audit trail cannot be read, so who did it is not known. ${reasons}`;
  if (state === 'partly') return `The audit trail tells a part of it. ${reasons}`;
  const silent = target.filter(({ deeds, place }) => !deeds && place.kind !== 'user').length;
  return state === 'asked' && silent > 0
    ? `Of ${counted(silent, 'thing')} the audit trail does not tell who did ${silent === 1 ? 'it' : 'them'}.`
    : undefined;
}

function nextSteps({ target, sources, config, stops, takenAway }: Drift): string[] {
  const back = target.filter(({ comesBack }) => comesBack).length;
  const steps: string[] = [];
  if (back > 0) {
    const sync =
      stops.length > 0
        ? 'The next `muster sync` does not: it stops at what is told above.'
        : takenAway === 'put-back'
          ? 'So does the next `muster sync`, which follows sources and config as well.'
          : '`muster sync` leaves that as it is (limits.takenAway: tell).';
    steps.push(`\`muster drift --put-back\` puts ${back} of these back, and does nothing else. ${sync}`);
  }
  if (sources.length + config.length > 0 && stops.length === 0)
    steps.push('`muster plan` shows what the next run makes of the sources and the config.');
  return steps;
}
