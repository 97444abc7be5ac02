import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/emulator/emulate.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { isMusterError } from '../../src/errors.ts';
import { smallTenant } from '../support/small-tenant.ts';
import { contracts, createWorld, type World } from '../support/world.ts';

interface Row {
  readonly when: string;
  readonly fault: Pick<Fault, 'kind' | 'status' | 'code' | 'times'>;
  readonly code: ErrorCode;
  readonly remedy: RegExp;
  /** A gateway and a broken wire know no correlation id. */
  readonly bare?: true;
}

const rows: readonly Row[] = [
  {
    when: '400',
    fault: { kind: 'status', status: 400 },
    code: 'genesys.bad-request',
    remedy: /correlation id|by hand/u,
  },
  {
    when: '401, and again with a new token',
    fault: { kind: 'status', status: 401 },
    code: 'genesys.unauthorized',
    remedy: /clientSecret/u,
  },
  {
    when: '403',
    fault: { kind: 'status', status: 403 },
    code: 'genesys.permission-missing',
    remedy: /muster check/u,
  },
  { when: '404', fault: { kind: 'status', status: 404 }, code: 'genesys.not-found', remedy: /muster plan/u },
  { when: '409', fault: { kind: 'status', status: 409 }, code: 'genesys.conflict', remedy: /Run again/u },
  { when: '412', fault: { kind: 'status', status: 412 }, code: 'genesys.stale', remedy: /Run again/u },
  { when: '413', fault: { kind: 'status', status: 413 }, code: 'genesys.too-large', remedy: /memberBatch/u },
  {
    when: '415',
    fault: { kind: 'status', status: 415 },
    code: 'genesys.unsupported-media-type',
    remedy: /proxy/u,
  },
  {
    when: '429 without end',
    fault: { kind: 'status', status: 429 },
    code: 'genesys.throttled',
    remedy: /another client|OAuth client of its own/iu,
  },
  {
    when: '408 without end',
    fault: { kind: 'status', status: 408 },
    code: 'genesys.unavailable',
    remedy: /run again/u,
  },
  {
    when: '500 without end',
    fault: { kind: 'status', status: 500 },
    code: 'genesys.unavailable',
    remedy: /run again/u,
  },
  {
    when: '503 without end',
    fault: { kind: 'status', status: 503 },
    code: 'genesys.unavailable',
    remedy: /run again/u,
  },
  { when: '418', fault: { kind: 'status', status: 418 }, code: 'http.unexpected', remedy: /baseUrl/u },
  {
    when: 'a web page with 502',
    fault: { kind: 'html', status: 502 },
    code: 'http.not-json',
    remedy: /baseUrl and the proxy/u,
    bare: true,
  },
  {
    when: 'a web page with 404',
    fault: { kind: 'html', status: 404 },
    code: 'http.not-json',
    remedy: /baseUrl and the proxy/u,
    bare: true,
  },
  {
    when: 'a web page with 200',
    fault: { kind: 'html', status: 200 },
    code: 'http.not-json',
    remedy: /baseUrl and the proxy/u,
    bare: true,
  },
  {
    when: 'a body that ends in the middle',
    fault: { kind: 'truncate' },
    code: 'http.truncated',
    remedy: /Run it again/u,
    bare: true,
  },
  {
    when: 'a connection that is cut',
    fault: { kind: 'reset' },
    code: 'network.unreachable',
    remedy: /Run it again/u,
    bare: true,
  },
  {
    when: 'nothing at all',
    fault: { kind: 'timeout' },
    code: 'network.timeout',
    remedy: /timeout/u,
    bare: true,
  },
];

/** Time runs fast, so that waiting between attempts takes none; only silence has to be sat out, twice 0.2 s of the wall. */
const impatient = ({ fault }: Row) => ({
  timeScale: 2_000,
  genesys: fault.kind === 'timeout' ? { timeoutSeconds: 0.2, attempts: 2 } : {},
});

const readRoutes = {
  platform: ['GET /api/v2/routing/queues', 'POST /api/v2/users/search', 'POST /api/v2/groups/search'],
  'scim-extension': ['GET /api/v2/routing/queues', 'POST /api/v2/users/search', 'GET /api/v2/scim/groups'],
};

/** Where an answer means more at this place than by itself, and the error says so in words of its own. */
const ownWords: Readonly<Record<string, ErrorCode>> = {
  'GET /api/v2/scim/groups status 404': 'genesys.contract-not-honoured',
  'POST /api/v2/scim/groups status 404': 'genesys.contract-not-honoured',
  'POST /api/v2/scim/groups status 409': 'genesys.conflict',
  'GET /api/v2/scim/groups/{id} status 404': 'settle.not-seen',
  'GET /api/v2/routing/queues/{id} status 404': 'genesys.not-found',
};

describe.each(contracts)('a read that is answered under the %s contract', contract => {
  describe.each(readRoutes[contract])('at %s', route => {
    // A search that finds nobody may say so by 404: that is an answer (API reference §5).
    const failures = rows.filter(row => row.when !== '404' || !route.endsWith('/search'));
    it.each(failures)('with $when stops the run as $code', async row => {
      const { fault, code, remedy, bare } = row;
      const { timeScale, genesys } = impatient(row);
      const world = await createWorld({ contract, timeScale, genesys: { ...genesys, contract } });
      world.emulator.faults.add({ route, ...fault });

      const error = await world.sync().catch((caught: unknown) => caught);

      if (!isMusterError(error)) throw error;
      expect(error.subject).toBeTruthy();
      const own = ownWords[`${route} ${fault.kind} ${fault.status}`];
      if (own) expect(error.code).toBe(own);
      else expect(error).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
      if (!bare && !own) {
        const failed = world.emulator.requests.all.filter(request => request.fault);
        expect(error.status).toBe(fault.status);
        expect(failed.map(request => request.correlationId)).toContain(error.correlationId);
      }
      expect(world.emulator.requests.writes()).toEqual([]);
    });
  });
});

/** The requests of a first run. */
const firstWrites: Record<(typeof contracts)[number], [route: string, kind: string][]> = {
  platform: [
    ['POST /api/v2/groups', 'group'],
    ['PUT /api/v2/scim/v2/groups/{id}', 'group'],
    ['GET /api/v2/routing/queues/{id}', 'queue'],
    ['PUT /api/v2/routing/queues/{id}', 'queue'],
  ],
  'scim-extension': [
    ['POST /api/v2/scim/groups', 'group'],
    ['GET /api/v2/scim/groups/{id}', 'group'],
  ],
};

/** Who is there already makes the heads of the queue no witness: then the group is read after it was written. */
async function putByHand(world: World, queue: string, names: readonly string[]): Promise<void> {
  const path = `/api/v2/routing/queues/${world.queue(queue)}/members`;
  const { status } = await world.talk(
    'POST',
    path,
    names.map(name => ({ id: world.user(name) })),
  );
  expect(status).toBeLessThan(300);
}

describe.each(contracts)('a request of a first apply that is answered under the %s contract', contract => {
  describe.each(firstWrites[contract])('at %s', (route, kind) => {
    it.each(rows)('with $when ends its step as $code, and the next run mends it', async row => {
      const { fault, code, remedy, bare } = row;
      const world = await createWorld({ contract, ...impatient(row), groups: { support: ['ana', 'bo'] } });
      await world.configure({ mappings: [{ group: 'support', queues: ['Support'] }] });
      if (route === 'GET /api/v2/scim/groups/{id}') await putByHand(world, 'Support', ['ana', 'bo']);
      world.emulator.faults.add({ route, ...fault });

      const { outcome } = await world.sync();

      const problem = outcome.steps.find(step => step.state === 'failed')?.problem;
      if (outcome.state === 'done') {
        // What was applied and is found by looking is done, whatever became of the answer.
        expect(fault.kind).toBe('truncate');
      } else {
        expect(problem?.remedy).toBeTruthy();
        expect(problem?.subject).toMatch(new RegExp(kind, 'u'));
        const own = ownWords[`${route} ${fault.kind} ${fault.status}`];
        if (own) expect(problem?.code).toBe(own);
        else expect(problem).toMatchObject({ code, remedy: expect.stringMatching(remedy) });
        if (!bare && !own) expect(problem?.correlationId).toMatch(/^[0-9a-f-]{36}$/u);
      }
      world.emulator.faults.clear();
      const again = await world.sync();
      expect(['done', 'nothing-to-do']).toContain(again.outcome.state);
      expect(await world.on('Support')).toEqual(['ana', 'bo']);
      expect([...world.emulator.db.groups.values()].map(group => group.name)).toEqual(['support']);
    });
  });
});

describe('a permission that is missing', () => {
  const without = (...missing: string[]) => {
    const all = [
      'routing:queue:view',
      'routing:queue:edit',
      'directory:group:add',
      'directory:group:edit',
      'directory:user:view',
    ];
    return smallTenant({
      clients: [
        {
          id: 'muster',
          secret: 'example-secret-9f2c',
          permissions: all.filter(name => !missing.includes(name)),
        },
        { id: 'observer', secret: 'observer-secret' },
      ],
    });
  };

  it('is not noticed with the permissions that the guide lists', async () => {
    const world = await createWorld({ seed: without() });
    expect((await world.sync()).outcome.state).toBe('done');
  });

  it.each(['routing:queue:view', 'directory:user:view'])(
    '%s is named, and nothing is written',
    async name => {
      const world = await createWorld({ seed: without(name) });
      await expect(world.sync()).rejects.toMatchObject({
        code: 'genesys.permission-missing',
        status: 403,
        remedy: expect.stringContaining(name),
        correlationId: expect.any(String),
      });
      expect(world.emulator.requests.writes()).toEqual([]);
    },
  );

  it.each([
    ['routing:queue:edit', 'queue Billing'],
    ['directory:group:add', 'group billing'],
  ])('%s is named by the step that lacks it', async (name, subject) => {
    const world = await createWorld({ seed: without(name) });
    const { outcome } = await world.sync();
    const failed = outcome.steps.filter(step => step.state === 'failed').map(step => step.problem!);
    expect(failed).toContainEqual(
      expect.objectContaining({
        code: 'genesys.permission-missing',
        subject,
        remedy: expect.stringContaining(name),
        correlationId: expect.any(String),
      }),
    );
  });

  it('in one division hides its queues: the name is not found, and the remedy speaks of divisions', async () => {
    const world = await createWorld({
      seed: smallTenant({
        divisions: ['Home', 'EMEA'],
        clients: [
          { id: 'muster', secret: 'example-secret-9f2c', divisions: ['Home'] },
          { id: 'observer', secret: 'observer-secret' },
        ],
        queues: [{ name: 'Support', division: 'EMEA' }, { name: 'Billing' }],
      }),
    });
    await expect(world.plan()).rejects.toMatchObject({
      code: 'queue.not-found',
      remedy: expect.stringContaining('division'),
    });
  });

  it('as a scope under the documented contract is named', async () => {
    const world = await createWorld({
      contract: 'scim-extension',
      knobs: { tokenStyles: ['form'] },
      genesys: { scope: 'scim:groups:read routing:queue:read' },
    });
    const { outcome } = await world.sync();
    expect(outcome.steps[0]?.problem).toMatchObject({
      code: 'genesys.permission-missing',
      remedy: expect.stringContaining('scim:groups:write'),
    });
  });
});

describe('a token', () => {
  it.each(contracts)(
    'that is revoked in mid-run is made anew, and the run ends well (%s)',
    async contract => {
      const world = await createWorld({ contract, genesys: { concurrency: 1 } });
      let turn = 0;
      world.emulator.on('request', record => {
        if (!record.template.endsWith('/token') && ++turn % 3 === 0) world.emulator.revokeTokens();
      });
      const { outcome } = await world.sync();
      expect(outcome.state).toBe('done');
      expect(world.emulator.requests.all.filter(request => request.status === 401).length).toBeGreaterThan(2);
    },
  );

  it('that is refused tells what to check', async () => {
    const world = await createWorld();
    await world.configure({ genesys: { clientId: 'somebody-else' } });
    await expect(world.plan()).rejects.toMatchObject({
      code: 'token.refused',
      remedy: expect.stringContaining('client'),
    });
  });
});

describe.each(contracts)('the lost answer to the making of a group, under the %s contract', contract => {
  it.each(['lost-answer', 'truncate'] as const)('(%s) makes no second group', async kind => {
    const route = contract === 'platform' ? 'POST /api/v2/groups' : 'POST /api/v2/scim/groups';
    const world = await createWorld({ contract, faults: [{ route, kind, times: 1 }] });
    const { outcome } = await world.sync();
    expect(outcome.state).toBe('done');
    expect([...world.emulator.db.groups.values()].map(group => group.name).sort()).toEqual([
      'billing',
      'support',
    ]);
    expect(await world.on('Support')).toEqual(['ana', 'bo']);
    expect((await world.plan()).plan.changes).toEqual([]);
  });
});
