import type { Floor, Limits } from '../../model/limits.ts';
import { matcher, selectorOf } from '../../model/select.ts';
import { isOpen } from '../../model/weekly-window.ts';

/** The floor of each queue at one instant: the strictest of the general one and of the rules that hold now. */
export function floorAt(
  staffing: Limits['staffing'],
  nowMs: number,
): (queue: { readonly id: string; readonly name: string }) => Floor {
  const rules = staffing.queues
    .filter(rule => isOpen(rule, nowMs))
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
