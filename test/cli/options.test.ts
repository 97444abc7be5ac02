import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';

const program = new URL('../../src/cli/muster.ts', import.meta.url).pathname;

const muster = (...args: string[]): Promise<{ code: unknown; stderr: string }> =>
  new Promise(resolve => {
    execFile(process.execPath, [program, ...args], (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, stderr }),
    );
  });

describe('what was mistyped', () => {
  it.each([
    [['plan', '--max-removals', 'ten'], 'It must be a number, 0 or more.'],
    [['plan', '--max-removals-percent', '101'], 'It must be a share of 100, so 100 at the most.'],
    [['history', '--since', 'yesterday'], "unknown option '--since'"],
    [['plna'], 'Did you mean plan?'],
  ])('%j is told in a line or two, and where to look', async (args, reason) => {
    const { code, stderr } = await muster(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(reason);
    expect(stderr.trim().split('\n').length).toBeLessThanOrEqual(3);
    expect(stderr).toContain('--help');
  });
});
