import type { OnProgress, RunProgress } from '../run/job.ts';
import type { Terminal } from './terminal.ts';

/**
 * Shows how far long work has come: a live line for people, a plain line for each stage where nobody watches, nothing
 * under `--json`. The library for live lines is loaded only where it is used.
 */
export async function withProgress<Out>(
  terminal: Terminal,
  title: string,
  work: (onProgress: OnProgress) => Promise<Out>,
): Promise<Out> {
  if (terminal.json) return work(() => {});
  if (!terminal.interactive) {
    let stage: string | undefined;
    return work(progress => {
      if (progress.stage === stage) return;
      stage = progress.stage;
      const text = progress.stage === 'draining' ? progressText(progress) : stageText[progress.stage];
      terminal.note(`${title}: ${text}\n`);
    });
  }
  const { Listr } = await import('listr2');
  let result: { readonly value: Out } | undefined;
  const list = new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const value = await work(progress => {
            task.output = progressText(progress);
          });
          result = { value };
        },
      },
    ],
    // Our own handlers decide what Ctrl-C means.
    { registerSignalListeners: false, rendererOptions: { showErrorMessage: false } },
  );
  await list.run();
  return result!.value;
}

const stageText: Readonly<Record<RunProgress['stage'], string>> = {
  reading: 'reading the sources',
  tenant: 'reading Genesys Cloud',
  planning: 'planning',
  applying: 'applying',
  draining: 'draining',
  settling: 'reading back',
};

function progressText(progress: RunProgress): string {
  switch (progress.stage) {
    case 'reading':
      return `${stageText.reading}: ${progress.source}, ${progress.groups} groups, ${progress.people} people`;
    case 'tenant':
      return progress.how === undefined ? stageText.tenant : `${stageText.tenant}: ${progress.how}`;
    case 'planning':
      return stageText.planning;
    case 'draining': {
      const minutes = Math.floor(progress.secondsLeft / 60);
      const seconds = String(progress.secondsLeft % 60).padStart(2, '0');
      const people = `${progress.people} ${progress.people === 1 ? 'person' : 'people'}`;
      return `draining ${people}, ${minutes}:${seconds} left`;
    }
    case 'applying':
    case 'settling':
      return `${stageText[progress.stage]}: ${progress.done} of ${progress.of}, ${progress.subject}`;
  }
}
