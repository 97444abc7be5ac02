import { Command, InvalidArgumentError, Option } from 'commander';
import packageJson from '../../package.json' with { type: 'json' };
import { templateKinds } from '../config/source-templates.ts';
import {
  driftFormats,
  type Format,
  formatAmong,
  planFormats,
  simulationFormats,
} from '../report/registry.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

const program = new Command('muster')
  .description(
    'Puts the right people on the right queues: identity provider groups become staffed Genesys Cloud queues.',
  )
  .version(packageJson.version)
  .showHelpAfterError('What there is to choose from is told by --help.')
  .helpCommand(true);

const number = (text: string): number => {
  const value = Number(text);
  if (!Number.isFinite(value) || value < 0) throw new InvalidArgumentError('It must be a number, 0 or more.');
  return value;
};

const percent = (text: string): number => {
  const value = number(text);
  if (value > 100) throw new InvalidArgumentError('It must be a share of 100, so 100 at the most.');
  return value;
};

/** Files whose names say in which form they are written. */
const reportFile =
  <Name extends string>(formats: readonly Format<Name, unknown>[]) =>
  (file: string, before: readonly string[] = []): readonly string[] => {
    if (!formatAmong(formats, file)) {
      const ends = formats.flatMap(({ extensions }) => extensions).join(', ');
      throw new InvalidArgumentError(`Its name must end in one of ${ends}: that says what is written.`);
    }
    return [...before, file];
  };

/** Runs a command that is loaded only now, and turns what it says into the exit code. */
const run =
  <Args extends readonly unknown[]>(load: () => Promise<(...args: Args) => Promise<ExitCode>>) =>
  async (...args: [...Args, Command]): Promise<void> => {
    const command = args.at(-1) as Command;
    try {
      const action = await load();
      process.exitCode = await action(...(args.slice(0, -1) as unknown as Args));
    } catch (error) {
      // Loaded only now, because it brings everything along; `--help` does without.
      const { terminalOf } = await import('./session.ts');
      terminalOf(command.opts()).error(error);
      process.exitCode = exitCode.failed;
    }
  };

const withConfig = (command: Command): Command =>
  command
    .addOption(new Option('-c, --config <file>', 'config file').default('muster.yaml').env('MUSTER_CONFIG'))
    .option('--json', 'print one JSON document instead of text')
    .option('--no-color', 'no colours')
    .option('--verbose', 'log every request to stderr, as JSON lines');

const withLimits = (command: Command): Command =>
  command
    .option('--max-removals <count>', 'allow so many people to be taken off queues in this run', number)
    .option('--max-removals-percent <percent>', 'allow such a share of them to be taken off', percent)
    .option('--min-members <count>', 'the least members that a queue may be left with', number)
    .option('--no-drain', 'take people off at once, whatever grace limits.drain gives them')
    .option('--release <token...>', 'let quarantined removals go; the plan names the token')
    .option('--fresh', 'read everything of Genesys Cloud, whatever earlier runs remember');

const time = (text: string): Date => {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-01-05T09:00:00Z.');
  return date;
};

const withSnapshot = (command: Command): Command =>
  command
    .option(
      '--snapshot <file>',
      'use what `muster snapshot` wrote in the place of both sides; no credentials, no calls',
    )
    .option('--now <time>', 'with --snapshot: as of this time, in the place of when it was taken', time);

const withReports = (command: Command): Command =>
  command
    .option(
      '--report <file>',
      'write it to a file as well: .html, .md, .xml (JUnit), .json or .txt; may be given several times',
      reportFile(planFormats),
    )
    .option('--html <file>', 'write it as one page with a picture of groups and queues');

program
  .command('init [file]')
  .description('write a commented config to start from')
  .addOption(new Option('--source <kind>', 'kind of the source').choices(templateKinds).default('file'))
  .option('--force', 'overwrite a file that is there')
  .action(run(async () => (await import('./init.ts')).initCommand));

withConfig(program.command('check'))
  .description('tell whether a run would work: token, permissions, names, sources')
  .action(run(async () => (await import('./check.ts')).checkCommand));

withConfig(program.command('sources [source]'))
  .description('list what the sources see, with counts and evidence of completeness')
  .option(
    '-g, --group <group>',
    'only this group (name, id, glob or regular expression) and what is nested in it',
  )
  .option('--tree', 'draw the nesting')
  .action(run(async () => (await import('./sources.ts')).sourcesCommand));

withReports(withSnapshot(withLimits(withConfig(program.command('plan')))))
  .description('show who would come onto and go off which queue, why, and at what price; write nothing')
  .addOption(
    new Option('--format <format>', 'print the plan in this form')
      .choices(planFormats.map(({ name }) => name))
      .default('text')
      .conflicts('json'),
  )
  .option('-o, --out <file>', 'save the plan for `muster apply`')
  .option('--detailed-exitcode', 'exit with 2 where there are changes to make')
  .action(run(async () => (await import('./plan.ts')).planCommand));

withReports(withLimits(withConfig(program.command('apply [plan]'))))
  .description('apply a saved plan, or plan, ask and apply')
  .option('-y, --yes', 'do not ask')
  .option('--resume', 'go on with the last run, if it did not come to its end')
  .action(run(async () => (await import('./apply.ts')).applyCommand));

withReports(withLimits(withConfig(program.command('sync'))))
  .description('plan and apply in one go, under the guards; for automation with --yes')
  .option('-y, --yes', 'do not ask')
  .action(run(async () => (await import('./sync.ts')).syncCommand));

withReports(withLimits(withConfig(program.command('undo <run>'))))
  .description('take back what a run did: plan from the journal, ask and apply; a run id, or last')
  .option('-y, --yes', 'do not ask')
  .option('-o, --out <file>', 'write nothing, but save the plan for `muster apply`')
  .action(run(async () => (await import('./undo.ts')).undoCommand));

withReports(withConfig(program.command('adopt [names...]')))
  .description('take what is there already, and agrees, as ours: so that it can be taken away later')
  .option('-y, --yes', 'do not ask')
  .option(
    '--everything',
    'also what no mapping asks for on the named groups and queues; the next run takes it away',
  )
  .option('--take-over', 'also a named group that is anchored to something else; its externalId is written')
  .action(run(async () => (await import('./adopt.ts')).adoptCommand));

withConfig(program.command('drift'))
  .description(
    'what moved on either side since the last run, and who did it; write nothing unless asked to put back',
  )
  .option('--since <run>', 'since another run (its id), or a time such as 2026-01-05T09:00:00Z')
  .option('--no-audit', 'do not ask the audit trail of Genesys Cloud who did it')
  .addOption(
    new Option('--format <format>', 'print it in this form')
      .choices(driftFormats.map(({ name }) => name))
      .default('text')
      .conflicts('json'),
  )
  .option(
    '--report <file>',
    'write it to a file as well: .md, .json or .txt; may be given several times',
    reportFile(driftFormats),
  )
  .option('--detailed-exitcode', 'exit with 2 where something moved')
  .addOption(
    new Option(
      '--put-back',
      'put back what other hands took away of what is ours, and do nothing else',
    ).conflicts(['since', 'detailedExitcode']),
  )
  .option('-y, --yes', 'with --put-back: do not ask')
  .option('-o, --out <file>', 'with --put-back: write nothing, but save the plan for `muster apply`')
  .action(run(async () => (await import('./drift.ts')).driftCommand));

withSnapshot(withConfig(program.command('explain [who] [queue]')))
  .description('why somebody is on a queue, or not; who is on a queue; who would lose what without a mapping')
  .option('--without <mapping...>', 'as if these mappings were not there: the plan, or what is asked about')
  .option('--fresh', 'read everything of Genesys Cloud, whatever earlier runs remember')
  .action(run(async () => (await import('./explain.ts')).explainCommand));

withConfig(program.command('snapshot'))
  .description('write a picture of both sides to a file, people as pseudonyms, to plan on elsewhere')
  .requiredOption('-o, --out <file>', 'where to; packed if the name ends in .gz')
  .option(
    '-g, --groups <group...>',
    'hold these groups of the sources as well (name, id, glob or regular expression)',
  )
  .option('--all-groups', 'hold every group that the sources list')
  .option('--genesys-groups <group...>', 'hold the members of these Genesys groups as well')
  .option(
    '--queue-members <queue...>',
    'hold the people of these queues as well (name, id, glob or regular expression)',
  )
  .option('--no-queue-members', 'hold nobody of any queue, not even of those that are served')
  .option('--with-attributes [name...]', 'hold these attributes of people, or all')
  .option('--with-names', 'leave names, addresses and ids of people as they are')
  .action(run(async () => (await import('./snapshot.ts')).snapshotCommand));

withConfig(program.command('simulate <config...>'))
  .description('compare two configs on a snapshot: who is on which queue before and after; [before] after')
  .requiredOption('--snapshot <file>', 'what `muster snapshot` wrote; no credentials, no calls')
  .option('--now <time>', 'as of this time, in the place of when it was taken', time)
  .addOption(
    new Option('--format <format>', 'print it in this form')
      .choices(simulationFormats.map(({ name }) => name))
      .default('text')
      .conflicts('json'),
  )
  .option(
    '--report <file>',
    'write it to a file as well: .md, .xml (JUnit), .json or .txt; may be given several times',
    reportFile(simulationFormats),
  )
  .option('--detailed-exitcode', 'exit with 2 where there is a difference')
  .action(run(async () => (await import('./simulate.ts')).simulateCommand));

withConfig(program.command('history [run]'))
  .description('show what was done, by which run, when')
  .option('--verify', 'prove that no line of the journal was changed or taken out')
  .option('--head <hash>', 'with --verify: that nothing was changed or cut off since this was the head')
  .action(run(async () => (await import('./history.ts')).historyCommand));

program
  .command('emulate')
  .description('serve an emulator of the Genesys Cloud API on this machine')
  .addOption(
    new Option('--contract <contract>', 'which contract it speaks')
      .choices(['platform', 'scim-extension'])
      .default('platform'),
  )
  .option('-p, --port <port>', 'port; 0 for a free one', number, 4010)
  .option('--host <host>', 'address to listen on', '127.0.0.1')
  .option('--seed <file>', 'load a tenant from a YAML or JSON file')
  .option('--generate <sizes>', 'make a tenant: queues=…,groups=…,users=…')
  .option('--salt <text>', 'where ids and chance come from: the same salt gives the same tenant', 'muster')
  .option('--rate-limit <count>', 'requests a minute', number)
  .option('--latency <ms>', 'how long every answer takes', number)
  .option('--time-scale <factor>', 'run the emulated clock so many times as fast', number)
  .option(
    '--knob <name=value...>',
    'turn any knob of docs/emulator-differences.md; the value is JSON or text',
  )
  .action(run(async () => (await import('./emulate.ts')).emulateCommand));

program
  .command('schema')
  .description('print the JSON Schema of the config, for editors')
  .option('-o, --out <file>', 'write it to a file')
  .action(run(async () => (await import('./schema.ts')).schemaCommand));

program
  .command('demo')
  .description('the main job from start to end on the emulator: what `npm start` runs')
  .option('--no-color', 'no colours')
  .action(run(async () => (await import('./demo.ts')).demoCommand));

// Whoever reads our output may go away (`| head`): that must not end a run between two writes.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

await program.parseAsync();
