import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlOf } from '../../src/report/html/page.ts';
import { shown } from '../../src/report/shown-text.ts';
import { hostileNames } from '../support/hostile.ts';
import { all, type Element, parseMarkup } from '../support/markup.ts';
import { large, monday, planOf, renamed, type ToldPlan } from '../support/told-plans.ts';

const at = '2026-01-05T09:00:00.000Z';
const tight = { staffing: { minMembers: 2, queues: [] } };
const page = (told: ToldPlan) => htmlOf({ ...told, at });
const read = (told: ToldPlan) => parseMarkup(page(told), 'html');
const every = (root: Element): Element[] => root.children.flatMap(child => [child, ...every(child)]);
const withClass = (root: Element, name: string) =>
  every(root).filter(each => each.attributes.class?.split(' ').includes(name));

/** What a page could load, run or send with: none of it may be there. */
const reaching = /https?:|\/\/|@import|url\((?!#)|javascript:|expression\(/iu;
const active = new Set([
  'script',
  'iframe',
  'object',
  'embed',
  'link',
  'base',
  'form',
  'img',
  'image',
  'use',
  'a',
]);

function expectSelfContained(html: string): void {
  const root = parseMarkup(html, 'html');
  for (const { name, attributes } of every(root)) {
    expect(active.has(name)).toBe(false);
    for (const [attribute, value] of Object.entries(attributes)) {
      expect(attribute).not.toMatch(/^on|^(?:src|href|xlink:href|srcset|action|background|data)$/u);
      if (attribute === 'style' || attribute === 'fill') expect(value).not.toMatch(reaching);
    }
  }
  expect(/<style>([^<]*)<\/style>/u.exec(html)![1]).not.toMatch(reaching);
}

describe('the page of a plan', () => {
  it('says in one sentence what happens, and names every queue and person with a reason', () => {
    const root = read(monday());
    expect(all(root, 'h1').map(each => each.text)).toEqual([
      '6 people come onto 3 queues, and 3 people go off 2 queues.',
    ]);
    const [first, second] = withClass(root, 'queue');
    expect(all(first!, 'h3')[0]!.text).toBe('Billing');
    expect(all(second!, 'dt').map(each => each.text.trim())).toEqual([
      '−goes:  left Customer Support Tier 1',
      '+comes:  via customer-support-tier1',
    ]);
    expect(all(second!, 'dd').map(each => each.text)).toEqual([
      'Dana Levi',
      'Emre Yilmaz, Farah Haddad, Goran Petrovic',
    ]);
  });

  it('tells heads before and after in words, and in a bar that says the same', () => {
    const card = withClass(read(monday()), 'queue').find(
      each => all(each, 'h3')[0]!.text === 'Support_Tier1',
    )!;
    expect(withClass(card, 'heads')[0]!.text).toBe('people: 5 →before, 7 after +3 −1');
    const gauge = withClass(card, 'gauge')[0]!;
    expect(gauge.attributes).toMatchObject({ role: 'img', 'aria-label': '4 stay, 3 come, 1 go' });
    expect(gauge.children.map(each => [each.attributes.class, each.attributes.style])).toEqual([
      ['staying', 'flex:4'],
      ['joining', 'flex:3'],
      ['leaving', 'flex:1'],
    ]);
  });

  it('puts refusals and what waits in quarantine above everything else', () => {
    const order = all(read(monday(tight)), 'section').map(each => each.attributes['aria-labelledby']);
    expect(order).toEqual(['refused', 'apart', 'picture', 'queues', 'groups', 'notes', 'price']);
    const refused = withClass(read(monday(tight)), 'refused')[0]!;
    expect(refused.text).toContain('Refused by 1 guard');
    expect(refused.text).toContain('The queue would go from 3 to 1 members; the floor is 2.');
    expect(refused.text).toContain('Put somebody on the queue first.');
    expect(all(read(monday(tight)), 'h1')[0]!.text).toMatch(/^Refused /u);
    expect(withClass(read(monday()), 'refused')).toEqual([]);
  });

  it('has the price by endpoint, the contract, the time and the fingerprint', () => {
    const told = monday();
    const { text } = read(told);
    expect(text).toContain('11 calls, at most about 2 seconds at 300 calls a minute');
    expect(text).toContain('PATCH /api/v2/scim/v2/groups/{id}');
    expect(text).toContain('platform contract (configured: the test says so)');
    expect(text).toContain('2026-01-05 09:00 UTC');
    expect(text).toContain(told.plan.fingerprint);
  });

  it('has the numbers at a glance, and no sign where nobody moves', () => {
    const facts = (told: ToldPlan) => all(withClass(read(told), 'facts')[0]!, 'li').map(each => each.text);
    expect(facts(monday())).toEqual(['+6come', '−3go', '4queues', '11API calls', '2 secondsat most, about']);
    expect(facts(planOf({ teams: [{ source: 'a', queue: 'Q', willBe: ['b'] }] })).slice(0, 2)).toEqual([
      '+1come',
      '0go',
    ]);
  });

  it('is short where there is nothing to do', () => {
    const root = read(planOf({ teams: [{ source: 'a', queue: 'Q', was: ['b'], willBe: ['b'] }] }));
    expect(all(root, 'h1')[0]!.text).toBe('Nothing to do: everybody is where they should be.');
    expect(all(root, 'section')).toEqual([]);
    expect(all(root, 'svg')).toEqual([]);
  });
});

describe('the page of a plan for those who do not see it', () => {
  const root = read(monday(tight));
  const ids = every(root).flatMap(each => each.attributes.id ?? []);

  it('has one first heading, and no level left out', () => {
    const levels = every(root).flatMap(({ name }) => (/^h\d$/u.test(name) ? [Number(name[1])] : []));
    expect(levels.filter(level => level === 1)).toHaveLength(1);
    for (const [place, level] of levels.slice(1).entries())
      expect(level - levels[place]!).toBeLessThanOrEqual(1);
  });

  it('has every id once, and a thing for every id that is named', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const named = every(root).flatMap(({ attributes }) => [
      ...(attributes['aria-labelledby']?.split(' ') ?? []),
      ...(/^url\(#(.*)\)$/u.exec(attributes.fill ?? '')?.slice(1) ?? []),
    ]);
    expect(named.filter(id => !ids.includes(id))).toEqual([]);
  });

  it('says what each column and row of a table is, and lets keys reach what scrolls', () => {
    for (const table of all(root, 'table')) {
      expect(all(all(table, 'thead')[0]!, 'th').every(each => each.attributes.scope === 'col')).toBe(true);
      for (const row of all(all(table, 'tbody')[0]!, 'tr'))
        expect(all(row, 'th').map(each => each.attributes.scope)).toEqual(['row']);
    }
    for (const each of withClass(root, 'scroll'))
      expect(each.attributes).toMatchObject({
        tabindex: '0',
        role: 'region',
        'aria-label': expect.any(String),
      });
  });

  it('describes the picture, and says the same in a table', () => {
    for (const svg of all(root, 'svg')) {
      expect(svg.attributes.role).toBe('img');
      expect(all(svg, 'desc')[0]!.text).toBe(
        'Bands from groups to 4 queues: 7 stay, 6 come, 3 go. The table below the picture says the same.',
      );
    }
    const rows = all(withClass(root, 'scroll')[0]!, 'tr').map(row => row.children.map(each => each.text));
    expect(rows).toEqual([
      ['Group in the source', 'Group in Genesys Cloud', 'Queue', 'stay', 'come', 'go'],
      ['billing', 'the same name', 'Billing', '1', '', '−2'],
      ['customer-support-tier1', 'Customer Support Tier 1', 'Support_Tier1', '3', '+3', '−1'],
      ['other hands', '', 'Support_Tier1', '1', '', ''],
      ['sales-emea', 'Sales EMEA', 'Sales_EMEA', '1', '+1', ''],
      ['vip-desk', 'VIP Desk', 'Support_VIP', '', '+2', ''],
      ['other hands', '', 'Support_VIP', '1', '', ''],
    ]);
  });
});

describe('the page of a plan by itself', () => {
  it('loads nothing, runs nothing and sends nothing', () => {
    const html = page(monday(tight));
    expectSelfContained(html);
    expect(html).not.toMatch(/https?:/u);
    expect(html).toContain(
      `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">`,
    );
  });

  it('does so whatever things are called, and tells their names as they are', () => {
    fc.assert(
      fc.property(hostileNames, name => {
        const told = renamed(monday(tight), () => name);
        const html = page(told);
        expectSelfContained(html);
        const root = parseMarkup(html, 'html');
        expect(all(root, 'h3').map(each => each.text)).toEqual([0, 1, 2, 3].map(() => shown(name)));
        expect(all(all(root, 'dl')[0]!, 'bdi').map(each => each.text)).toEqual([shown(name), shown(name)]);
      }),
      { numRuns: 100 },
    );
  });

  it('stays of a size that a phone opens, however many queues and people there are', () => {
    const told = large(1_000, 120);
    const root = read(told);
    expect(page(told).length).toBeLessThan(4_000_000);
    expect(withClass(root, 'queue')).toHaveLength(300);
    expect(root.text).toContain('… and 700 more queues, none of which loses anybody');
    for (const svg of all(root, 'svg')) expect(withClass(svg, 'bar').length).toBeLessThanOrEqual(40);
  });
});
