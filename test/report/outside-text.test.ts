import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { htmlText } from '../../src/report/html-text.ts';
import { junitXml } from '../../src/report/junit.ts';
import { markdownRow, markdownTable, markdownText } from '../../src/report/markdown-text.ts';
import { shown, shownLines } from '../../src/report/shown-text.ts';
import { xmlText } from '../../src/report/xml-text.ts';
import { hostileNames } from '../support/hostile.ts';
import { all, parseMarkup } from '../support/markup.ts';

const always = (check: (name: string) => void) =>
  fc.assert(fc.property(hostileNames, check), { numRuns: 500 });

describe('a name as it is shown', () => {
  it.each([
    ['Support Tier 1', 'Support Tier 1'],
    ['Łódź – 東京 – مرحبا\u200f 👩‍🚒', 'Łódź – 東京 – مرحبا\u200f 👩‍🚒'],
    ['two\nlines', 'two␊lines'],
    ['\u001b[2J', '␛[2J'],
    ['delete\u007f', 'delete␡'],
    ['pay\u202eroll', 'pay�roll'],
    ['half \ud83d', 'half �'],
    ['', '(no name)'],
    [' \u00a0', '(no name)'],
  ])('%j is %j', (name, told) => {
    expect(shown(name)).toBe(told);
  });

  it('is one line without controls, and no longer than it may be', () => {
    always(name => {
      expect(shown(name)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(shown(name).isWellFormed()).toBe(true);
      expect(shown(name, 12).length).toBeLessThanOrEqual(12);
    });
  });

  it('says that it was cut', () => {
    expect(shown('abcdef', 4)).toBe('abc…');
  });
});

describe('text for a terminal', () => {
  it('keeps its lines and its colours, and nothing else that a terminal obeys', () => {
    const text = '\u001b[31mred\u001b[39m\n\u001b[2Jgone\rover\u009b1A\u202e';
    expect(shownLines(text, true)).toBe('\u001b[31mred\u001b[39m\n␛[2Jgone␍over�1A�');
    expect(shownLines(text, false)).toBe('␛[31mred␛[39m\n␛[2Jgone␍over�1A�');
  });
});

describe('a name in HTML', () => {
  it('is read as it was written, in an element and in an attribute', () => {
    always(name => {
      const text = shown(name);
      const [p] = parseMarkup(`<p title="${htmlText(text)}">${htmlText(text)}</p>`, 'html').children;
      expect(p).toMatchObject({ attributes: { title: text }, children: [], text });
    });
  });
});

describe('a name in XML', () => {
  it('is read as it was written, whatever XML can hold of it', () => {
    always(name => {
      const told = parseMarkup(`<a>${xmlText(name)}</a>`);
      expect(told.children).toEqual([]);
      expect(told.text).toBe(
        name.toWellFormed().replace(/[^\t\n\r -\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ''),
      );
    });
  });

  it('leaves a JUnit report whole', () => {
    always(name => {
      const failure = { type: name, message: name, text: name };
      const xml = junitXml(name, [
        { name, cases: [{ name, classname: name, failure, out: name }], out: name },
        { name, cases: [{ name, classname: name, skipped: name }] },
      ]);
      const told = parseMarkup(xml);
      expect(all(told, 'testcase')).toHaveLength(2);
      expect(told.attributes).toMatchObject({ tests: '2', failures: '1', errors: '0' });
      expect(told.children.map(suite => suite.attributes.skipped)).toEqual(['0', '1']);
    });
  });
});

describe('a name in Markdown', () => {
  it.each([
    ['Support_Tier1', 'Support_Tier1'],
    ['_private_', '\\_private\\_'],
    ['Sales | EMEA', 'Sales &#124; EMEA'],
    ['<b>bold</b> & **more**', '&lt;b&gt;bold&lt;/b&gt; &amp; \\*\\*more\\*\\*'],
    ['- no list', '\\- no list'],
    ['1. no list', '1\\. no list'],
    ['# no heading', '\\# no heading'],
    ['[x](http://example.com)', '\\[x\\](http\\://example.com)'],
    ['`code`', '\\`code\\`'],
    ['www.example.com', 'www\\.example.com'],
  ])('%j is written %j', (name, told) => {
    expect(markdownText(name)).toBe(told);
  });

  it('calls nobody and links no ticket', () => {
    expect(markdownText('@everyone in #12')).toBe('@\u2060everyone in #\u206012');
    expect(markdownText('ana@example.com')).toBe('ana@example.com');
  });

  it('opens no cell, no line and no element', () => {
    always(name => {
      const row = markdownRow([markdownText(name), 'x']);
      expect(row.split('\n')).toHaveLength(1);
      expect(row.match(/\|/gu)).toHaveLength(3);
      expect(row).not.toMatch(/[<>]/u);
      // An escape that is open at the end would escape what follows.
      expect(/\\*$/u.exec(markdownText(name))![0].length % 2).toBe(0);
    });
  });

  it('stands in a table whose numbers are to the right', () => {
    const columns = [{ title: 'Queue' }, { title: 'Before', align: 'right' as const }];
    expect(markdownTable(columns, [['Support', '3']])).toBe(
      ['| Queue | Before |', '| --- | --: |', '| Support | 3 |'].join('\n'),
    );
  });
});
