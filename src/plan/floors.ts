import type { Floor, Limits, StaffingRule, Weekday } from '../model/limits.ts';
import { weekdays } from '../model/limits.ts';
import { matcher, selectorOf } from '../model/select.ts';

/** The floor of each queue at one instant: the strictest of the general one and of the rules that hold now. */
export function floorAt(
  staffing: Limits['staffing'],
  nowMs: number,
): (queue: { readonly id: string; readonly name: string }) => Floor {
  const rules = staffing.queues
    .filter(rule => holdsAt(rule, nowMs))
    .map(rule => ({ rule, match: matcher(selectorOf(rule.queue)) }));
  return ({ id, name }) => {
    const mine = rules.filter(({ match }) => match([name, id])).map(({ rule }) => rule);
    const joined = [staffing.minJoined, ...mine.map(rule => rule.minJoined)].filter(
      value => value !== undefined,
    );
    return {
      minMembers: Math.max(staffing.minMembers, ...mine.map(rule => rule.minMembers ?? 0)),
      ...(joined.length > 0 ? { minJoined: Math.max(...joined) } : {}),
    };
  };
}

function holdsAt(rule: StaffingRule, nowMs: number): boolean {
  const local = localTime(nowMs, rule.timeZone ?? 'UTC');
  const span = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/u.exec(rule.hours ?? '');
  if (!span) return rule.days?.includes(local.day) ?? true;
  const [from, to] = [Number(span[1]) * 60 + Number(span[2]), Number(span[3]) * 60 + Number(span[4])];
  if (from <= to)
    return (rule.days?.includes(local.day) ?? true) && local.minutes >= from && local.minutes < to;
  // Past midnight: the hours after it belong to the day on which the span began.
  if (local.minutes >= from) return rule.days?.includes(local.day) ?? true;
  return local.minutes < to && (rule.days?.includes(dayBefore(local.day)) ?? true);
}

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7]!;

/** Day of the week and minutes since midnight on the wall of a place; daylight saving included. */
function localTime(nowMs: number, timeZone: string): { day: Weekday; minutes: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(nowMs).map(part => [part.type, part.value]));
  return {
    day: parts.get('weekday')!.toLowerCase() as Weekday,
    minutes: Number(parts.get('hour')) * 60 + Number(parts.get('minute')),
  };
}
