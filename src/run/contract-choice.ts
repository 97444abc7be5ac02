import { defaultStrategy, strategyNamed } from '../assignment/registry.ts';
import { isMusterError, MusterError, throwAll } from '../errors.ts';
import type { ContractChoice } from '../model/contract.ts';
import type { Edge, Ledger } from '../model/ledger.ts';
import { bookOf } from '../model/ledger-book.ts';
import type { Mapping, StrategyName } from '../model/mapping.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Job, PlanJob } from './job.ts';

/** The ways in which our attachments were told. */
export const waysOf = (edges: Iterable<Edge>): ReadonlySet<StrategyName> =>
  new Set([...edges].flatMap(edge => (edge.kind === 'attachment' ? [edge.how] : [])));

/** Groups that we made and attachments. */
export const placesOf = (ledger: Ledger): Edge[] => [...bookOf(ledger).others()].map(({ edge }) => edge);

/**
 * A tenant that lists the documented schema and does not honour it was switched to the platform's way; the ways of
 * our attachments show that, and trying it anew in every run would write in every run.
 */
export function stayWith(choice: ContractChoice, ways: ReadonlySet<StrategyName>): ContractChoice {
  if (choice.by !== 'detected' || choice.contract === 'platform') return choice;
  if (ways.size === 0 || ways.has('scim-extension')) return choice;
  return {
    contract: 'platform',
    by: 'switched',
    reason: "everything that was placed here so far was placed the platform's way",
  };
}

/**
 * The tenant lists the documented contract and then does not know its look-up: the platform's way takes over. Not where
 * it knew it yesterday: then that is an outage, and no reason to tell every queue in another way.
 */
export function turnedChoice(
  job: Pick<PlanJob, 'contract'>,
  choice: ContractChoice,
  ways: ReadonlySet<StrategyName>,
  error: unknown,
): ContractChoice | undefined {
  const mayTurn = job.contract === 'auto' && choice.by !== 'switched' && !ways.has('scim-extension');
  return mayTurn && isMusterError(error, 'genesys.contract-not-honoured')
    ? { contract: 'platform', by: 'switched', reason: error.happened }
    : undefined;
}

/** Did the tenant drop what the documented contract promised? Then, under `auto`, the platform's way takes over. */
export function switchedChoice(job: Job, outcome: Outcome): ContractChoice | undefined {
  if (job.contract !== 'auto') return undefined;
  const broken = outcome.steps.find(step => step.problem?.code === 'genesys.contract-not-honoured');
  return broken?.problem && { contract: 'platform', by: 'switched', reason: broken.problem.happened };
}

export function checkStrategies(mappings: readonly Mapping[], { contract, reason }: ContractChoice): void {
  const wrong = mappings.filter(
    mapping => mapping.assign && !strategyNamed(mapping.assign).contracts.includes(contract),
  );
  throwAll(
    wrong.map(
      mapping =>
        new MusterError('strategy.not-in-contract', {
          happened: `assign: ${mapping.assign} does not exist under the ${contract} contract (${reason}).`,
          subject: `mapping ${mapping.id}`,
          remedy: `Leave \`assign\` out to use ${defaultStrategy[contract]}, or set genesys.contract.`,
        }),
    ),
  );
}
