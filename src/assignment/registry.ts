import type { Contract } from '../model/contract.ts';
import type { StrategyName } from '../model/mapping.ts';
import { directMembers } from './direct-members.ts';
import { memberGroups } from './member-groups.ts';
import { ringGroups } from './ring-groups.ts';
import { scimExtension } from './scim-extension.ts';
import type { AssignmentStrategy } from './strategy.ts';

/** Every way in which a queue can be told. A new one is a file and a line here. */
export const strategies: readonly AssignmentStrategy[] = [
  memberGroups,
  directMembers,
  ringGroups,
  scimExtension,
];

const byName = new Map(strategies.map(strategy => [strategy.name, strategy]));

export function strategyNamed(name: StrategyName): AssignmentStrategy {
  const strategy = byName.get(name);
  if (!strategy) throw new Error(`No strategy is called ${name}.`);
  return strategy;
}

/** What a mapping without `assign` means. */
export const defaultStrategy: Readonly<Record<Contract, StrategyName>> = {
  platform: 'member-groups',
  'scim-extension': 'scim-extension',
};
