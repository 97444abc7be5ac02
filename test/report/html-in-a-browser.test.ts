import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlOf } from '../../src/report/html/page.ts';
import { type BrowserPage, chromium, openBrowser } from '../support/chromium.ts';
import { large, monday, planOf, renamed, type ToldPlan } from '../support/told-plans.ts';

const tight = { staffing: { minMembers: 2, queues: [] } };
const long = (name: string) => `${name} MANAGEMENT_AND_WORKFORCE_OPTIMISATION_${name}`;
/** Every team serves several queues, so that bands cross. */
const woven = planOf({
  teams: ['north', 'south', 'east', 'west', 'nights'].flatMap((source, at) =>
    ['Q1', 'Q2', 'Q3'].slice(0, 1 + (at % 3)).map(queue => ({
      source,
      group: `Team ${source}`,
      queue,
      willBe: Array.from({ length: 3 + at * 4 }, (_, of) => `${source} ${of}`),
    })),
  ),
});

const plans: readonly (readonly [string, ToldPlan])[] = [
  ['a small one that is refused', monday(tight)],
  ['one with very long names in capitals', renamed(monday(tight), long)],
  ['one whose bands cross', woven],
  ['a large one', large(200)],
];

/** Runs in the page: names in the picture that lie on one another, or outside of it. */
const crowded = `(() => {
  const svg = [...document.querySelectorAll('svg')].find(each => each.getBoundingClientRect().width > 0);
  const frame = svg.getBoundingClientRect();
  const boxes = [...svg.querySelectorAll('text')].map(text => [text.textContent, text.getBoundingClientRect()]);
  const out = boxes.filter(([, box]) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  const on = boxes.flatMap(([name, a], at) => boxes.slice(at + 1).filter(([, b]) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3).map(([other]) => name + ' on ' + other));
  return [...out.map(([name]) => name + ' outside'), ...on];
})()`;

const missing = chromium === undefined ? 'no Chromium on this machine' : '';

describe.skipIf(missing)(`the page of a plan in a browser${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let dir: string;
  let browser: BrowserPage;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'muster-page-'));
    browser = await openBrowser(chromium!);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    await rm(dir, { recursive: true, force: true });
  });

  const show = async (told: ToldPlan, view: { width: number; dark?: boolean }) => {
    const file = join(dir, 'plan.html');
    await writeFile(file, htmlOf({ ...told, at: '2026-01-05T09:00:00.000Z' }));
    await browser.open(pathToFileURL(file).href, view);
  };

  describe.each(plans)('%s', (_, told) => {
    it.each([320, 360, 768, 1280])('fits a screen of %i points without scrolling sideways', async width => {
      await show(told, { width });
      expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      expect(await browser.evaluate(`document.querySelectorAll('svg').length`)).toBe(2);
    });

    it.each([360, 1280])('has a picture at %i points in which no name lies on another', async width => {
      await show(told, { width });
      expect(await browser.evaluate(crowded)).toEqual([]);
    });
  });

  it('asks for nothing but itself, and has nothing to complain of', async () => {
    await show(monday(tight), { width: 1280 });
    expect(browser.requests.filter(url => !url.startsWith(pathToFileURL(dir).href))).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });

  it('is dark where the reader’s system is, with letters that can be read in either', async () => {
    const contrasts = async (dark: boolean) => {
      await show(monday(tight), { width: 1280, dark });
      return browser.evaluate<number[]>(contrast);
    };
    const [light, dark] = [await contrasts(false), await contrasts(true)];
    expect(Math.min(...light)).toBeGreaterThanOrEqual(4.5);
    expect(Math.min(...dark)).toBeGreaterThanOrEqual(4.5);
    await show(monday(), { width: 1280, dark: true });
    expect(await browser.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(16, 21, 27)');
  });

  it('draws the same kinds of band in different textures', async () => {
    await show(monday(), { width: 1280 });
    const fills = `['staying', 'joining', 'leaving'].map(kind => getComputedStyle(document.querySelector('.wide .band.' + kind)).fill)`;
    const [staying, joining, leaving] = await browser.evaluate<string[]>(fills);
    expect(staying).toMatch(/^rgb/u);
    expect(joining).toMatch(/^url\("#wide-joining"\)/u);
    expect(leaving).toMatch(/^url\("#wide-leaving"\)/u);
  });
});

/** Runs in the page: the contrast of every text with what is behind it, by the formula of WCAG 2. */
const contrast = `(() => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(value => value / 255).map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4).reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = element => { for (let each = element; each; each = each.parentElement) { const colour = getComputedStyle(each).backgroundColor; if (parts(colour)[3] !== 0) return colour; } return 'rgb(255, 255, 255)'; };
  const texts = [...document.querySelectorAll('main *')].filter(each => !each.closest('svg') && [...each.childNodes].some(node => node.nodeType === 3 && node.data.trim() !== ''));
  return texts.map(each => { const [a, b] = [light(getComputedStyle(each).color), light(behind(each))]; return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); });
})()`;
