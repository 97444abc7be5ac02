import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Input, Task, Work } from './contender.ts';

type Library = typeof import('../../src/index.ts');

/** The package as it is published, which `npm run build` makes; or the sources, for tests that count calls. */
const libraryOf = (built: boolean): Promise<Library> =>
  import(new URL(built ? '../../dist/index.js' : '../../src/index.ts', import.meta.url).href);

/** muster as a program uses it: a config file, a source that is a file, state on disk. */
export async function loadMuster(built: boolean): Promise<Work> {
  const library = await libraryOf(built);
  return task => run(task, library);
}

async function run(task: Task, { loadConfig, openMuster }: Library): Promise<void> {
  const config = await loadConfig(configIn(task), { env: {} });
  const opened = await openMuster(config, { clock: task.clock, env: {} });
  try {
    const planned = await opened.plan();
    if (planned.refusals.length > 0) throw new Error(planned.refusals.map(refusal => refusal.text).join(' '));
    const outcome = await opened.apply(planned);
    if (outcome.state !== 'done' && outcome.state !== 'nothing-to-do') {
      throw new Error(`the run ended ${outcome.state}: ${JSON.stringify(outcome.unseen.slice(0, 3))}`);
    }
  } finally {
    await opened.close();
  }
}

const configIn = ({ dir }: Pick<Task, 'dir'>): string => join(dir, 'muster.yaml');

export async function writeInput(
  { url, clientId, clientSecret, teams, dir }: Input,
  settings: { readonly concurrency?: number } = {},
): Promise<void> {
  const people = {
    people: teams.flatMap(team => team.members.map(({ email }) => ({ email }))),
    groups: teams.map(({ externalId, name, members }) => ({
      id: externalId,
      name,
      members: members.map(member => member.email),
    })),
  };
  const config = {
    genesys: { baseUrl: url, clientId, clientSecret, ...settings },
    sources: { directory: { kind: 'file', path: 'people.json' } },
    mappings: teams.map(({ name, queues }) => ({ group: name, queues })),
  };
  await writeFile(join(dir, 'people.json'), JSON.stringify(people));
  // JSON is YAML, so this is a config as anybody has it.
  await writeFile(configIn({ dir }), JSON.stringify(config));
}
