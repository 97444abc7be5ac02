import { z } from 'zod';
import { type LoadedConfig, parseConfig } from '../../src/config/load.ts';
import { MusterError, MusterErrors } from '../../src/errors.ts';
import type { SourceKind } from '../../src/sources/source.ts';

const unused = () => {
  throw new Error('These tests read configs and no sources.');
};

/** Two small kinds of source, so that these tests do not hang on the options of the real ones. */
export const kinds: readonly SourceKind[] = [
  {
    kind: 'list',
    title: 'A list on disk',
    secrets: [],
    options: z.strictObject({ path: z.string().min(1), pageSize: z.int().min(1).default(100) }),
    create: unused,
  },
  {
    kind: 'vault',
    title: 'A server with a password',
    secrets: ['password', 'auth.token'],
    options: z
      .strictObject({
        url: z.string().refine(value => value.startsWith('vault://'), 'must begin with vault://'),
        password: z.string().trim().min(1).optional(),
        auth: z.strictObject({ token: z.string() }).optional(),
      })
      .superRefine((options, context) => {
        if (options.password === undefined && !options.auth)
          context.addIssue({ code: 'custom', path: ['password'], message: 'is missing; give it or auth' });
      }),
    create: unused,
  },
];

export interface Around {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Secret files by absolute path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly path?: string;
}

export const parse = (text: string, { env, files = {}, path = '/etc/muster/muster.yaml' }: Around = {}) =>
  parseConfig(text, {
    path,
    env: env ?? { ID: 'client-1', SECRET: 's3cret-of-the-client' },
    readFile: async file => {
      const found = files[file];
      if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return found;
    },
    kinds,
  });

/** The errors of a config that is wrong; none for one that is not. */
export async function errorsIn(text: string, around: Around = {}): Promise<readonly MusterError[]> {
  try {
    await parse(text, around);
    return [];
  } catch (error) {
    if (error instanceof MusterErrors) return error.errors;
    if (error instanceof MusterError) return [error];
    throw error;
  }
}

/** `line:column happened` of each mistake. */
export const told = async (text: string, around: Around = {}): Promise<string[]> =>
  (await errorsIn(text, around)).map(
    error => `${error.subject?.replace(/^.*\.yaml:/u, '')} ${error.happened}`,
  );

export const warned = (loaded: LoadedConfig): string[] =>
  loaded.warnings.map(({ line, column, text }) => `${line}:${column} ${text}`);

/** A config in which everything is right, with parts of it replaced. */
export function configText(
  parts: { genesys?: string; sources?: string; mappings?: string; rest?: string } = {},
) {
  const genesys = parts.genesys ?? 'region: eu-west-1';
  const sources = parts.sources ?? 'corp: { kind: list, path: people.yaml }';
  const mappings = parts.mappings ?? '- { group: support, queues: [Support] }';
  const indent = (text: string) => text.replace(/^/gmu, '  ');
  return [
    `genesys:\n  clientId: \${ID}\n  clientSecret: \${SECRET}\n${indent(genesys)}`,
    `sources:\n${indent(sources)}`,
    `mappings:\n${indent(mappings)}`,
    parts.rest ?? '',
  ].join('\n');
}
