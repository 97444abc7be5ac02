import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { planOffline } from '../../src/index.ts';
import type { Change } from '../../src/model/change.ts';
import type { Plan } from '../../src/model/plan.ts';
import type { TenantGroup } from '../../src/model/tenant.ts';
import { canonicalJson } from '../../src/plan/finish/fingerprint.ts';
import { pseudonymsWith } from '../../src/run/offline/pseudonyms.ts';
import { withoutPeople } from '../../src/run/offline/redact.ts';
import { pureConfig, pureSnapshot } from '../support/pure-snapshot.ts';
import type { PureTenant } from '../support/pure-tenant.ts';
import { patience, runs } from './runs.ts';
import { type Day, planFor, type Shown, type Story, stories, worldOf } from './worlds.ts';

vi.setConfig(patience);

const always = (check: (story: Story, plan: Plan, world: PureTenant) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(stories, async story => {
      const world = worldOf(story);
      await check(story, planFor(asRead(world, story.second), story.second), world);
    }),
    runs,
  );

/** A snapshot is sorted, a journal is not. */
const sorted = (books: Plan['bookkeeping']) =>
  Object.entries(books).map(([name, entries]) => [
    name,
    entries.map((entry: unknown) => canonicalJson(entry)).sort(),
  ]);

/**
 * Groups are found by an id of the ledger, or by their name, where a mapping asks for one that the source shows; under
 * the documented contract by their anchor alone. The others are seen where somebody leaves a queue that they may serve.
 */
const asRead = (world: PureTenant, { directory, mappings }: Day): Shown => ({
  ledger: world.ledger,
  bystanders: ({ groups }, asked) => {
    const read = new Set(groups.map(({ id }) => id));
    return world
      .tenant('all')
      .groups.filter(({ id }) => !read.has(id) && (asked.users.length > 0 || asked.groups.includes(id)));
  },
  tenant: read => {
    const tenant = world.tenant(read);
    const known = new Set(
      [...world.ledger.values()].flatMap(({ edge }) => (edge.kind === 'queue-member' ? [] : [edge.group])),
    );
    const named = new Set<string>(
      mappings.flatMap(({ group }) =>
        group.kind === 'exact' && directory.groups.some(({ name }) => name === group.text)
          ? [group.text]
          : [],
      ),
    );
    const isFound = ({ name, externalId }: TenantGroup) =>
      tenant.choice.contract === 'platform' ? named.has(name) : externalId?.startsWith('iam-');
    return { ...tenant, groups: tenant.groups.filter(group => known.has(group.id) || isFound(group)) };
  },
});

describe('whatever the world', () => {
  it('a plan on a snapshot of it is the plan of it', async () => {
    await always(async ({ second }, plan, world) => {
      const offline = await planOffline(pureConfig(second), pureSnapshot(world, second));
      expect(offline.plan.changes).toEqual(plan.changes);
      expect(offline.plan.fingerprint).toBe(plan.fingerprint);
      expect(sorted(offline.plan.bookkeeping)).toEqual(sorted(plan.bookkeeping));
    });
  });

  it('a plan on a snapshot without people is the same plan about pseudonyms', async () => {
    const key = new Uint8Array(32).fill(7);
    const names = pseudonymsWith(key);
    const hidden = (change: Change): Change => ({
      ...change,
      ...('user' in change && change.user !== undefined ? { user: names.userId(change.user) } : {}),
      ...('person' in change && change.person !== undefined
        ? { person: names.personKey(change.person) }
        : {}),
      ...('also' in change && change.also !== undefined
        ? {
            also: change.also.map(owner =>
              owner.person === undefined ? owner : { ...owner, person: names.personKey(owner.person) },
            ),
          }
        : {}),
    });
    const inAnyOrder = (changes: readonly Change[]) => changes.map(change => JSON.stringify(change)).sort();
    await always(async ({ second }, plan, world) => {
      const snapshot = withoutPeople(pureSnapshot(world, second), key);
      const offline = await planOffline(pureConfig(second), snapshot);
      expect(inAnyOrder(offline.plan.changes)).toEqual(inAnyOrder(plan.changes.map(hidden)));
      expect(JSON.stringify(snapshot)).not.toMatch(/u\d+@example\.com|"u\d+"|corp:u\d/u);
    });
  });
});
