import type { Mapping, PeopleFilter } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';

export interface InForce {
  readonly mappings: readonly Mapping[];
  readonly notes: readonly Note[];
}

const soonMs = 7 * 24 * 3_600_000;

/**
 * The mappings and exclusions that hold at this instant. One whose time is over is as if it were not written: what it
 * placed goes, under the guards. What ends within seven days is told. `nowMs` is handed in: this is a pure stage.
 */
export function inForce(mappings: readonly Mapping[], nowMs: number): InForce {
  const notes: Note[] = [];
  const valid = mappings.filter(({ id, validFrom, until }) => {
    if (validFrom !== undefined && nowMs < Date.parse(validFrom)) {
      notes.push(notNow(id, `begins ${validFrom}`));
      return false;
    }
    if (until === undefined) return true;
    const endsMs = Date.parse(until);
    if (nowMs >= endsMs) {
      notes.push(notNow(id, `ended ${until}`));
      return false;
    }
    if (endsMs - nowMs <= soonMs)
      notes.push(endsSoon(id, `The mapping "${id}" ends ${until}: its people then leave their queues.`));
    return true;
  });
  return { mappings: valid.map(mapping => withFilter(mapping, nowMs, notes)), notes };
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

const notNow = (subject: string, when: string): Note => ({
  code: 'mapping.not-now',
  level: 'info',
  subject,
  text: `The mapping "${subject}" ${when} and is left out.`,
});

const endsSoon = (subject: string, text: string): Note => ({
  code: 'mapping.ends-soon',
  level: 'warning',
  subject,
  text,
  remedy: 'Move `until` if that is not meant.',
});
