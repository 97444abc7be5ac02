import type { SeedInput } from './seed.ts';

/** The people of `examples/directory.yaml`, where they are in groups that serve queues. */
const directory = [
  ['Ana Souza', 'Support'],
  ['Bo Lindqvist', 'Support'],
  ['Chidi Okafor', 'Support'],
  ['Dana Levi', 'Support'],
  ['Emre Yilmaz', 'Support'],
  ['Farah Haddad', 'Support'],
  ['Goran Petrovic', 'Billing'],
  ['Hana Sato', 'Billing'],
  ['Ines Moreau', 'Sales'],
  ['Jonas Weber', 'Sales'],
  ['Kavya Nair', 'Sales'],
  ["Liam O'Brien", 'Billing'],
] as const;

const people = [
  ['Ana Ferreira', 'Support'],
  ['Ben Okafor', 'Support'],
  ['Chiara Rossi', 'Support'],
  ['Daniel Weiss', 'Support'],
  ['Elif Yilmaz', 'Support'],
  ['Fatou Diallo', 'Support'],
  ['Grace Kim', 'Support'],
  ['Hugo Martin', 'Support'],
  ['Ingrid Larsen', 'Support'],
  ['Jakub Nowak', 'Billing'],
  ['Keiko Tanaka', 'Billing'],
  ['Liam Murphy', 'Billing'],
  ['Marta Kowalska', 'Billing'],
  ['Nikhil Rao', 'Sales'],
  ['Olivia Bennett', 'Sales'],
  ['Pavel Dvorak', 'Sales'],
  ['Quentin Dubois', 'Sales'],
  ['Rosa Jimenez', 'Sales'],
  ['Sven Johansson', 'Sales'],
  ['Tariq Hassan', 'Retention'],
  ['Ursula Meier', 'Retention'],
  ['Viktor Petrov', 'Retention'],
  ['Wanjiru Kamau', 'Workforce'],
  ['Yara Haddad', 'Workforce'],
] as const;

const email = (name: string): string =>
  `${name.toLowerCase().replace(' ', '.').replace("'", '')}@example.com`;

/**
 * A small contact centre, for `npm start` and for tests: eight queues, 37 people (one of whom has left), two groups that
 * were there before muster, and one person whom a supervisor put on a queue by hand.
 */
export const exampleTenant: SeedInput = {
  organization: { name: 'Example Telecom' },
  divisions: ['Home', 'EMEA'],
  clients: [
    { id: 'muster-example', secret: 'example-secret', name: 'muster', permissions: ['*'] },
    // Somebody at the administrator's desk: another hand, for whoever wants to see what muster says of it.
    {
      id: 'desk-example',
      secret: 'example-secret',
      name: 'desk',
      permissions: ['*'],
      actsFor: 'yara.haddad@example.com',
    },
  ],
  users: [
    ...[...directory, ...people].map(([name, department]) => ({
      name,
      email: email(name),
      department,
      title: `${department} Agent`,
    })),
    {
      name: 'Zoe Papadaki',
      email: 'zoe.papadaki@example.com',
      department: 'Support',
      state: 'inactive' as const,
    },
  ],
  groups: [
    {
      name: 'Supervisors',
      description: 'Made by hand; serves no queue.',
      members: ['wanjiru.kamau@example.com', 'yara.haddad@example.com'],
      owners: ['yara.haddad@example.com'],
    },
    {
      name: 'Retention Desk',
      members: ['tariq.hassan@example.com', 'ursula.meier@example.com', 'viktor.petrov@example.com'],
    },
  ],
  queues: [
    {
      name: 'Support_Tier1',
      members: ['grace.kim@example.com'],
      settings: { description: 'First line, all languages', enableTranscription: true },
    },
    { name: 'Support_Tier2', settings: { description: 'Second line', skillEvaluationMethod: 'BEST' } },
    { name: 'Support_VIP', rings: [{}, {}], settings: { description: 'Contract customers, in rings' } },
    { name: 'Billing', settings: { acwSettings: { wrapupPrompt: 'OPTIONAL', timeoutMs: 60_000 } } },
    { name: 'Sales_EMEA', division: 'EMEA', settings: { callingPartyName: 'Example Telecom' } },
    { name: 'Sales_Americas' },
    { name: 'Retention', memberGroups: ['Retention Desk'] },
    { name: 'Callbacks', settings: { enableManualAssignment: true } },
  ],
};
