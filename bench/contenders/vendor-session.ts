import sdk from 'purecloud-platform-client-v2';
import type { Task } from './contender.ts';

/** What the vendor's client resolves and rejects with when asked for whole answers. */
interface Extended<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Body;
}

/** A page of any of its listings. */
interface Page<Row> {
  readonly entities?: readonly Row[];
  readonly pageCount?: number;
}

export type Call = <Body>(request: () => Promise<unknown>) => Promise<Body>;

/** Refusals for being too fast that one request may meet. */
const patience = 20;

/** Logs in and returns the one way to call: what the client leaves to its user is to wait after a 429 and try again. */
export async function openSession({ url, clientId, clientSecret, clock }: Task): Promise<Call> {
  const client = sdk.ApiClient.instance;
  const { hostname, port } = new URL(url);
  client.setGateway({ host: hostname, protocol: 'http', port: Number(port) });
  client.setReturnExtendedResponses(true);
  await client.loginClientCredentialsGrant(clientId, clientSecret);
  return async <Body>(request: () => Promise<unknown>): Promise<Body> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return ((await request()) as Extended<Body>).body;
      } catch (reason) {
        const { status, headers, body } = reason as Extended<unknown>;
        if (status !== 429 || attempt >= patience) {
          throw new Error(`${status ?? 'no answer'}: ${JSON.stringify(body)}`, { cause: reason });
        }
        await clock.sleep(Number(headers['retry-after']) * 1000);
      }
    }
  };
}

/** 100 rows a page, which every listing of the API takes. */
export const pageSize = 100;

export async function allOf<Row>(call: Call, page: (pageNumber: number) => Promise<unknown>): Promise<Row[]> {
  const rows: Row[] = [];
  for (let pageNumber = 1, pageCount = 1; pageNumber <= pageCount; pageNumber++) {
    const answer: Page<Row> = await call(() => page(pageNumber));
    rows.push(...(answer.entities ?? []));
    pageCount = answer.pageCount ?? 1;
  }
  return rows;
}
