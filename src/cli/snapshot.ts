import { stat } from 'node:fs/promises';
import { writeSnapshot } from '../index.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { withProgress } from './progress.ts';
import { type CommonOptions, terminalOf, withSession } from './session.ts';

export interface SnapshotCommandOptions extends CommonOptions {
  readonly out: string;
  readonly groups?: readonly string[];
  readonly allGroups?: boolean;
  readonly genesysGroups?: readonly string[];
  /** `--no-queue-members` makes it false; without either option it is true. */
  readonly queueMembers?: readonly string[] | boolean;
  readonly withAttributes?: readonly string[] | true;
  readonly withNames?: boolean;
}

/** Reads both sides and writes what they say into a file. Nothing else is written anywhere. */
export function snapshotCommand(options: SnapshotCommandOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  const { queueMembers } = options;
  return withSession(terminal, options, async ({ muster, stopping }) => {
    const signal = AbortSignal.any([stopping.stop, stopping.signal]);
    const snapshot = await withProgress(terminal, 'Snapshot', onProgress =>
      muster.snapshot({
        signal,
        onProgress,
        groups: options.allGroups ? 'all' : (options.groups ?? []),
        genesysGroups: options.genesysGroups ?? [],
        queueMembers: queueMembers === false ? 'none' : Array.isArray(queueMembers) ? queueMembers : [],
        attributes: options.withAttributes === true ? 'all' : (options.withAttributes ?? []),
        withNames: options.withNames ?? false,
      }),
    );
    await writeSnapshot(options.out, snapshot);
    const { tenant, directories, ledger } = snapshot;
    const held = {
      sources: directories.length,
      groups: directories.reduce((sum, directory) => sum + directory.groups.length, 0),
      people: directories.reduce((sum, directory) => sum + directory.people.length, 0),
      queues: tenant.queues.length,
      queuesWithPeople: tenant.queues.filter(queue => queue.members).length,
      ledger: ledger.length,
    };
    const { size } = await stat(options.out);
    if (terminal.json)
      terminal.document({
        kind: 'muster.snapshot-taken',
        version: 1,
        file: options.out,
        bytes: size,
        takenAt: snapshot.takenAt,
        people: snapshot.people,
        calls: muster.calls,
        holds: held,
      });
    else
      terminal.out(
        [
          `${terminal.paint.bold(options.out)}  ${size} bytes, taken ${snapshot.takenAt}, ${muster.calls} calls`,
          `  ${counted(held.groups, 'group')} and ${counted(held.people, 'person', 'people')} of ${counted(held.sources, 'source')}, ${
            snapshot.people === 'names' ? 'with their names' : 'as pseudonyms'
          }`,
          `  ${counted(held.queues, 'queue')}, the people of ${held.queuesWithPeople} of them; ${counted(held.ledger, 'edge')} of ours`,
          '',
        ].join('\n'),
      );
    return exitCode.fine;
  });
}

const counted = (many: number, noun: string, plural = `${noun}s`): string =>
  `${many} ${many === 1 ? noun : plural}`;
