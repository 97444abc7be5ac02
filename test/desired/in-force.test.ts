import { describe, expect, it } from 'vitest';
import { inForce } from '../../src/desired/in-force.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import { selectorOf } from '../../src/model/select.ts';
import { mapping } from '../support/builders.ts';

const now = Date.parse('2027-03-10T12:00:00Z');
const told = (extra: Partial<Mapping>, nowMs = now) =>
  inForce([mapping('support', ['Support'], extra)], nowMs);
const ids = (extra: Partial<Mapping>) => told(extra).mappings.map(each => each.id);
const codes = (extra: Partial<Mapping>) => told(extra).notes.map(note => note.code);

describe('a mapping with a beginning and an end', () => {
  it('holds from its first instant until its end', () => {
    expect(ids({})).toEqual(['m-support']);
    expect(ids({ validFrom: '2027-03-11' })).toEqual([]);
    expect(ids({ validFrom: '2027-03-10T12:00:00Z' })).toEqual(['m-support']);
    expect(ids({ until: '2027-03-10T12:00:00Z' })).toEqual([]);
    expect(ids({ until: '2027-03-11' })).toEqual(['m-support']);
  });

  it('is told when it ends within seven days, and not before', () => {
    expect(codes({ until: '2027-03-17T12:00:00Z' })).toEqual(['mapping.ends-soon']);
    expect(codes({ until: '2027-03-17T12:00:01Z' })).toEqual([]);
    expect(codes({ until: '2027-03-01' })).toEqual(['mapping.not-now']);
  });
});

describe('an exclusion with an end', () => {
  const only = (...ends: string[]) => ({
    only: {
      anyOf: [],
      allOf: [],
      where: {},
      butNot: ends.map((until, index) => ({ group: selectorOf(`g${index}`), until })),
    },
  });

  it('no longer takes anybody out when it is over', () => {
    const result = told(only('2027-03-10', '2027-03-30'));
    expect(result.mappings[0]!.only!.butNot.map(each => each.group)).toEqual([selectorOf('g1')]);
  });

  it('is told when it ends within seven days, and whom that brings', () => {
    expect(told(only('2027-03-17T12:00:00Z')).notes).toEqual([
      expect.objectContaining({
        code: 'mapping.ends-soon',
        level: 'warning',
        text: 'An exclusion of "m-support" ends 2027-03-17T12:00:00Z: its people then come onto their queues.',
      }),
    ]);
    expect(codes(only('2027-03-17T12:00:01Z'))).toEqual([]);
    expect(codes(only('2027-03-10'))).toEqual([]);
  });

  it('is told at hours, too, at which its mapping does not hold', () => {
    expect(codes({ ...only('2027-03-12'), when: [{ days: ['sun'] }] })).toEqual([
      'mapping.ends-soon',
      'mapping.not-now',
    ]);
  });
});

describe('a mapping with weekly windows', () => {
  // 10 March 2027 is a Wednesday.
  const when = [
    { days: ['wed'], hours: '08:00-12:30', timeZone: 'Europe/Berlin' },
    { days: ['thu'], hours: '08:00-18:00', timeZone: 'Europe/Berlin' },
  ] as const;

  it('is as if it were not there outside of them, and says when it opens next', () => {
    const { mappings, dormant, notes } = told({ when });
    expect(mappings).toEqual([]);
    expect(dormant).toEqual([
      { mapping: 'm-support', why: 'holds again from Thu 2027-03-11 08:00 (Europe/Berlin)' },
    ]);
    expect(notes).toEqual([
      {
        code: 'mapping.not-now',
        level: 'info',
        subject: 'm-support',
        text: 'The mapping "m-support" holds again from Thu 2027-03-11 08:00 (Europe/Berlin), and is left out until then.',
      },
    ]);
  });

  it('holds within any of them, and says when it closes next', () => {
    const { mappings, dormant, notes } = told({ when }, Date.parse('2027-03-10T08:00:00Z'));
    expect(mappings).toHaveLength(1);
    expect(dormant).toEqual([]);
    expect(notes).toEqual([
      {
        code: 'mapping.closes',
        level: 'info',
        subject: 'm-support',
        text: 'The mapping "m-support" holds until Wed 2027-03-10 12:30 (Europe/Berlin): then its people leave their queues.',
      },
    ]);
  });

  it('warns shortly before it closes or opens: a plan may be applied on the other side of that', () => {
    const closing = told({ when }, Date.parse('2027-03-10T11:00:01Z')).notes[0];
    expect(closing).toMatchObject({
      level: 'warning',
      text: 'The mapping "m-support" holds until Wed 2027-03-10 12:30 (Europe/Berlin), in 30 minutes: then its people leave their queues.',
    });
    const opening = told({ when }, Date.parse('2027-03-11T06:59:30Z')).notes[0];
    expect(opening).toMatchObject({
      level: 'warning',
      text: 'The mapping "m-support" holds again from Thu 2027-03-11 08:00 (Europe/Berlin), in 1 minute, and is left out until then.',
    });
  });

  it('holds between its dates only, whatever the hours', () => {
    expect(ids({ when: [{ days: ['wed'] }], validFrom: '2027-03-11' })).toEqual([]);
    expect(codes({ when: [{ days: ['wed'] }], until: '2027-03-12' })).toEqual([
      'mapping.ends-soon',
      'mapping.closes',
    ]);
  });

  it('that holds all week has nothing to tell', () => {
    expect(codes({ when: [{ hours: '00:00-24:00' }] })).toEqual([]);
  });
});
