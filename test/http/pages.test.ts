import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MusterError } from '../../src/errors.ts';
import { nextLink } from '../../src/http/link-header.ts';
import {
  byCursor,
  byNextUrl,
  byPageNumber,
  byStartIndex,
  collect,
  collectWhatComes,
  untilEmptyPage,
} from '../../src/http/pages.ts';

const rows = (count: number) => Array.from({ length: count }, (_, index) => `row-${index}`);
const slice = (all: readonly string[], page: number, size: number) =>
  all.slice((page - 1) * size, page * size);

const sizes = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 20 }));
const everySize = (check: (count: number, size: number) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(sizes, ([count, size]) => check(count, size)),
    { numRuns: 100 },
  );

describe('a walk by page number', () => {
  it('reads all of any listing that tells pageCount and total, without one page too many', () =>
    everySize(async (count, size) => {
      const asked: number[] = [];
      const all = rows(count);
      const { items, evidence } = await collect(
        byPageNumber(async page => {
          asked.push(page);
          return { items: slice(all, page, size), total: count, pageCount: Math.ceil(count / size) };
        }),
      );
      expect(items).toEqual(all);
      const pages = Math.max(1, Math.ceil(count / size));
      expect(asked).toHaveLength(pages);
      expect(evidence).toEqual({ complete: true, reasons: [], pages, expected: count });
    }));

  it('reads four counted pages at a time and gives them in their order; the first page is read alone', async () => {
    const open = new Map<number, () => void>();
    const asked: number[] = [];
    const walk = byPageNumber(async page => {
      asked.push(page);
      await new Promise<void>(resolve => open.set(page, resolve));
      return { items: [`row-${page}`], total: 7, pageCount: 7 };
    });
    const all = collect(walk);
    const answer = async (...pages: number[]) => {
      for (const page of pages) open.get(page)!();
      await new Promise(resolve => setImmediate(resolve));
    };
    expect(asked).toEqual([1]);
    await answer(1);
    expect(asked).toEqual([1, 2, 3, 4, 5]);
    await answer(3, 5);
    expect(asked).toEqual([1, 2, 3, 4, 5]);
    await answer(2);
    expect(asked).toEqual([1, 2, 3, 4, 5, 6, 7]);
    await answer(7, 6, 4);
    expect((await all).items).toEqual([1, 2, 3, 4, 5, 6, 7].map(page => `row-${page}`));
  });

  it('asks for no second page where nobody goes on behind the first', async () => {
    const asked: number[] = [];
    const walk = byPageNumber(async page => {
      asked.push(page);
      return { items: [`row-${page}`], total: 7, pageCount: 7 };
    });
    await walk.next();
    await walk.return({ complete: false, reasons: [], pages: 1 });
    expect(asked).toEqual([1]);
  });

  it('fails with the page that fails, and is not held up by those behind it', async () => {
    const walk = byPageNumber(async page => {
      if (page > 1) throw new Error(`page ${page} is broken`);
      return { items: ['row'], pageCount: 9 };
    });
    await expect(collect(walk)).rejects.toThrow('page 2 is broken');
  });

  it('ends by the total alone, as in the documented contract', () =>
    everySize(async (count, size) => {
      const all = rows(count);
      const { items, evidence } = await collect(
        byPageNumber(async page => ({ items: slice(all, page, size), total: count })),
      );
      expect(items).toEqual(all);
      expect(evidence).toMatchObject({ complete: true, pages: Math.max(1, Math.ceil(count / size)) });
    }));

  it('ends where the server says that there is no more', async () => {
    const all = rows(25);
    const walk = byPageNumber(async page => ({ items: slice(all, page, 10), more: page < 3 }));
    expect(await collect(walk)).toEqual({ items: all, evidence: { complete: true, reasons: [], pages: 3 } });
  });

  it('is not complete where a page before the last is empty', async () => {
    const walk = byPageNumber(async page => ({ items: page === 2 ? [] : [`row-${page}`], pageCount: 3 }));
    expect((await collect(walk)).evidence).toEqual({
      complete: false,
      reasons: ['The server announced 3 pages; page 2 was empty.'],
      pages: 2,
    });
  });

  it('is not complete where fewer items come than were announced', async () => {
    const walk = byPageNumber(async page => ({ items: slice(rows(11), page, 10), total: 12, pageCount: 2 }));
    expect((await collect(walk)).evidence).toMatchObject({
      complete: false,
      reasons: ['The server announced 12 and gave 11.'],
      expected: 12,
    });
  });

  it('is not complete where the total moves: a row may have slipped past us', async () => {
    // Row 0 goes away after the first page, so that row 10 moves to the page that was read.
    const walk = byPageNumber(async page => ({
      items: slice(page === 1 ? rows(20) : rows(20).slice(1), page, 10),
      total: page === 1 ? 20 : 19,
      pageCount: 2,
    }));
    const { items, evidence } = await collect(walk);
    expect(items).not.toContain('row-10');
    expect(evidence).toMatchObject({ complete: false, reasons: ['The list changed while it was read.'] });
  });
});

describe('a walk until an empty page', () => {
  it('reads all of any listing that tells nothing, and sees its end', () =>
    everySize(async (count, size) => {
      const all = rows(count);
      const { items, evidence } = await collect(
        untilEmptyPage(async page => ({ items: slice(all, page, size) })),
      );
      expect(items).toEqual(all);
      expect(evidence).toEqual({ complete: true, reasons: [], pages: Math.ceil(count / size) + 1 });
    }));

  it('ends, not complete, where the server gives the same page for ever', async () => {
    const { items, evidence } = await collect(untilEmptyPage(async () => ({ items: ['a', 'b'] })));
    expect(items).toEqual(['a', 'b']);
    expect(evidence).toEqual({
      complete: false,
      reasons: ['The server gave the same page twice.'],
      pages: 2,
    });
  });

  it('ends, not complete, at its bound', async () => {
    const { items, evidence } = await collect(
      untilEmptyPage(async page => ({ items: [`row-${page}`] }), { maxPages: 7 }),
    );
    expect(items).toHaveLength(7);
    expect(evidence).toEqual({ complete: false, reasons: ['There are more than 7 pages.'], pages: 7 });
  });
});

describe('a walk by start index', () => {
  it('advances by what has come, whatever was asked for', () =>
    everySize(async (count, size) => {
      const all = rows(count);
      const asked: number[] = [];
      const { items, evidence } = await collect(
        byStartIndex(async startIndex => {
          asked.push(startIndex);
          // A server that gives another number of rows each time.
          const given = 1 + ((startIndex * 7) % size);
          return { items: all.slice(startIndex - 1, startIndex - 1 + given), total: count };
        }),
      );
      expect(items).toEqual(all);
      expect(new Set(asked).size).toBe(asked.length);
      expect(evidence).toMatchObject({ complete: true, expected: count });
    }));

  it('is not complete where the server stops giving before its total', async () => {
    const all = rows(30);
    const walk = byStartIndex(async start => ({
      items: start > 20 ? [] : all.slice(start - 1, start + 9),
      total: 30,
    }));
    const { items, evidence } = await collect(walk);
    expect(items).toHaveLength(20);
    expect(evidence).toMatchObject({ complete: false, reasons: ['The server announced 30 and gave 20.'] });
  });

  it('without a total goes on until an empty page', async () => {
    const all = rows(25);
    const walk = byStartIndex(async start => ({ items: all.slice(start - 1, start + 9) }));
    expect(await collect(walk)).toMatchObject({ items: all, evidence: { complete: true, pages: 4 } });
  });
});

describe('a walk by cursor', () => {
  it('follows the cursor as it is, until there is none', async () => {
    const asked: (string | undefined)[] = [];
    const walk = byCursor(async cursor => {
      asked.push(cursor);
      const at = cursor === undefined ? 0 : Number(cursor.slice(3));
      return { items: [`row-${at}`], ...(at < 3 && { next: `a+/${at + 1}` }) };
    });
    expect(await collect(walk)).toMatchObject({ items: rows(4), evidence: { complete: true, pages: 4 } });
    expect(asked).toEqual([undefined, 'a+/1', 'a+/2', 'a+/3']);
  });

  it('ends, not complete, where a cursor comes back', async () => {
    let nth = 0;
    const walk = byCursor(async () => {
      nth += 1;
      return { items: [`row-${nth}`], next: nth % 2 ? 'a' : 'b' };
    });
    expect((await collect(walk)).evidence).toEqual({
      complete: false,
      reasons: ['The server named a page that had been read before as the next one.'],
      pages: 3,
    });
  });
});

describe('a walk by the server’s own next URL', () => {
  const first = 'https://idp.example.test/api/groups?limit=2';

  it('asks for absolute and relative URLs on the same origin', async () => {
    const nexts: Record<string, string> = {
      [first]: '/api/groups?after=x%2B1',
      'https://idp.example.test/api/groups?after=x%2B1': 'https://IDP.example.test:443/api/groups?after=2',
    };
    const asked: string[] = [];
    const walk = byNextUrl(first, async url => {
      asked.push(url);
      return { items: [url], ...(nexts[url] && { next: nexts[url] }) };
    });
    expect((await collect(walk)).evidence).toMatchObject({ complete: true, pages: 3 });
    expect(asked.at(-1)).toBe('https://idp.example.test/api/groups?after=2');
  });

  it.each([
    'https://evil.example.test/api/groups',
    'http://idp.example.test/api/groups',
    'https://idp.example.test:8443/api/groups',
    '//evil.example.test/',
    'javascript:alert(1)',
    'https://[',
  ])('refuses %s, which would carry the token elsewhere', async next => {
    const asked: string[] = [];
    const walk = byNextUrl(first, async url => {
      asked.push(url);
      return { items: ['row'], next };
    });
    await expect(collect(walk)).rejects.toMatchObject({ code: 'http.unexpected' });
    expect(asked).toEqual([first]);
  });

  it('ends, not complete, where the next page is the present one', async () => {
    const walk = byNextUrl(first, async () => ({ items: ['row'], next: first }));
    expect((await collect(walk)).evidence).toMatchObject({ complete: false, pages: 1 });
  });
});

describe('the next link of a header', () => {
  it.each([
    ['<https://x/self>; rel="self", <https://x/next?a=1,2>; rel="next"', 'https://x/next?a=1,2'],
    ['<n>; title="a, b; rel=\\"next"; rel=next', 'n'],
    ['<n>; REL="prev next"', 'n'],
    ['<p>;rel=prev,<n>;rel=next', 'n'],
    ['<p>; rel="prev"', undefined],
    ['<p>; rel="nextish"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (header, expected) => {
    expect(nextLink(header)).toBe(expected);
  });
});

describe('collecting what comes', () => {
  const broken = new MusterError('network.timeout', { happened: 'h did not answer in time.', remedy: '' });
  const breakingOn = (bad: number, error: Error) =>
    byPageNumber(async page => {
      if (page === bad) throw error;
      return { items: [`row-${page}`], pageCount: 5 };
    });

  it('keeps the pages before one that cannot be read, and says why it is not complete', async () => {
    expect(await collectWhatComes(breakingOn(3, broken))).toEqual({
      items: ['row-1', 'row-2'],
      evidence: { complete: false, reasons: ['h did not answer in time.'], pages: 2 },
    });
  });

  it('fails where the first page cannot be read, where we were called off, and by our own mistakes', async () => {
    await expect(collectWhatComes(breakingOn(1, broken))).rejects.toBe(broken);
    await expect(collectWhatComes(breakingOn(3, broken), AbortSignal.abort())).rejects.toBe(broken);
    await expect(collectWhatComes(breakingOn(3, new TypeError('oops')))).rejects.toThrow('oops');
    await expect(collect(breakingOn(3, broken))).rejects.toBe(broken);
  });
});
