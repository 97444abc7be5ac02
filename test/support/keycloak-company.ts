import type { World, WorldGroup } from '../contracts/source-contract.ts';

const number = (at: number) => String(at).padStart(2, '0');

/**
 * Sixty people in forty groups on three levels. One group has twelve below it, which is more than Keycloak shows to
 * those who do not say how many they want.
 */
export const company: World = {
  people: Array.from({ length: 60 }, (_, at) => ({
    userName: `user${number(at)}`,
    name: `Given${at} Family${at}`,
    email: `user${number(at)}@example.org`,
    disabled: at % 20 === 7,
  })),
  groups: makeGroups(),
};

function makeGroups(): WorldGroup[] {
  const groups: WorldGroup[] = [];
  const add = (name: string, below: readonly string[]): string => {
    const at = groups.length;
    const people = Array.from({ length: at % 5 }, (_, nth) => `user${number((at * 7 + nth * 11) % 60)}`);
    groups.push({ name, people: [...new Set(people)], groups: below });
    return name;
  };
  const teams = Array.from({ length: 12 }, (_, at) => {
    const team = `Team ${number(at)}`;
    return add(team, [add(`${team} Night`, [])]);
  });
  add('Contact Centre', teams);
  const sales = ['North', 'South', 'East'].map(where =>
    add(`Sales ${where}`, [add(`${where} Inbound`, []), add(`${where} Outbound`, [])]),
  );
  add('Sales', sales);
  add(
    'Office',
    ['People', 'Money', 'Law'].map(name => add(name, [])),
  );
  add('Nobody', []);
  return groups;
}
