import type { MappingId } from '../model/keys.ts';
import type { Mapping, PeopleFilter } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import { isOpenIn, nextTurn, type Turn, wallText } from '../model/weekly-window.ts';

export interface InForce {
  readonly mappings: readonly Mapping[];
  /** Those that do not hold now, with the reason. */
  readonly dormant: readonly Dormant[];
  readonly notes: readonly Note[];
}

export interface Dormant {
  readonly mapping: MappingId;
  readonly why: string;
}

const soonMs = 7 * 24 * 3_600_000;
/** A plan that is looked at, approved and then applied may well be applied on the other side of the boundary. */
const shortlyMs = 30 * 60_000;

/**
 * The mappings and exclusions that hold at this instant. One whose time is over, or whose hours are not now, is as if
 * it were not written: what it placed goes, under the guards. What ends within seven days is told, and when each
 * weekly window turns next. `nowMs` is handed in: this is a pure stage.
 */
export function inForce(mappings: readonly Mapping[], nowMs: number): InForce {
  const notes: Note[] = [];
  const dormant: Dormant[] = [];
  const valid = mappings.flatMap(mapping => {
    const why = whyNotDated(mapping, nowMs);
    if (why !== undefined) {
      dormant.push({ mapping: mapping.id, why });
      notes.push(notNow(mapping.id, `${why} and is left out`, 'info'));
      return [];
    }
    if (mapping.until !== undefined && Date.parse(mapping.until) - nowMs <= soonMs) {
      const text = `The mapping "${mapping.id}" ends ${mapping.until}: its people then leave their queues.`;
      notes.push(endsSoon(mapping.id, text));
    }
    const narrowed = withFilter(mapping, nowMs, notes);
    if (!mapping.when) return [narrowed];
    const turn = nextTurn(mapping.when, nowMs);
    if (isOpenIn(mapping.when, nowMs)) {
      if (turn) notes.push(closes(mapping.id, turn, nowMs));
      return [narrowed];
    }
    const shut = turn ? `holds again from ${wallText(turn)}` : 'has no hours in the next two weeks';
    dormant.push({ mapping: mapping.id, why: shut });
    notes.push(
      notNow(
        mapping.id,
        `${shut}${shortly(turn, nowMs)}, and is left out until then`,
        isShortly(turn, nowMs) ? 'warning' : 'info',
      ),
    );
    return [];
  });
  return { mappings: valid, dormant, notes };
}

function whyNotDated({ validFrom, until }: Mapping, nowMs: number): string | undefined {
  if (validFrom !== undefined && nowMs < Date.parse(validFrom)) return `begins ${validFrom}`;
  if (until !== undefined && nowMs >= Date.parse(until)) return `ended ${until}`;
  return undefined;
}

function withFilter(mapping: Mapping, nowMs: number, notes: Note[]): Mapping {
  if (!mapping.only) return mapping;
  const butNot = mapping.only.butNot.filter(({ until }) => {
    if (until === undefined) return true;
    const endsMs = Date.parse(until);
    if (nowMs < endsMs && endsMs - nowMs <= soonMs) {
      notes.push(
        endsSoon(
          mapping.id,
          `An exclusion of "${mapping.id}" ends ${until}: its people then come onto their queues.`,
        ),
      );
    }
    return nowMs < endsMs;
  });
  const only: PeopleFilter = { ...mapping.only, butNot };
  return { ...mapping, only };
}

const notNow = (subject: string, what: string, level: Note['level']): Note => ({
  code: 'mapping.not-now',
  level,
  subject,
  text: `The mapping "${subject}" ${what}.`,
});

const endsSoon = (subject: string, text: string): Note => ({
  code: 'mapping.ends-soon',
  level: 'warning',
  subject,
  text,
  remedy: 'Move `until` if that is not meant.',
});

const closes = (subject: string, turn: Turn, nowMs: number): Note => ({
  code: 'mapping.closes',
  level: isShortly(turn, nowMs) ? 'warning' : 'info',
  subject,
  text: `The mapping "${subject}" holds until ${wallText(turn)}${shortly(turn, nowMs)}: then its people leave their queues.`,
});

const isShortly = (turn: Turn | undefined, nowMs: number): boolean =>
  turn !== undefined && turn.atMs - nowMs <= shortlyMs;

/** `, in 12 minutes`, where somebody who approves the plan should know that it is about to change. */
function shortly(turn: Turn | undefined, nowMs: number): string {
  if (!turn || !isShortly(turn, nowMs)) return '';
  const minutes = Math.ceil((turn.atMs - nowMs) / 60_000);
  return `, in ${minutes} minute${minutes === 1 ? '' : 's'}`;
}
