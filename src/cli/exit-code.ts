/** What a command tells its caller; in `docs/commands.md`. */
export const exitCode = {
  /** Nothing to do, or done. */
  fine: 0,
  failed: 1,
  /** `plan --detailed-exitcode`: there are changes to make. */
  pending: 2,
  /** A guard refused the plan; nothing was written. */
  refused: 3,
  /** Some of it was done. */
  partly: 4,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
