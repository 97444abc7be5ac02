import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOpen,
  isOpenIn,
  nextTurn,
  type WeeklyWindow,
  wallText,
  weekdays,
} from '../../src/model/weekly-window.ts';

const at = (text: string) => Date.parse(text);
const minuteMs = 60_000;
const turnOf = (windows: readonly WeeklyWindow[], from: string) => {
  const turn = nextTurn(windows, at(from));
  return turn && new Date(turn.atMs).toISOString();
};

describe('a weekly window', () => {
  const office: WeeklyWindow = {
    days: ['mon', 'tue', 'wed', 'thu', 'fri'],
    hours: '08:00-18:00',
    timeZone: 'Europe/Berlin',
  };

  it('holds from its first minute up to, and not including, its last', () => {
    // Friday, 23 October 2026; Berlin is two hours ahead of UTC.
    expect(isOpen(office, at('2026-10-23T05:59:59Z'))).toBe(false);
    expect(isOpen(office, at('2026-10-23T06:00:00Z'))).toBe(true);
    expect(isOpen(office, at('2026-10-23T15:59:59Z'))).toBe(true);
    expect(isOpen(office, at('2026-10-23T16:00:00Z'))).toBe(false);
    expect(isOpen(office, at('2026-10-24T10:00:00Z'))).toBe(false);
  });

  it('may hold for whole days, or at some hours of every day, up to midnight', () => {
    const weekend: WeeklyWindow = { days: ['sat', 'sun'], timeZone: 'Asia/Kolkata' };
    expect(isOpen(weekend, at('2026-10-23T18:29:00Z'))).toBe(false);
    expect(isOpen(weekend, at('2026-10-23T18:30:00Z'))).toBe(true);
    const evening: WeeklyWindow = { hours: '18:00-24:00' };
    expect(isOpen(evening, at('2026-10-23T23:59:00Z'))).toBe(true);
    expect(isOpen(evening, at('2026-10-24T00:00:00Z'))).toBe(false);
  });

  it('that goes past midnight belongs to the day on which it began', () => {
    const night: WeeklyWindow = { days: ['fri'], hours: '22:00-06:00' };
    expect(isOpen(night, at('2026-10-23T02:00:00Z'))).toBe(false);
    expect(isOpen(night, at('2026-10-23T22:00:00Z'))).toBe(true);
    expect(isOpen(night, at('2026-10-24T05:59:00Z'))).toBe(true);
    expect(isOpen(night, at('2026-10-24T06:00:00Z'))).toBe(false);
    expect(isOpen(night, at('2026-10-24T22:00:00Z'))).toBe(false);
  });

  it('opens at the same hour of the wall after the clocks have gone back, in Berlin and in New York', () => {
    // Berlin leaves summer time on Sunday, 25 October 2026.
    expect(turnOf([office], '2026-10-23T16:00:00Z')).toBe('2026-10-26T07:00:00.000Z');
    expect(turnOf([office], '2026-10-26T07:00:00Z')).toBe('2026-10-26T17:00:00.000Z');
    // New York does a week later, on 1 November 2026.
    const newYork = { ...office, timeZone: 'America/New_York' };
    expect(turnOf([newYork], '2026-10-30T22:00:00Z')).toBe('2026-11-02T13:00:00.000Z');
    expect(turnOf([newYork], '2026-10-23T22:00:00Z')).toBe('2026-10-26T12:00:00.000Z');
    // Kolkata knows no summer time.
    const kolkata = { ...office, timeZone: 'Asia/Kolkata' };
    expect(turnOf([kolkata], '2026-10-23T13:00:00Z')).toBe('2026-10-26T02:30:00.000Z');
  });

  it('holds for an hour more, or less, where the clocks are changed within it', () => {
    const sunday: WeeklyWindow = { days: ['sun'], hours: '01:00-05:00', timeZone: 'Europe/Berlin' };
    const hours = (from: string) => {
      let minutes = 0;
      for (let minute = 0; minute < 24 * 60; minute++)
        if (isOpen(sunday, at(from) + minute * minuteMs)) minutes++;
      return minutes / 60;
    };
    expect(hours('2026-10-24T22:00:00Z')).toBe(5);
    expect(hours('2026-10-31T23:00:00Z')).toBe(4);
    expect(hours('2026-03-28T23:00:00Z')).toBe(3);
  });

  it('holds as often as the wall shows its hours: twice in the hour that is told twice', () => {
    const window: WeeklyWindow = { days: ['sun'], hours: '01:10-01:50', timeZone: 'America/New_York' };
    const turns: string[] = [];
    for (let from = '2026-11-01T00:00:00Z'; turns.length < 4; from = turns.at(-1)!)
      turns.push(turnOf([window], from)!);
    expect(turns).toEqual([
      '2026-11-01T05:10:00.000Z',
      '2026-11-01T05:50:00.000Z',
      '2026-11-01T06:10:00.000Z',
      '2026-11-01T06:50:00.000Z',
    ]);
  });

  it('is left out once where the clocks jump over it, and comes again the week after', () => {
    const window: WeeklyWindow = { days: ['sun'], hours: '02:10-02:50', timeZone: 'Europe/Berlin' };
    expect(turnOf([window], '2026-03-22T12:00:00Z')).toBe('2026-04-05T00:10:00.000Z');
    // One that begins in the missing hour begins when that is over.
    const longer: WeeklyWindow = { days: ['sun'], hours: '02:30-05:00', timeZone: 'Europe/Berlin' };
    expect(turnOf([longer], '2026-03-28T12:00:00Z')).toBe('2026-03-29T01:00:00.000Z');
  });

  it('that follows upon another is one with it: nothing turns in between', () => {
    const windows: WeeklyWindow[] = [
      { days: ['mon'], hours: '08:00-12:00' },
      { days: ['mon'], hours: '12:00-18:00' },
    ];
    expect(turnOf(windows, '2026-10-26T08:00:00Z')).toBe('2026-10-26T18:00:00.000Z');
    expect(turnOf([{ days: [...weekdays] }], '2026-10-26T08:00:00Z')).toBeUndefined();
  });

  it('is told as the wall of its place shows it', () => {
    const turn = nextTurn([office], at('2026-10-23T16:00:00Z'))!;
    expect(wallText(turn)).toBe('Mon 2026-10-26 08:00 (Europe/Berlin)');
  });

  it('turns next exactly when, minute by minute, its answer changes', () => {
    const two = (value: number) => String(value).padStart(2, '0');
    const hours = fc
      .tuple(fc.nat({ max: 1439 }), fc.nat({ max: 1440 }))
      .filter(([from, to]) => from !== to)
      .map(([from, to]) =>
        [from, to].map(each => `${two(Math.floor(each / 60))}:${two(each % 60)}`).join('-'),
      );
    const window: fc.Arbitrary<WeeklyWindow> = fc.record({
      hours: fc.option(hours, { nil: undefined }),
      days: fc.option(fc.subarray([...weekdays], { minLength: 1 }), { nil: undefined }),
      timeZone: fc.constantFrom(
        'Europe/Berlin',
        'America/New_York',
        'Asia/Kathmandu',
        'Australia/Lord_Howe',
        'UTC',
      ),
    });
    // Around the two changes of the clocks, in which all the surprises are.
    const start = fc
      .tuple(
        fc.constantFrom(at('2026-10-24T00:00:00Z'), at('2026-03-28T00:00:00Z'), at('2026-10-31T00:00:00Z')),
        fc.nat({ max: 2_000 }),
      )
      .map(([base, minutes]) => base + minutes * minuteMs);
    fc.assert(
      fc.property(fc.array(window, { minLength: 1, maxLength: 2 }), start, (windows, from) => {
        const turn = nextTurn(windows, from);
        const isNow = isOpenIn(windows, from);
        const ahead = 36 * 60;
        let expected: number | undefined;
        for (let minute = 1; minute <= ahead && expected === undefined; minute++)
          if (isOpenIn(windows, from + minute * minuteMs) !== isNow) expected = from + minute * minuteMs;
        if (expected === undefined) expect(turn?.atMs ?? Infinity).toBeGreaterThan(from + ahead * minuteMs);
        else expect(turn?.atMs).toBe(expected);
      }),
      { numRuns: 150 },
    );
  });
});
