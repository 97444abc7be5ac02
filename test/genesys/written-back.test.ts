import { expect, it } from 'vitest';
import { createApi } from '../../src/genesys/api.ts';
import { readGroup, renameGroup } from '../../src/genesys/groups.ts';
import { readQueue, writeQueue } from '../../src/genesys/queues.ts';
import { parseExactly } from '../../src/http/exact-json.ts';
import { readAnswer } from '../../src/http/read-answer.ts';

const { signal } = new AbortController();
const long = '9007199254740993';

/** An API that answers with this text, read as the call asks for it, and keeps what is written. */
function apiOf(text: string) {
  const sent: string[] = [];
  const send = async ({ json, exact }: { readonly json?: unknown; readonly exact?: boolean }) => {
    if (json !== undefined) sent.push(JSON.stringify(json));
    const answer = { status: 200, headers: {}, body: Buffer.from(text, 'utf8') };
    return readAnswer(answer, 1, 'GET it', exact ? parseExactly : JSON.parse);
  };
  return {
    sent,
    api: createApi('https://api.example.com', { send, sent: 0, close: async () => {} }, () => 300),
  };
}

it('a group that gets another name keeps every number of its addresses', async () => {
  const { api, sent } = apiOf(`{"id":"g","name":"Old","version":3,"addresses":[{"extension":${long}}]}`);
  await renameGroup(api, await readGroup(api, 'g', signal), 'New', signal);
  expect(sent).toEqual([`{"addresses":[{"extension":${long}}],"name":"New","version":3}`]);
});

it('a queue keeps every number that it has', async () => {
  const { api, sent } = apiOf(`{"id":"q","name":"Q","mediaSettings":{"call":${long}}}`);
  const queue = await readQueue(api, 'q', signal);
  await writeQueue(api, 'q', queue!, 'queue Q', signal);
  expect(sent).toEqual([`{"id":"q","name":"Q","mediaSettings":{"call":${long}}}`]);
});
