import type { Drift } from '../model/drift.ts';
import type { Simulation } from '../model/simulation.ts';
import type { TellPlan } from './told-plan.ts';

/** One way to tell something. Its file is loaded only when somebody asks for it: most runs print text alone. */
export interface Format<Name extends string, Tell> {
  readonly name: Name;
  /** Ends of file names that mean this format; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly load: () => Promise<Tell>;
}

export type PlanFormatName = 'text' | 'markdown' | 'json' | 'junit' | 'html';
export type PlanFormat = Format<PlanFormatName, TellPlan>;

export type SimulationFormatName = Exclude<PlanFormatName, 'html'>;
export type SimulationFormat = Format<SimulationFormatName, (simulation: Simulation) => string>;

export type DriftFormatName = Exclude<SimulationFormatName, 'junit'>;
export type DriftFormat = Format<DriftFormatName, (drift: Drift) => string>;

/** Every format; `docs/reading-a-plan.md` says what each is for. */
export const planFormats: readonly PlanFormat[] = [
  { name: 'text', extensions: ['.txt'], load: async () => (await import('./plan-text.ts')).textOf },
  {
    name: 'markdown',
    extensions: ['.md'],
    load: async () => (await import('./plan-markdown.ts')).markdownOf,
  },
  { name: 'json', extensions: ['.json'], load: async () => (await import('./plan-json.ts')).jsonOf },
  { name: 'junit', extensions: ['.xml'], load: async () => (await import('./plan-junit.ts')).junitOf },
  { name: 'html', extensions: ['.html', '.htm'], load: async () => (await import('./html/page.ts')).htmlOf },
];

/** Every format of a simulation; `docs/what-if.md` shows them. */
export const simulationFormats: readonly SimulationFormat[] = [
  {
    name: 'text',
    extensions: ['.txt'],
    load: async () => (await import('./simulation-text.ts')).simulationText,
  },
  {
    name: 'markdown',
    extensions: ['.md'],
    load: async () => (await import('./simulation-markdown.ts')).simulationMarkdown,
  },
  {
    name: 'json',
    extensions: ['.json'],
    load: async () => simulation => `${JSON.stringify(simulation, undefined, 2)}\n`,
  },
  {
    name: 'junit',
    extensions: ['.xml'],
    load: async () => (await import('./simulation-junit.ts')).simulationJunit,
  },
];

/** Every format of drift; `docs/drift.md` shows them. */
export const driftFormats: readonly DriftFormat[] = [
  { name: 'text', extensions: ['.txt'], load: async () => (await import('./drift-text.ts')).driftText },
  {
    name: 'markdown',
    extensions: ['.md'],
    load: async () => (await import('./drift-markdown.ts')).driftMarkdown,
  },
  {
    name: 'json',
    extensions: ['.json'],
    load: async () => drift => `${JSON.stringify(drift, undefined, 2)}\n`,
  },
];

/** The format that the end of a file's name tells; undefined for an end that no format has. */
export const formatAmong = <Name extends string, Tell>(
  formats: readonly Format<Name, Tell>[],
  file: string,
): Format<Name, Tell> | undefined =>
  formats.find(({ extensions }) => extensions.some(end => file.toLowerCase().endsWith(end)));

export const formatOfFile = (file: string): PlanFormat | undefined => formatAmong(planFormats, file);

export const formatNamed = (name: PlanFormatName): PlanFormat =>
  planFormats.find(each => each.name === name)!;
