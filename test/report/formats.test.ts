import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../src/model/outcome.ts';
import { jsonOf } from '../../src/report/plan-json.ts';
import { junitOf } from '../../src/report/plan-junit.ts';
import { markdownOf } from '../../src/report/plan-markdown.ts';
import { textOf } from '../../src/report/plan-text.ts';
import { formatNamed, formatOfFile, planFormats } from '../../src/report/registry.ts';
import { hostileNames } from '../support/hostile.ts';
import { all, parseMarkup } from '../support/markup.ts';
import { large, monday, planOf, renamed } from '../support/told-plans.ts';

const at = '2026-01-05T09:00:00.000Z';
const tight = { staffing: { minMembers: 2, queues: [] } };
const quiet = planOf({ teams: [{ source: 'a', queue: 'Q', was: ['b'], willBe: ['b'] }] });

describe('the formats', () => {
  it.each(planFormats.map(format => [format.name, format] as const))('%s tells a plan', async (_, format) => {
    const tell = await format.load();
    expect(tell({ ...monday(), at })).toContain('Support_Tier1');
  });

  it.each([
    ['plan.html', 'html'],
    ['PLAN.HTM', 'html'],
    ['out/plan.md', 'markdown'],
    ['plan.xml', 'junit'],
    ['plan.json', 'json'],
    ['plan.txt', 'text'],
    ['plan', undefined],
  ])('%s means %s', (file, name) => {
    expect(formatOfFile(file)?.name).toBe(name);
  });

  it('load nothing before they are asked for', () => {
    const script = `
      const { formatNamed } = await import('./src/report/registry.ts');
      const { registerHooks } = await import('node:module');
      const seen = [];
      registerHooks({ load(url, context, next) { seen.push(url); return next(url, context); } });
      const tell = formatNamed('html');
      console.log(seen.length);
      await tell.load();
      console.log(seen.some(url => url.includes('d3-sankey')));
    `;
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
    });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['0', 'true']);
  });

  it('are named once each', () => {
    expect(new Set(planFormats.map(format => format.name)).size).toBe(planFormats.length);
    expect(formatNamed('junit').extensions).toEqual(['.xml']);
  });
});

it('JSON has the whole plan and its refusals', () => {
  const { plan, refusals } = monday(tight);
  expect(JSON.parse(jsonOf({ plan, refusals, at }))).toEqual(
    JSON.parse(JSON.stringify({ ...plan, refusals })),
  );
});

it('text ends with the refusals', () => {
  expect(textOf(monday(tight))).toMatch(/\n\nRefused: 1 guard against this plan[\s\S]*minMembers\.\n$/u);
  expect(textOf(monday())).not.toContain('Refused');
});

describe('what else a plan may have', () => {
  const { plan, refusals } = monday();
  const { queue, user } = { queue: plan.queues[0]!.queue, user: 'Ines Moreau' };
  const seat = { queue, user, mapping: 'm', key: 'corp:billing', joined: true };
  const told = {
    plan: {
      ...plan,
      purpose: { kind: 'undo' as const, of: 'run-7' },
      bookkeeping: {
        ...plan.bookkeeping,
        release: [
          {
            edge: { kind: 'queue-member' as const, queue, user: 'Hana Sato' },
            mapping: 'm',
            key: 'corp:billing',
          },
        ],
      },
      drain: { graceSeconds: 90, queues: [{ queue, seats: [seat] }] },
      changes: [
        ...plan.changes,
        {
          kind: 'queue.seat' as const,
          queue,
          user,
          joined: true,
          because: 'returned' as const,
          group: 'corp:billing',
          mapping: 'm',
        },
      ],
    },
    refusals,
    at,
    snapshot: { takenAt: '2026-01-04T12:30:00.000Z', people: 'pseudonyms' as const, writtenBy: '0.1.0' },
  };

  it.each(['markdown', 'junit', 'html'] as const)(
    'is told as %s: what it is for, who is unjoined first, who gets a seat back, what is given back, on which snapshot',
    async name => {
      const text = (await formatNamed(name).load())(told);
      expect(text).toMatch(/[Pp]lan: undo of run-7/u);
      expect(text).toContain(
        '1 person is unjoined first; the run then waits 1 min 30 s before it takes anybody off',
      );
      expect(text).toMatch(/Ines Moreau on Billing(?:: |<[^>]*>)+activated/u);
      expect(text).toMatch(/queue Billing(?:\*\*)?(?:: |<[^>]*>)+1 person \(Hana Sato\)/u);
      expect(text).toContain(
        '2026-01-05 09:00 UTC, on a snapshot of 2026-01-04 12:30 UTC, people as pseudonyms',
      );
    },
  );

  it('is in the JSON as it is', () => {
    expect(JSON.parse(jsonOf(told))).toMatchObject({ drain: { graceSeconds: 90 }, snapshot: told.snapshot });
  });
});

describe('what became of a plan', () => {
  const { plan, refusals } = monday();
  const [first, second, ...others] = plan.steps;
  const problem = {
    code: 'genesys.permission-missing',
    happened: 'The OAuth client may not <write> groups.',
    subject: 'Support | Tier 1',
    remedy: 'Grant directory:group:edit.',
    correlationId: 'c-1',
  };
  const outcome: Outcome = {
    run: 'run-8',
    state: 'partly',
    steps: [
      { step: first!, state: 'failed', problem },
      { step: second!, state: 'skipped', problem: { ...problem, code: 'run.interrupted' } },
      ...others.map(step => ({ step, state: 'done' as const })),
    ],
    calls: 7,
    seconds: 1.25,
    made: {},
    unseen: [{ ...problem, code: 'settle.not-seen', subject: 'Billing' }],
  };
  const told = { plan, refusals, at, outcome };

  it('is told as JUnit: a case for the run, one for everything that was not done or not seen', () => {
    const cases = all(parseMarkup(junitOf(told)), 'testcase').slice(0, 4);
    expect(cases.map(({ attributes }) => attributes.name)).toEqual([
      'what was planned is done and seen',
      'failed: Support | Tier 1',
      'skipped: Support | Tier 1',
      'unseen: Billing',
    ]);
    expect(all(cases[1]!, 'failure')[0]!.attributes).toEqual({
      type: problem.code,
      message: problem.happened,
    });
    expect(all(cases[1]!, 'failure')[0]!.text).toContain('Correlation id c-1\n→ Grant directory:group:edit.');
    expect(all(cases[0]!, 'failure')[0]!.text).toContain('Run `muster sync` again');
  });

  it('is told as Markdown above the plan', () => {
    const lines = markdownOf(told).split('\n');
    expect(lines.slice(3, 6)).toEqual([
      '> [!WARNING]',
      `> **Partly done.** ${others.length} of ${plan.steps.length} steps, 7 calls, 1.3 s, run run-8`,
      '>',
    ]);
    expect(lines[6]).toBe(
      '> - **failed Support &#124; Tier 1** The OAuth client may not &lt;write&gt; groups. (correlation id c-1) `genesys.permission-missing` → Grant directory:group:edit.',
    );
    expect(lines[10]).toBe(
      '> Run `muster sync` again when that is mended: it goes on from the real state. `muster apply --resume` does only what was approved.',
    );
  });

  it('is told on the page above the plan, and as text below it', async () => {
    const root = parseMarkup((await formatNamed('html').load())(told), 'html');
    const [banner] = all(root, 'section');
    expect(banner!.attributes['aria-labelledby']).toBe('outcome');
    expect(banner!.text).toContain('failed Support | Tier 1');
    expect(banner!.text).toContain('The OAuth client may not <write> groups.');
    expect(textOf(told)).toMatch(/\n\nPartly done\. [\s\S]*it goes on from the real state\.[^\n]*\n$/u);
  });
});

describe('JUnit', () => {
  const casesOf = (told: Parameters<typeof junitOf>[0]) => all(parseMarkup(junitOf(told)), 'testcase');
  const named = (told: Parameters<typeof junitOf>[0]) =>
    Object.fromEntries(casesOf(told).map(each => [each.attributes.name!, each]));

  it('has a case for each queue, which says who comes and goes', () => {
    const cases = named({ ...monday(), at });
    expect(cases.Support_Tier1!.attributes).toEqual({
      name: 'Support_Tier1',
      classname: 'muster.plan.queue',
      time: '0',
    });
    expect(all(cases.Support_Tier1!, 'system-out')[0]!.text.split('\n').slice(0, 2)).toEqual([
      '5 → 7 members',
      '− Dana Levi  left Customer Support Tier 1',
    ]);
    expect(all(cases.Support_Tier1!, 'failure')).toEqual([]);
  });

  it('fails a queue that a guard refuses, with the way out', () => {
    const [failure] = all(named({ ...monday(tight), at }).Billing!, 'failure');
    expect(failure!.attributes).toEqual({
      type: 'guard.staffing-floor',
      message: 'The queue would go from 3 to 1 members; the floor is 2.',
    });
    expect(failure!.text).toContain('→ Put somebody on the queue first.');
  });

  it('fails for a refusal that is about no queue, and for a quarantined group', () => {
    const removals = { percent: 100, count: 1, percentFrom: 10, whenGroupGone: 'keep' as const };
    const cases = named({ ...monday({ removals }), at });
    expect(all(cases['guard.removals-count']!, 'failure')).toHaveLength(1);
    expect(all(cases.Retention!, 'failure')[0]!.attributes.type).toBe('group.quarantined');
  });

  it('sets a warning aside as skipped, and keeps what is only said for the end', () => {
    const told = { ...monday(), at };
    expect(
      all(named(told)['person.unlinked: zoe.unknown@example.com']!, 'skipped')[0]!.attributes.message,
    ).toMatch(/^Zoe Unknown has no user .* → Create the user/u);
    expect(all(parseMarkup(junitOf(told)), 'system-out').at(-1)!.text).toContain('· Grace Kim on');
  });

  it('counts its cases where readers look', () => {
    const suite = all(parseMarkup(junitOf({ ...monday(tight), at })), 'testsuite')[0]!;
    expect(suite.attributes).toEqual({
      name: 'muster plan',
      tests: '7',
      failures: '2',
      errors: '0',
      skipped: '1',
      time: '0',
      timestamp: '2026-01-05T09:00:00',
    });
  });

  it('has one case that passes where there is nothing to do', () => {
    expect(casesOf({ ...quiet, at }).map(each => each.attributes.name)).toEqual(['limits of the whole plan']);
  });

  it('never has two cases of one name, and is well-formed, whatever things are called', () => {
    fc.assert(
      fc.property(hostileNames, name => {
        const told = renamed(monday(tight), () => name);
        const ids = casesOf({ ...told, at }).map(
          ({ attributes }) => `${attributes.classname} ${attributes.name}`,
        );
        expect(new Set(ids).size).toBe(ids.length);
      }),
      { numRuns: 100 },
    );
  });

  it('is bounded, and leaves out no failure', () => {
    const told = large(120, 200);
    const refusals = told.plan.queues.map(({ queue }) => ({
      code: 'guard.queue-size' as const,
      subject: told.plan.names.queues[queue]!,
      text: 'too many',
      remedy: 'fewer',
    }));
    const xml = junitOf({ ...told, refusals, at });
    expect(all(parseMarkup(xml), 'failure')).toHaveLength(120);
    expect(xml).toContain('… and 150 more');
  });
});

describe('Markdown', () => {
  it('begins with what happens, and has a table of queues, those that lose somebody first', () => {
    const lines = markdownOf({ ...monday(), at }).split('\n');
    expect(lines.slice(0, 9)).toEqual([
      '<!-- muster plan -->',
      '## 6 people come onto 3 queues, and 3 people go off 2 queues.',
      '',
      '| Queue | Before | After | Come | Go |',
      '| --- | --: | --: | --: | --: |',
      '| Billing | 3 | **1** |  | **−2** |',
      '| Support_Tier1 | 5 | 7 | +3 | **−1** |',
      '| Sales_EMEA | 1 | 2 | +1 |  |',
      '| Support_VIP | 1 | 3 | +2 |  |',
    ]);
    expect(lines).toContain('  - **−** Dana Levi: left Customer Support Tier 1');
    expect(lines).toContain('| 4 | `PATCH /api/v2/scim/v2/groups/{id}` |');
    expect(lines.at(-2)).toMatch(
      /^Plan of 2026-01-05 09:00 UTC, platform contract .* Fingerprint `[0-9a-f]{64}`\.$/u,
    );
  });

  it('says first what stands against the plan, and the way out', () => {
    const lines = markdownOf({ ...monday(tight), at }).split('\n');
    expect(lines[1]).toBe(
      '## ⛔ Refused by 1 guard: 6 people come onto 3 queues, and 3 people go off 2 queues.',
    );
    expect(lines.slice(3, 8)).toEqual([
      '> [!CAUTION]',
      '> **Nothing is written while that is so.**',
      '>',
      '> - **Billing** The queue would go from 3 to 1 members; the floor is 2. `guard.staffing-floor`',
      expect.stringMatching(/^> {3}→ Put somebody on the queue first\./u),
    ]);
  });

  it('is short where there is nothing to do', () => {
    const text = markdownOf({ ...quiet, at });
    expect(text).toContain('## Nothing to do: everybody is where they should be.');
    expect(text).not.toMatch(/\||<details>|Price/u);
  });

  it.each([
    [300, /- … and \d+ more people/u],
    [3_000, /\| … and \d+ more queues, none of which loses anybody \|/u],
  ])('fits a comment with %i queues, and says what was left out', (count, leftOut) => {
    const text = markdownOf({ ...large(count, 30), at });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(leftOut);
    expect(text).toMatch(/### Price/u);
    expect(text).toMatch(/Fingerprint `[0-9a-f]{64}`\.\n$/u);
  });

  it('keeps its tables, folds and lists, whatever things are called', () => {
    const shapeOf = (text: string) =>
      text.split('\n').map(line => {
        if (line.startsWith('|')) return line.match(/\|/gu)!.length;
        return /^(?:<!--|<\/?details|<summary|#+ |> ?|\s*- )?/u.exec(line)![0];
      });
    const shape = shapeOf(markdownOf({ ...renamed(monday(tight), () => 'x'), at }));
    fc.assert(
      fc.property(hostileNames, name => {
        const text = markdownOf({ ...renamed(monday(tight), () => name), at });
        expect(shapeOf(text)).toEqual(shape);
        const ours = /<!-- muster plan -->|<\/?details>|<\/?summary>|^> .*$|^>$/gmu;
        expect(text.replace(ours, line => line.replace(/^>|<[^>]*>/u, ''))).not.toMatch(/[<>]/u);
      }),
      { numRuns: 200 },
    );
  });
});
