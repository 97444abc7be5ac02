import { describe, expect, it, onTestFinished } from 'vitest';
import { type Emulator, emulate, exampleTenant, type Knobs } from '../../src/emulator/emulate.ts';
import type { Contract } from '../../src/model/contract.ts';
import type { Directory } from '../../src/model/directory.ts';
import type { Selector } from '../../src/model/mapping.ts';
import { scimFrom } from '../support/scim-rig.ts';

const never = new AbortController().signal;

/** Two hundred people in a group, one of whom has left, beside the groups of the example tenant. */
async function tenant(contract: Contract, knobs: Partial<Knobs> = {}): Promise<Emulator> {
  const crowd = Array.from({ length: 200 }, (_, index) => ({
    name: `Agent ${index}`,
    email: `agent.${index}@example.com`,
    ...(index === 7 && { state: 'inactive' as const }),
  }));
  const members = crowd.map(({ email }) => email);
  const emulator = await emulate({
    contract,
    knobs,
    seed: {
      ...exampleTenant,
      users: [...exampleTenant.users!, ...crowd],
      groups: [
        ...exampleTenant.groups!,
        { name: 'Crowd', members, externalId: 'iam-crowd' },
        { name: 'Empty' },
      ],
    },
  });
  onTestFinished(() => emulator.close());
  return emulator;
}

const read = (emulator: Emulator, selector: Selector, root = '/api/v2/scim/v2'): Promise<Directory> =>
  scimFrom({
    baseUrl: emulator.url + root,
    tokenUrl: `${emulator.url}/oauth/token`,
    clientId: 'muster-example',
    clientSecret: 'example-secret',
  }).read({ groups: [selector] }, never);

/** What the source should have seen, by the emulator's own tables. */
const truth = (emulator: Emulator) =>
  emulator.db.groups
    .sorted()
    .map(group => [group.name, [...group.individuals].sort()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

describe('the emulator, read as a SCIM server', () => {
  it.each(['platform', 'scim-extension'] as const)(
    'under the %s contract shows the groups of its tables',
    async contract => {
      const emulator = await tenant(contract);
      const directory = await read(emulator, { kind: 'glob', text: '*' });
      expect(directory.groups.map(group => [group.name, group.members.map(({ id }) => id)])).toEqual(
        truth(emulator),
      );
      expect(directory.groups.flatMap(({ evidence }) => evidence.reasons)).toEqual([]);
      expect(directory.evidence).toMatchObject({ complete: true, expected: emulator.db.groups.size });
      for (const person of directory.people) {
        const user = emulator.db.users.get(person.id)!;
        expect(person).toMatchObject({ name: user.name, userName: user.email, emails: [user.email] });
        expect(person.status).toBe(user.state === 'active' ? 'active' : 'suspended');
      }
      expect(directory.people.filter(({ status }) => status === 'suspended')).toHaveLength(1);
    },
  );

  it.each(['/api/v2/scim/v2', '/api/v2/scim/'])(
    'below %s finds a group by name, id and externalId',
    async root => {
      const emulator = await tenant('platform');
      const [crowd] = emulator.db.groups.by('name', 'Crowd');
      for (const text of ['Crowd', crowd!.id, 'iam-crowd']) {
        const directory = await read(emulator, { kind: 'exact', text }, root);
        expect(
          directory.groups.map(({ name, members }) => [name, members.length]),
          text,
        ).toEqual([['Crowd', 200]]);
      }
    },
  );

  it('proves an empty group by the others, in pages that are small enough where members come along', async () => {
    const emulator = await tenant('platform', { scimLargeCount: 'throttle' });
    const directory = await read(emulator, { kind: 'exact', text: 'Empty' });
    expect(directory.groups[0]).toMatchObject({ members: [], evidence: { complete: true } });
    expect(emulator.requests.all.filter(({ status }) => status === 429)).toEqual([]);
  });
});
