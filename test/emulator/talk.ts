import type { Emulator } from '../../src/emulator/emulate.ts';

export interface Heard {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests read answers of every shape.
  readonly body: any;
  readonly text: string;
}

export type Talk = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Heard>;

/** A token by Basic auth, as the vendor's clients ask for it. */
export async function login(
  emulator: Emulator,
  id = 'muster-example',
  secret = 'example-secret',
): Promise<Heard> {
  return hear(
    await fetch(`${emulator.url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      signal: AbortSignal.timeout(10_000),
    }),
  );
}

/** Logs in and returns a function that sends requests with that token. */
export async function talkTo(emulator: Emulator, id?: string, secret?: string): Promise<Talk> {
  const token = (await login(emulator, id, secret)).body.access_token as string;
  return talkWith(emulator, token);
}

export function talkWith(emulator: Emulator, token: string | undefined): Talk {
  return async (method, path, body, headers = {}) =>
    hear(
      await fetch(emulator.url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      }),
    );
}

async function hear(response: Response): Promise<Heard> {
  const text = await response.text();
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    body = undefined;
  }
  return { status: response.status, headers: response.headers, body, text };
}

export const userId = (emulator: Emulator, email: string): string => {
  const user = emulator.db.users.by('email', email)[0];
  if (!user) throw new Error(`no user ${email}`);
  return user.id;
};

export const queueId = (emulator: Emulator, name: string): string => {
  const queue = emulator.db.queues.by('name', name)[0];
  if (!queue) throw new Error(`no queue ${name}`);
  return queue.id;
};

export const groupId = (emulator: Emulator, name: string): string => {
  const group = emulator.db.groups.by('name', name)[0];
  if (!group) throw new Error(`no group ${name}`);
  return group.id;
};
