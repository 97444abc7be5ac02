import type { TellPlan } from './told-plan.ts';

/** One way to tell a plan. Its file is loaded only when somebody asks for it: most runs print text alone. */
export interface PlanFormat {
  readonly name: PlanFormatName;
  /** Ends of file names that mean this format; the first is the usual one. */
  readonly extensions: readonly string[];
  readonly load: () => Promise<TellPlan>;
}

export type PlanFormatName = 'text' | 'markdown' | 'json' | 'junit' | 'html';

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

/** The format that the end of a file's name tells; undefined for an end that no format has. */
export const formatOfFile = (file: string): PlanFormat | undefined =>
  planFormats.find(({ extensions }) => extensions.some(end => file.toLowerCase().endsWith(end)));

export const formatNamed = (name: PlanFormatName): PlanFormat =>
  planFormats.find(each => each.name === name)!;
