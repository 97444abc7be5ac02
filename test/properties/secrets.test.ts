import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { writers } from '../../src/apply/writer.ts';
import { createTerminal, hiddenValues } from '../../src/cli/terminal.ts';
import { MusterError } from '../../src/errors.ts';
import { createApi } from '../../src/genesys/api.ts';
import { clientCredentials } from '../../src/http/client-credentials.ts';
import { createHttpClient } from '../../src/http/send.ts';
import type { Transport, WireAnswer } from '../../src/http/transport.ts';
import { jsonLog } from '../../src/log.ts';
import type { Note } from '../../src/model/note.ts';
import { hiding } from '../../src/model/secret-forms.ts';
import { planFormats } from '../../src/report/registry.ts';
import type { ToldPlan } from '../../src/report/told-plan.ts';
import { startJournal } from '../../src/store/journal.ts';
import type { JournalLine } from '../../src/store/journal-lines.ts';
import { eagerClock } from '../support/manual-clock.ts';
import { planOf } from '../support/told-plans.ts';
import { patience, runs } from './runs.ts';
import { echoed, echoes, readIn, secrets } from './secret-worlds.ts';

vi.setConfig(patience);
afterEach(() => vi.restoreAllMocks());

describe('whatever the secret, and however it is quoted', () => {
  it('is hidden, and a text without one stays as it is', () => {
    fc.assert(
      fc.property(secrets, secrets, echoes, fc.lorem(), (secret, other, quotes, words) => {
        const hide = hiding([secret, other]);
        const text = `${words} ${echoed(secret, quotes)} ${words} ${echoed(other, quotes)}`;
        const left = hide(text);
        expect([...readIn(left, secret), ...readIn(left, other)]).toEqual([]);
        expect(left.startsWith(words)).toBe(true);
        expect(hide(words)).toBe(words);
      }),
      runs,
    );
  });

  it.each(['t', 'true', '12', 'kind', '"', ','])('a document stays JSON, also where it is %j', secret => {
    const printed: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation(text => printed.push(String(text)) > 0);
    const terminal = createTerminal({ json: true }, hiddenValues());
    terminal.hide([secret]);
    terminal.document({ version: 1, ok: true, calls: 12, told: `it is ${secret}, is it` });
    terminal.error(new MusterError('http.not-json', { happened: `"${secret}"`, remedy: 'Wait.' }));
    for (const text of printed) expect(Object.values(JSON.parse(text))).toContain(1);
    expect(printed[0]).toMatch(/"[^"]*\*\*\*[^"]*"/u);
  });

  it('no report, document, log line or error on a terminal holds it', async () => {
    const formats = await Promise.all(planFormats.map(({ load }) => load()));
    const { plan, refusals } = planOf({
      teams: [{ source: 'g', queue: 'Q', was: ['u1', 'u2'], willBe: ['u1', 'u3'] }],
    });
    const at = '2026-01-05T09:00:00.000Z';
    let printed: string[] = [];
    // Once, because the runner keeps every spy, and with it all that was printed in its world.
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation(text => printed.push(String(text)) > 0);
    fc.assert(
      fc.property(
        secrets,
        echoes,
        fc.constantFrom(...formats),
        fc.boolean(),
        (secret, quotes, tell, json) => {
          const name = echoed(secret, quotes);
          const named = (names: object) => Object.fromEntries(Object.keys(names).map(id => [id, name]));
          const { groups, queues, users } = plan.names;
          const note: Note = {
            code: 'person.unlinked',
            level: 'warning',
            subject: name,
            text: name,
            remedy: name,
          };
          const told: ToldPlan = {
            plan: {
              ...plan,
              names: { ...plan.names, groups: named(groups), queues: named(queues), users: named(users) },
              notes: [note],
            },
            refusals: [...refusals, { code: 'guard.overlap', subject: name, text: name, remedy: name }],
            at,
          };
          printed = [];
          const terminal = createTerminal({ json, colour: false }, hiddenValues());
          terminal.hide([secret]);
          printed.push(terminal.clean(tell(terminal.cleanData(told))));
          terminal.out(formats[0]!(terminal.cleanData(told)));
          terminal.document(told);
          terminal.note(name);
          jsonLog(line => terminal.log(line), Date.now, true).debug('call', {
            route: name,
            error: { cause: name },
          });
          terminal.error(new MusterError('config.invalid', { happened: name, remedy: name, subject: name }));
          terminal.error(new Error(name, { cause: new Error(name) }));
          expect(printed.length).toBeGreaterThan(5);
          expect(readIn(printed.join('\n'), secret)).toEqual([]);
        },
      ),
      runs,
    );
  });

  it('a server that quotes it back does not get it into an answer, an error or the journal', async () => {
    await fc.assert(
      fc.asyncProperty(secrets, echoes, hostility, async (secret, quotes, { status, where, style }) => {
        const said = echoed(secret, quotes);
        const clock = eagerClock();
        const retry = { attempts: 2 };
        const http = createHttpClient({
          transport: quoting(said, status, where),
          clock,
          retry,
          tokens: { authorization: async () => `${style} ${headerSafe(secret)}`, reject: () => {} },
        });
        const api = createApi('https://api.example.com', http, () => 300);
        const lines: JournalLine[] = [];
        const journal = await startJournal(
          { run: 'r', fingerprint: 'f', contract: 'platform', changes: 1 },
          clock,
          async line => void lines.push(line),
        );
        const { write } = writers(journal, new AbortController().signal);
        const record = { route: 'PUT /x', subject: 'x', adds: [], drops: [] };
        const call = { route: 'PUT /api/v2/x', json: {} };
        const heard = await write(record, () => api.send(call, new AbortController().signal)).catch(
          (error: unknown) => error,
        );
        const texts = [everything(heard), JSON.stringify(lines)];
        expect(texts.flatMap(text => readIn(text, headerSafe(secret)))).toEqual([]);
      }),
      runs,
    );
  });

  it('a token endpoint that quotes it back does not get it into an error', async () => {
    await fc.assert(
      fc.asyncProperty(
        secrets,
        echoes,
        hostility,
        fc.constantFrom('basic', 'form', 'auto'),
        async (secret, quotes, { status, where }, style) => {
          const provider = clientCredentials({
            tokenUrls: ['https://login.example.com/oauth/token'],
            clientId: 'client-id',
            clientSecret: secret,
            style: style as 'auto',
            transport: quoting(echoed(secret, quotes), status, where),
            clock: eagerClock(),
            retry: { attempts: 2 },
          });
          const error = await provider.authorization().catch((caught: unknown) => caught);
          expect(error).toBeInstanceOf(Error);
          expect(readIn(everything(error), secret)).toEqual([]);
        },
      ),
      runs,
    );
  });
});

const hostility = fc.record({
  status: fc.constantFrom(200, 302, 400, 401, 403, 404, 409, 412, 429, 500, 503),
  where: fc.constantFrom('message', 'detail', 'text', 'page', 'headers', 'names'),
  style: fc.constantFrom('Bearer', 'SSWS', 'bearer'),
});

/** A header holds no line break, and nothing that is not Latin; such a secret travels in another way. */
const headerSafe = (secret: string): string =>
  /^[\u0021-\u007e]+$/u.test(secret) ? secret : Buffer.from(secret).toString('base64');

/** A server, or a gateway, that repeats what it was told. */
function quoting(said: string, status: number, where: string): Transport {
  const body = {
    message: JSON.stringify({ message: said, code: 'bad.request', contextId: said }),
    detail: JSON.stringify({ detail: said, scimType: 'invalidValue', error: 'x', error_description: said }),
    text: said,
    page: `<html><body>${said}</body></html>`,
    headers: JSON.stringify({ message: 'no' }),
    names: JSON.stringify({ entities: [{ id: 'x', name: said, displayName: said }], error: said }),
  }[where]!;
  const headers: Record<string, string> = {
    'content-type': where === 'page' ? 'text/html' : 'application/json',
    location: `https://elsewhere.example/?token=${said}`,
    'inin-correlation-id': said,
    'www-authenticate': said,
  };
  const answer: WireAnswer = { status, headers, body: Buffer.from(body, 'utf8') };
  return { exchange: async () => answer, close: async () => {} };
}

/** All that a caller could print of it: text, fields, causes. */
function everything(heard: unknown, depth = 0): string {
  if (!(heard instanceof Error) || depth > 5) return JSON.stringify(heard) ?? '';
  const { stack, cause, ...fields } = heard;
  const texts = [heard.message, heard.stack ?? '', JSON.stringify(heard), JSON.stringify(fields)];
  return [...texts, everything(cause, depth + 1)].join('\n');
}
