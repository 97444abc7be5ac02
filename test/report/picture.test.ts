import { describe, expect, it } from 'vitest';
import { type Flow, flowsOf } from '../../src/report/html/flows.ts';
import { drawPicture, narrowLook, wideLook } from '../../src/report/html/picture.ts';
import { type Parts, partsOf } from '../../src/report/html/picture-parts.ts';
import { all, parseMarkup } from '../support/markup.ts';
import { large, monday } from '../support/told-plans.ts';

const flow = (source: string, queue: string, counts: Partial<Flow> = {}): Flow => ({
  source,
  queue,
  staying: 1,
  joining: 0,
  leaving: 0,
  ...counts,
});
const named = (parts: Parts, column: string) =>
  parts.nodes.filter(node => node.column === column && !node.hidden).map(node => node.name);

describe('the flows of a plan', () => {
  it('add up to the heads of each queue, before and after', () => {
    for (const { plan } of [monday(), large(30)]) {
      const flows = flowsOf(plan);
      for (const { queue, before, after } of plan.queues) {
        const here = flows.filter(each => each.queue === plan.names.queues[queue]);
        const sum = (of: 'staying' | 'joining' | 'leaving') =>
          here.reduce((total, each) => total + each[of], 0);
        expect([sum('staying') + sum('leaving'), sum('staying') + sum('joining')]).toEqual([before, after]);
      }
    }
  });

  it('name the source of a group only where there are several', () => {
    const { plan } = monday();
    expect(flowsOf(plan).flatMap(each => each.source ?? [])).toContain('billing');
    const [first, ...others] = plan.queues;
    const flows = [...first!.flows!, { from: 'okta:x', staying: 1, joining: 0, leaving: 0 }];
    const two = { ...plan, queues: [{ ...first!, flows, before: first!.before + 1 }, ...others] };
    expect(flowsOf(two).flatMap(each => each.source ?? [])).toEqual(
      expect.arrayContaining(['corp: billing', 'okta: okta:x']),
    );
  });
});

describe('the parts of a picture', () => {
  it('are one node for each name, and one band for each kind of movement', () => {
    const parts = partsOf([flow('a', 'Q', { joining: 2 }), flow('a', 'R', { group: 'A' })], { most: 13 });
    expect(named(parts, 'source')).toEqual(['a']);
    expect(named(parts, 'group')).toEqual(['A']);
    expect(named(parts, 'queue')).toEqual(['Q', 'R']);
    expect(
      parts.links.filter(link => link.target === 'queue Q').map(link => [link.movement, link.people]),
    ).toEqual([
      ['staying', 1],
      ['joining', 2],
    ]);
  });

  it('have what loses somebody on top, groups beside their queues, other hands below, the rest at the bottom', () => {
    const flows = [
      ...['c', 'b', 'a'].map(name => flow(name, name.toUpperCase(), name === 'c' ? { leaving: 1 } : {})),
      { queue: 'C', staying: 1, joining: 0, leaving: 0 },
    ];
    const parts = partsOf(flows, { most: 13 });
    expect(named(parts, 'queue')).toEqual(['C', 'A', 'B']);
    expect(named(parts, 'source')).toEqual(['c', 'other hands', 'a', 'b']);
  });

  it('leave the Genesys groups out where there is no room for them', () => {
    const parts = partsOf([flow('a', 'Q', { group: 'A' })], { most: 13, direct: true });
    expect(named(parts, 'group')).toEqual([]);
    expect(parts.links).toMatchObject([{ source: 'source a', target: 'queue Q' }]);
  });

  it('fold what is beyond the most, and never first what loses somebody', () => {
    const flows = Array.from({ length: 50 }, (_, at) =>
      flow(`s${at}`, `q${at}`, { group: `g${at}`, staying: 100, ...(at === 40 ? { leaving: 1 } : {}) }),
    );
    const parts = partsOf(flows, { most: 5 });
    expect(named(parts, 'queue')).toEqual(['q40', 'q0', 'q1', 'q10', '46 more']);
    expect(named(parts, 'group')).toEqual(['g40', 'g0', 'g1', 'g10', '46 more']);
    expect(named(parts, 'source')).toEqual(['s40', 's0', 's1', 's10', '46 more']);
  });

  it('draw the rest no larger than everything else, and count it all the same', () => {
    const flows = Array.from({ length: 50 }, (_, at) => flow(`s${at}`, `q${at}`));
    const parts = partsOf(flows, { most: 5 });
    const rest = parts.links.filter(link => link.target === 'rest queue');
    expect(parts.shrunk).toBe(true);
    expect(rest.map(link => [link.people, link.width])).toEqual([[46, 4]]);
    expect(partsOf(flows.slice(0, 5), { most: 5 }).shrunk).toBe(false);
  });
});

describe('the picture', () => {
  it('says of every band what it is, for whoever points at it', () => {
    const svg = parseMarkup(drawPicture(narrowLook(flowsOf(monday().plan))));
    const told = all(svg, 'path').flatMap(path =>
      all(path, 'title').map(title => title.text.replace(/[\u2068\u2069]/gu, '')),
    );
    expect(told.toSorted()).toEqual([
      'billing → Billing: 1 person stays',
      'billing → Billing: 2 people go',
      'customer-support-tier1 → Support_Tier1: 1 person goes',
      'customer-support-tier1 → Support_Tier1: 3 people come',
      'customer-support-tier1 → Support_Tier1: 3 people stay',
      'other hands → Support_Tier1: 1 person stays',
      'other hands → Support_VIP: 1 person stays',
      'sales-emea → Sales_EMEA: 1 person comes',
      'sales-emea → Sales_EMEA: 1 person stays',
      'vip-desk → Support_VIP: 2 people come',
    ]);
  });

  it('is the same each time, and there is none where nobody is', () => {
    const flows = flowsOf(large(60).plan);
    expect(drawPicture(wideLook(flows))).toBe(drawPicture(wideLook(flows)));
    expect(drawPicture(wideLook([]))).toBe('');
    expect(drawPicture(narrowLook([flow('a', 'Q', { staying: 0 })]))).toBe('');
  });

  it('has no number that is none', () => {
    for (const plan of [monday().plan, large(300).plan])
      for (const look of [wideLook(flowsOf(plan)), narrowLook(flowsOf(plan))])
        expect(drawPicture(look)).not.toMatch(/NaN|Infinity|undefined/u);
  });
});
