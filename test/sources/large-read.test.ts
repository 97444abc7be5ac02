import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';

const reader = fileURLToPath(new URL('../support/read-okta.ts', import.meta.url));
const groups = 500;
const membersOfGroup = 400;
const people = 20_000;
const pageSize = 200;

const user = (index: number) => ({
  id: `00u${index % people}`,
  status: 'ACTIVE',
  profile: {
    login: `p${index % people}@example.com`,
    email: `p${index % people}@example.com`,
    displayName: `Person ${index % people}`,
  },
  // What a real user carries besides: read, and not kept.
  _links: { self: { href: `https://acme.okta.com/api/v1/users/00u${index}` }, rest: 'x'.repeat(400) },
});

/** An org of 200,000 memberships whose pages are made as they are asked for. */
async function startOrg(): Promise<string> {
  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://127.0.0.1');
    const after = Number(url.searchParams.get('after') ?? 0);
    const member = /^\/api\/v1\/groups\/00g(\d+)\/users$/u.exec(url.pathname);
    const total = member ? membersOfGroup : groups;
    const to = Math.min(after + pageSize, total);
    const rows = Array.from({ length: to - after }, (_, at) =>
      member
        ? user(Number(member[1]) * 37 + after + at)
        : {
            id: `00g${after + at}`,
            type: 'OKTA_GROUP',
            profile: { name: `team-${after + at}` },
            _embedded: { stats: { usersCount: membersOfGroup } },
          },
    );
    const self = `http://${request.headers.host}${url.pathname}`;
    response.setHeader('content-type', 'application/json');
    if (to < total) response.setHeader('link', `<${self}?limit=${pageSize}&after=${to}>; rel="next"`);
    response.end(JSON.stringify(rows));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('500 groups with 200,000 memberships are read in less than 300 MB by a process with a heap of 160 MB, with progress', {
  timeout: 120_000,
}, async () => {
  const url = await startOrg();
  const { stdout } = await promisify(execFile)(process.execPath, ['--max-old-space-size=160', reader, url]);
  const told = JSON.parse(stdout) as { peakMb: number };
  expect(told).toMatchObject({
    groups,
    memberships: groups * membersOfGroup,
    complete: true,
    progressed: true,
  });
  expect(told.peakMb).toBeLessThan(300);
});
