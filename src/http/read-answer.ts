import type { HttpAnswer } from './client.ts';
import type { WireAnswer } from './transport.ts';
import { WireError } from './wire-error.ts';

const textLimit = 2_000;

/** The answer with its body as it is, whatever it calls itself: a file that is no JSON may well be called so. */
export const rawAnswer = (wire: WireAnswer, attempts: number): HttpAnswer => ({
  status: wire.status,
  headers: wire.headers,
  body: undefined,
  text: new TextDecoder().decode(wire.body.subarray(0, textLimit)),
  bytes: wire.body,
  attempts,
});

/**
 * The answer with its body parsed. What is no JSON (a gateway's HTML) leaves `body` undefined and is for the caller
 * to judge. What a success calls JSON and is not was cut on its way, perhaps by something that re-framed it.
 *
 * @throws WireError `http.truncated` for the latter.
 */
export function readAnswer(
  wire: WireAnswer,
  attempts: number,
  subject: string,
  parse: (text: string) => unknown = JSON.parse,
): HttpAnswer {
  const text = new TextDecoder().decode(wire.body);
  const { status, headers } = wire;
  const answer = { status, headers, text: text.slice(0, textLimit), attempts };
  if (text.trim() === '') return { ...answer, body: undefined };
  try {
    return { ...answer, body: parse(text) };
  } catch {
    const calledJson = /^[^;]*[/+]json\b/iu.test(headers['content-type'] ?? '');
    if (!calledJson || status < 200 || status > 299) return { ...answer, body: undefined };
    // The parser's error is no cause to keep: it quotes the body.
    throw new WireError('http.truncated', {
      happened: 'The answer says that it is JSON, and ends in the middle of it.',
      subject,
      remedy:
        'Run it again; if it happens often, look for a gateway in between that limits the size of answers.',
      sent: true,
    });
  }
}
