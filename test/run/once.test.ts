import { expect, it } from 'vitest';
import { planningJob } from '../../bench/planning-world.ts';
import type { TenantUser } from '../../src/model/tenant.ts';
import { planRun } from '../../src/run/sync.ts';

/** Each of them tells when somebody asks for what it is looked up by. */
const watched = (users: readonly TenantUser[], asked: () => void): TenantUser[] =>
  users.map(user =>
    Object.defineProperty({ ...user }, 'email', {
      get: () => {
        asked();
        return user.email;
      },
    }),
  );

it('links people to users once, also where some queues are looked at more closely and planned on again', async () => {
  const job = await planningJob(20_000);
  let asked = 0;
  let closer = 0;
  const plan = planRun(
    {
      ...job,
      // Whoever is unjoined before they go is looked at one by one.
      limits: { ...job.limits, drain: { graceSeconds: 60, queues: [] } },
      tenant: {
        ...job.tenant,
        read: async (...args) => {
          const tenant = await job.tenant.read(...args);
          return { ...tenant, users: watched(tenant.users, () => asked++) };
        },
        withMembers: async (...args) => {
          closer++;
          return job.tenant.withMembers(...args);
        },
      },
    },
    new AbortController().signal,
  );
  const { tenant } = await plan;
  expect(closer).toBe(1);
  expect(asked).toBeGreaterThanOrEqual(tenant.users.length);
  expect(asked).toBeLessThan(1.1 * tenant.users.length);
});
