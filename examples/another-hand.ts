// What a supervisor may do in the administration of Genesys Cloud on a Tuesday evening, for docs/drift.md: takes Bo and
// Dana out of our group, puts Hugo into it, has the retention desk serve our queue, and two people directly.
//
//   node examples/another-hand.ts          (against `muster emulate`, in whose example tenant the client "desk-example" is)

const base = process.env.GENESYS_BASE_URL ?? 'http://127.0.0.1:4010';
const login = await fetch(`${base}/oauth/token`, {
  method: 'POST',
  headers: {
    authorization: `Basic ${btoa('desk-example:example-secret')}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials',
});
const { access_token: token } = (await login.json()) as { access_token: string };

interface Named {
  readonly id: string;
  readonly name: string;
}

async function call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await fetch(base + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}

async function idOf(kind: string, name: string): Promise<string> {
  const { entities } = await call<{ entities: Named[] }>('GET', `/api/v2/${kind}?pageSize=500`);
  const found = entities.find(each => each.name === name);
  if (!found) throw new Error(`There is no "${name}" among the ${kind}.`);
  return found.id;
}

const user = (name: string) => idOf('users', name);
const group = `/api/v2/groups/${await idOf('groups', 'Customer Support Tier 1')}`;
const queue = `/api/v2/routing/queues/${await idOf('routing/queues', 'Support_Tier1')}`;

await call('DELETE', `${group}/members?ids=${await user('Bo Lindqvist')},${await user('Dana Levi')}`);
const { version } = await call<{ version: number }>('GET', group);
await call('POST', `${group}/members`, { memberIds: [await user('Hugo Martin')], version });

const settings = await call<{ memberGroups: unknown[] }>('GET', queue);
const desk = { id: await idOf('groups', 'Retention Desk'), type: 'GROUP' };
await call('PUT', queue, { ...settings, memberGroups: [...settings.memberGroups, desk] });
await call('POST', `${queue}/members`, [{ id: await user('Ben Okafor') }, { id: await user('Elif Yilmaz') }]);
