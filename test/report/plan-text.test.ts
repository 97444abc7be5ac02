import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headline } from '../../src/report/headline.ts';
import { planText, refusalText } from '../../src/report/plan-text.ts';
import { hostileNames } from '../support/hostile.ts';
import { large, monday, planOf, renamed } from '../support/told-plans.ts';

describe('the headline of a plan', () => {
  const team = { source: 'support', queue: 'Support' };
  it.each<[string, Parameters<typeof planOf>[0]['teams'], string]>([
    [
      'nothing',
      [{ ...team, was: ['a'], willBe: ['a'] }],
      'Nothing to do: everybody is where they should be.',
    ],
    ['one who comes', [{ ...team, willBe: ['a'] }], '1 person comes onto 1 queue; nobody goes off one.'],
    [
      'two who go',
      [{ ...team, was: ['a', 'b', 'c'], willBe: ['a'] }],
      '2 people go off 1 queue; nobody comes onto one.',
    ],
    [
      'one who changes queues',
      [
        { ...team, was: ['a', 'b'], willBe: ['b'] },
        { source: 'sales', queue: 'Sales', was: ['c'], willBe: ['a', 'c'] },
      ],
      '1 person comes onto 1 queue, and 1 person goes off 1 queue.',
    ],
    [
      'one who comes by another group as well',
      [
        { ...team, was: ['a', 'b'], willBe: ['a', 'b'] },
        { source: 'evening', queue: 'Support', was: ['b'], willBe: ['a', 'b'] },
      ],
      'Nobody comes onto a queue or goes off one; 1 change of how that is told.',
    ],
  ])('counts %s', (_, teams, told) => {
    expect(headline(planOf({ teams }).plan)).toBe(told);
  });
});

describe('a small plan as text', () => {
  it('tells who loses somebody first, with names and reasons, groups, notes and price', () => {
    expect(planText(monday().plan).split('\n')).toEqual([
      'Plan  platform contract (configured: the test says so)',
      '',
      '  6 people come onto 3 queues, and 3 people go off 2 queues.',
      '',
      '  Billing  3 → 1 member',
      '    − Ines Moreau  left billing',
      '    − Jonas Weber  left billing',
      '',
      '  Support_Tier1  5 → 7 members',
      '    − Dana Levi  left Customer Support Tier 1',
      '    + Emre Yilmaz     via customer-support-tier1',
      '    + Farah Haddad    via customer-support-tier1',
      '    + Goran Petrovic  via customer-support-tier1',
      '',
      '  Sales_EMEA  1 → 2 members',
      '    + Liam Murphy  via sales-emea',
      '',
      '  Support_VIP  1 → 3 members',
      '    + group VIP Desk serves the queue',
      '    + Ines Moreau  via vip-desk',
      '    + Jonas Weber  via vip-desk',
      '',
      '  Groups',
      '    VIP Desk: made, externalId vip-desk, +2 members',
      '    Customer Support Tier 1: +3 members, −1 member',
      '    Sales EMEA: +1 member',
      '    billing: −2 members',
      '',
      '  Notes',
      '    ! Zoe Unknown has no user in Genesys Cloud (looked for by email, userName, externalId).',
      '      → Create the user, or correct the mail address on either side.',
      '    ! "Retention" loses 5 of the 6 people that we put there. These removals wait; everything else goes on.',
      '      → If it is meant, run again with --release 5a786e10b0f0.',
      expect.stringMatching(/^ {4}· Grace Kim on "Support_Tier1" was put there directly/u),
      expect.stringMatching(/^ {4}· Yara Haddad on "Support_VIP" was put there directly/u),
      '',
      '  Price   11 calls, at most about 2 seconds at 300 calls a minute',
      '              4 × PATCH /api/v2/scim/v2/groups/{id}',
      '              2 × GET /api/v2/routing/queues',
      '              1 × GET /api/v2/routing/queues/{id}',
      '              1 × GET /api/v2/routing/queues/{id}/members',
      '              1 × POST /api/v2/groups',
      '              1 × PUT /api/v2/routing/queues/{id}',
      '              1 × PUT /api/v2/scim/v2/groups/{id}',
      expect.stringMatching(/^ {2}Fingerprint [0-9a-f]{16}$/u),
      '',
    ]);
  });

  it('says of each guard what it found and the way out', () => {
    const { refusals } = monday({ staffing: { minMembers: 2, queues: [] } });
    expect(refusalText(refusals).split('\n')).toEqual([
      'Refused: 1 guard against this plan. Nothing was written.',
      '  guard.staffing-floor  Billing',
      '    The queue would go from 3 to 1 members; the floor is 2.',
      expect.stringMatching(/^ {4}→ Put somebody on the queue first/u),
      '',
    ]);
  });
});

describe('a large plan as text', () => {
  const text = planText(large(200).plan);
  const lines = text.split('\n');

  it('begins with a line for each queue, those that lose somebody above', () => {
    expect(lines.slice(4, 7)).toEqual([
      '  Queue     before  after   come     go',
      '  Queue_001     20     18            −2',
      '  Queue_011     20     18            −2',
    ]);
    expect(lines).toContain('    … and 140 more queues, none of which loses anybody: see --json');
  });

  it('names everybody who goes, and fits on a few screens', () => {
    expect(lines.filter(line => line.startsWith('    − '))).toHaveLength(40);
    expect(lines.length).toBeLessThan(200);
  });

  it('does not let many notes of one kind hide another, and tells their way out once', () => {
    expect(lines.filter(line => line.includes('has no user'))).toHaveLength(8);
    expect(lines.filter(line => line.includes('→ Create the user'))).toHaveLength(1);
    expect(lines).toContain('    … and 32 more notes of person.unlinked: see --json');
  });

  it('says how many of the queues that are left out lose somebody', () => {
    expect(planText(large(200).plan, { mostLines: 15 })).toContain(
      '… and 185 more queues, 5 of which lose somebody',
    );
  });
});

it('no name makes a line of its own in a plan', () => {
  const lines = planText(renamed(monday(), () => 'x').plan).split('\n').length;
  fc.assert(
    fc.property(hostileNames, name => {
      const { plan } = renamed(monday(), () => name);
      expect(planText(plan).split('\n')).toHaveLength(lines);
      expect(planText(plan)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/u);
    }),
    { numRuns: 100 },
  );
});
