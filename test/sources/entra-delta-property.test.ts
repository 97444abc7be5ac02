import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { facts, remembering } from '../support/entra-remembering.ts';
import type { EntraServer } from '../support/entra-server.ts';

const story = fc.record({
  steps: fc.array(
    fc.record({
      what: fc.constantFrom(
        'join',
        'join',
        'join',
        'leave',
        'nest',
        'rename',
        'bin',
        'destroy',
        'restore',
        'disable',
        'dismiss',
        'hire',
        'found',
        'expire',
      ),
      group: fc.nat(20),
      other: fc.nat(20),
    }),
    { minLength: 4, maxLength: 24 },
  ),
  knobs: fc.record({
    pageSize: fc.integer({ min: 1, max: 4 }),
    chunk: fc.integer({ min: 1, max: 3 }),
    replay: fc.nat(6),
    stragglers: fc.boolean(),
    seed: fc.nat(1_000_000),
    restoreTellsMembers: fc.boolean(),
    deletionsAreTold: fc.boolean(),
  }),
});

/** One thing that an administrator does; nothing where there is nothing to do it to. */
function take(
  { tenant, delta }: EntraServer,
  things: { groups: string[]; people: string[] },
  { what, group: g, other: o }: { what: string; group: number; other: number },
): void {
  const living = things.groups.filter(id => tenant.objects.has(id));
  const binned = things.groups.filter(id => tenant.bin.has(id));
  const people = things.people.filter(id => tenant.objects.has(id));
  const pick = (ids: readonly string[], at: number) => ids[at % Math.max(1, ids.length)];
  const [group, nested, person, bin] = [pick(living, g), pick(living, o), pick(people, o), pick(binned, g)];
  if (what === 'found') things.groups.push(tenant.addGroup(`G${things.groups.length}`));
  if (what === 'hire') things.people.push(tenant.addUser(`u${things.people.length}`));
  if (what === 'expire') delta.expire();
  if (what === 'restore' && bin) tenant.restore(bin);
  if (what === 'dismiss' && person) tenant.delete(person);
  if (what === 'disable' && person) tenant.update(person, { accountEnabled: o % 2 === 0 });
  if (!group) return;
  if (what === 'join' && person) tenant.addMember(group, person);
  if (what === 'leave' && person) tenant.removeMember(group, person);
  if (what === 'nest' && nested && nested !== group) tenant.addMember(group, nested);
  if (what === 'rename')
    tenant.update(group, { displayName: `N${o}`, mail: o % 3 === 0 ? null : `n${o}@contoso.test` });
  if (what === 'bin') tenant.delete(group);
  if (what === 'destroy') tenant.delete(group, 'deleted');
}

describe('delta: only what has changed', () => {
  it('is equal to a full read after any changes, in any order and told more than once', async () => {
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(story, async ({ steps, knobs }) => {
        worlds += 1;
        const one = await remembering();
        try {
          const { tenant, delta } = one.server;
          let seed = knobs.seed;
          Object.assign(delta.knobs, knobs, {
            random: () => {
              seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
              return seed / 2 ** 31;
            },
          });
          Object.assign(tenant, knobs);
          const things = { groups: [] as string[], people: [] as string[] };
          for (const name of ['A', 'B', 'C']) things.groups.push(tenant.addGroup(name));
          for (const name of ['p', 'q', 'r', 's']) things.people.push(tenant.addUser(name));
          for (const [at, step] of steps.entries()) {
            take(one.server, things, step);
            if (at % 4 < 3) continue;
            expect(facts(await one.delta())).toEqual(facts(await one.full()));
          }
          expect(facts(await one.delta())).toEqual(facts(await one.full()));
        } finally {
          await one.close();
        }
      }),
      { numRuns: 40 },
    );
    expect(worlds).toBeGreaterThanOrEqual(40);
  });
});
