/** Some hours of every week, on the wall of one place. What is left out does not narrow it. */
export interface WeeklyWindow {
  /** `08:00-18:00`, in `timeZone`; all day where left out. An end before the beginning goes past midnight. */
  readonly hours?: string | undefined;
  /** Days of the week on which it holds; all where left out. */
  readonly days?: readonly Weekday[] | undefined;
  /** IANA name, e.g. `Europe/Berlin`; UTC where left out. */
  readonly timeZone?: string | undefined;
}

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

/**
 * Does the window hold at this instant? The wall clock of the place decides, daylight saving included: an hour that
 * the wall shows twice is twice what the window says of it, and an hour that it never shows is left out.
 */
export function isOpen(window: WeeklyWindow, nowMs: number): boolean {
  const { day, minutes } = wallAt(nowMs, zoneOf(window));
  const isDay = (each: Weekday) => window.days?.includes(each) ?? true;
  const span = spanOf(window);
  if (!span) return isDay(day);
  const { from, to } = span;
  if (from <= to) return isDay(day) && minutes >= from && minutes < to;
  // Past midnight: the hours after it belong to the day on which the span began.
  return minutes >= from ? isDay(day) : minutes < to && isDay(dayBefore(day));
}

export const isOpenIn = (windows: readonly WeeklyWindow[], nowMs: number): boolean =>
  windows.some(window => isOpen(window, nowMs));

/** Far enough for a window that a change of the clocks swallows once: it comes again the week after. */
const horizonDays = 15;

/**
 * The first instant after `nowMs` at which the windows, taken together, open where they were shut or shut where they
 * were open, with the place whose wall shows it. Undefined where that does not happen in two weeks.
 */
export function nextTurn(windows: readonly WeeklyWindow[], nowMs: number): Turn | undefined {
  const isNow = isOpenIn(windows, nowMs);
  const turns = windows
    .flatMap(window => turnsOf(window, nowMs).map(atMs => ({ atMs, timeZone: zoneOf(window) })))
    .filter(({ atMs }) => atMs > nowMs)
    .sort((a, b) => a.atMs - b.atMs);
  return turns.find(({ atMs }) => isOpenIn(windows, atMs) !== isNow);
}

export interface Turn {
  readonly atMs: number;
  readonly timeZone: string;
}

/** `Fri 2026-10-23 18:00 (Europe/Berlin)`: an instant as the wall of the place shows it. */
export function wallText({ atMs, timeZone }: Turn): string {
  const { day, minutes, dateMs } = wallAt(atMs, timeZone);
  const name = `${day[0]!.toUpperCase()}${day.slice(1)}`;
  const two = (value: number) => String(value).padStart(2, '0');
  const date = isoDay(dateMs);
  return `${name} ${date} ${two(Math.floor(minutes / 60))}:${two(minutes % 60)} (${timeZone})`;
}

const isoDay = (dateMs: number): string => new Date(dateMs).toISOString().slice(0, 10);

const zoneOf = ({ timeZone }: WeeklyWindow): string => timeZone ?? 'UTC';

/** Minutes since midnight at which the window begins and ends; nothing where it holds all day. */
function spanOf({ hours }: WeeklyWindow): { from: number; to: number } | undefined {
  const span = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/u.exec(hours ?? '');
  if (!span) return undefined;
  return {
    from: Number(span[1]) * 60 + Number(span[2]),
    to: Number(span[3]) * 60 + Number(span[4]),
  };
}

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7]!;

/**
 * Every instant up to the horizon at which the answer of one window can change: when the wall shows midnight, the
 * beginning or the end, and when the clocks are changed, which may jump over any of these.
 */
function turnsOf(window: WeeklyWindow, nowMs: number): number[] {
  const zone = zoneOf(window);
  const span = spanOf(window);
  const minutes = [...new Set([0, ...(span ? [span.from, span.to] : [])])];
  const { dateMs } = wallAt(nowMs, zone);
  const turns: number[] = [];
  for (let days = 0; days <= horizonDays; days++) {
    const wallMidnightMs = dateMs + days * dayMs;
    // A wall is at most 14 hours from UTC: the offsets before and after that day are all that it can have.
    const offsets = [offsetMs(wallMidnightMs - dayMs, zone), offsetMs(wallMidnightMs + 2 * dayMs, zone)];
    for (const offset of new Set(offsets))
      for (const minute of minutes) turns.push(wallMidnightMs + minute * minuteMs - offset);
    const change = clockChange(nowMs + days * dayMs, nowMs + (days + 1) * dayMs, zone);
    if (change !== undefined) turns.push(change);
  }
  return turns;
}

/** The instant in (from, to] at which the place changes its clocks, to the minute. */
function clockChange(fromMs: number, toMs: number, zone: string): number | undefined {
  const before = offsetMs(fromMs, zone);
  if (offsetMs(toMs, zone) === before) return undefined;
  let [low, high] = [Math.floor(fromMs / minuteMs), Math.ceil(toMs / minuteMs)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(middle * minuteMs, zone) === before) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}

interface Wall {
  readonly day: Weekday;
  /** Since midnight on the wall. */
  readonly minutes: number;
  /** The date on the wall, as if it were UTC. */
  readonly dateMs: number;
}

/** How far the wall is ahead of UTC. */
function offsetMs(atMs: number, zone: string): number {
  const { dateMs, minutes } = wallAt(atMs, zone);
  return dateMs + minutes * minuteMs - Math.floor(atMs / minuteMs) * minuteMs;
}

function wallAt(atMs: number, zone: string): Wall {
  const parts = new Map(
    wallOf(zone)
      .formatToParts(atMs)
      .map(part => [part.type, part.value]),
  );
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  return {
    day: parts.get('weekday')!.toLowerCase() as Weekday,
    minutes: number('hour') * 60 + number('minute'),
    dateMs: Date.UTC(number('year'), number('month') - 1, number('day')),
  };
}

const walls = new Map<string, Intl.DateTimeFormat>();

/** A format costs a thousand times what using it costs, and hundreds of rules share a few places. */
function wallOf(timeZone: string): Intl.DateTimeFormat {
  const known = walls.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  walls.set(timeZone, made);
  return made;
}
