import type { Outcome } from '../model/outcome.ts';
import type { Plan, Refusal } from '../model/plan.ts';
import type { WorldSnapshot } from '../model/world-snapshot.ts';
import { shown } from './shown-text.ts';

/** What every report of a plan is made of. */
export interface ToldPlan {
  readonly plan: Plan;
  /** Empty where nothing stands against it. */
  readonly refusals: readonly Refusal[];
  /** When the plan was made, ISO 8601. */
  readonly at: string;
  /** What became of it, where it was applied. */
  readonly outcome?: Outcome;
  /** The snapshot that stood for both sides, where one did. */
  readonly snapshot?: Pick<WorldSnapshot, 'takenAt' | 'people' | 'writtenBy'>;
}

/** A report of one kind: a whole document as text. */
export type TellPlan = (told: ToldPlan) => string;

/** `2026-01-05 09:00 UTC`, and on what the plan was made where that was not the real world. */
export function basisText({ at, snapshot }: Pick<ToldPlan, 'at' | 'snapshot'>): string {
  const time = timeText(at);
  if (!snapshot) return time;
  const people = snapshot.people === 'names' ? '' : ', people as pseudonyms';
  return `${time}, on a snapshot of ${timeText(snapshot.takenAt)}${people}`;
}

/** To the minute. */
const timeText = (at: string): string => `${shown(at).slice(0, 16).replace('T', ' ')} UTC`;
