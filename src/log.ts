/**
 * What a stage may say while it works. Facts as fields, never a sentence with a secret inside: `fields` is printed
 * as it stands, so nothing that holds a credential belongs there.
 */
export interface Log {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
}

export const silentLog: Log = { debug() {}, info() {}, warn() {} };

/** One JSON object a line, for machines. `write` gets the line with its newline. */
export function jsonLog(write: (line: string) => void, now: () => number, verbose = false): Log {
  const say =
    (level: string) =>
    (event: string, fields: Readonly<Record<string, unknown>> = {}) =>
      write(`${JSON.stringify({ time: new Date(now()).toISOString(), level, event, ...fields })}\n`);
  return { debug: verbose ? say('debug') : () => {}, info: say('info'), warn: say('warn') };
}
