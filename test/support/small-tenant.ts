import type { SeedInput } from '../../src/emulator/emulate.ts';

export const staff = ['ana', 'bo', 'cy', 'dee', 'eve', 'fay', 'gus', 'hal'] as const;

/** Eight people, three queues with settings of their own, and nothing attached to anything. */
export const smallTenant = (change: SeedInput = {}): SeedInput => ({
  organization: { name: 'Small' },
  clients: [
    { id: 'muster', secret: 'example-secret-9f2c', permissions: ['*'] },
    { id: 'observer', secret: 'observer-secret', permissions: ['*'] },
  ],
  users: people(staff),
  queues: [
    {
      name: 'Support',
      settings: { description: 'First line', enableTranscription: true, fieldOfNextYear: { kept: [1, 2] } },
    },
    { name: 'Billing', settings: { acwSettings: { wrapupPrompt: 'OPTIONAL', timeoutMs: 60_000 } } },
    { name: 'Sales' },
  ],
  ...change,
});

export const people = (names: readonly string[]) =>
  names.map(name => ({
    name: `${name.charAt(0).toUpperCase()}${name.slice(1)} Test`,
    email: `${name}@example.com`,
  }));
