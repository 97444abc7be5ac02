import { retryAfterMs } from '../../http/retry-after.ts';
import { graphFailure, notUnderstood } from './failures.ts';
import { type Ask, failed, type Graph, type Settled, settle, slowDown } from './graph.ts';
import { batchAnswer } from './wire.ts';

/** Most requests that Graph takes in one batch. */
const batchSize = 20;

interface Inner {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/**
 * Reads many things in few requests: the body of each, or why it could not be read, in the order of `asks`.
 *
 * A batch answers 200 whatever became of its parts. Those that were throttled, failed over there or are missing are
 * asked again, each alone and after the wait that it was given; the others are not sent twice. Each part costs quota
 * as if it had come alone, so nothing would be saved by another batch.
 *
 * @throws MusterError only what would hit every further request as well, see `settle`.
 */
export async function readAll(graph: Graph, asks: readonly Ask[]): Promise<Settled<unknown>[]> {
  const chunks = Array.from({ length: Math.ceil(asks.length / batchSize) }, (_, at) =>
    asks.slice(at * batchSize, (at + 1) * batchSize),
  );
  return (await Promise.all(chunks.map(chunk => readChunk(graph, chunk)))).flat();
}

async function readChunk(graph: Graph, asks: readonly Ask[]): Promise<Settled<unknown>[]> {
  const answers = asks.length > 1 ? await sendBatch(graph, asks) : new Map<string, Inner>();
  for (const answer of answers.values()) {
    slowDown(answer.headers, graph);
    const waitMs = retryAfterMs(answer.headers, graph.clock.now());
    if (!isFinal(answer) && waitMs !== undefined) graph.hold(waitMs);
  }
  return Promise.all(
    asks.map((ask, at) => {
      const answer = answers.get(String(at));
      return answer && isFinal(answer) ? bodyOf(answer, ask) : settle(graph, graph.get(ask));
    }),
  );
}

/** Answers by id. Empty where the batch as a whole came to nothing: then its parts are asked for one by one. */
async function sendBatch(graph: Graph, asks: readonly Ask[]): Promise<Map<string, Inner>> {
  const requests = asks.map((ask, at) => ({
    id: String(at),
    method: 'GET',
    url: ask.url.slice(graph.root.length),
    ...(ask.advanced && { headers: { ConsistencyLevel: 'eventual' } }),
  }));
  const url = `${graph.root}/$batch`;
  const ask = { url, route: 'POST /$batch', subject: 'a batch' };
  const answer = await settle(graph, graph.post(ask, { requests }));
  const parsed = !failed(answer) && answer.status === 200 ? batchAnswer.safeParse(answer.body) : undefined;
  const inner = parsed?.success ? parsed.data.responses : [];
  return new Map(
    inner.map(({ id, status, headers, body }) => [id, { status, headers: lowerCase(headers ?? {}), body }]),
  );
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** Is there nothing to gain by asking again? 401 means a token that ran out between the outer and the inner request. */
const isFinal = ({ status }: Inner): boolean => status < 500 && ![401, 408, 424, 429].includes(status);

function bodyOf(answer: Inner, ask: Ask): Settled<unknown> {
  if (answer.status < 200 || answer.status > 299) return graphFailure(answer, ask.subject);
  if (typeof answer.body === 'object' && answer.body !== null) return answer.body;
  return notUnderstood('a part of a batch that has no body', ask.subject);
}
