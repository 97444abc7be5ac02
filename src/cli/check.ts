import { check } from '../run/check.ts';
import { type ExitCode, exitCode } from './exit-code.ts';
import { type CommonOptions, terminalOf, withSession } from './session.ts';

/** Tells line by line whether a run would work, and what to do where it would not. */
export function checkCommand(options: CommonOptions): Promise<ExitCode> {
  const terminal = terminalOf(options);
  return withSession(terminal, options, async ({ muster, stopping }) => {
    const report = await check(muster.job, stopping.stop);
    if (terminal.json) terminal.document({ kind: 'muster.check', version: 1, ...report });
    else {
      const { paint } = terminal;
      const width = Math.max(...report.probes.map(probe => probe.name.length));
      for (const { name, ok, detail, remedy } of report.probes) {
        terminal.out(
          `${ok ? paint.add('ok  ') : paint.remove('FAIL')}  ${paint.bold(name.padEnd(width))}  ${detail}\n`,
        );
        if (remedy) terminal.out(`${paint.dim(`      → ${remedy}`)}\n`);
      }
    }
    return report.ok ? exitCode.fine : exitCode.failed;
  });
}
