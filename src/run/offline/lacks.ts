import { MusterError } from '../../errors.ts';

/**
 * A snapshot was not asked for something that a plan needs. What it does not hold is unknown, and never taken for gone:
 * on the real thing that would be a removal without proof.
 */
export const lacks = (what: string, subject: string, remedy: string): MusterError =>
  new MusterError('snapshot.lacks', { happened: `The snapshot does not hold ${what}.`, subject, remedy });

export const lacksPeopleOf = (name: string): MusterError =>
  lacks(
    `who is on the queue "${name}"`,
    `queue ${name}`,
    `Take the snapshot with \`--queue-members ${quoted(name)}\`, and without \`--no-queue-members\`.`,
  );

/** A name as a shell takes it. */
export const quoted = (text: string): string =>
  /^[\w./:@-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
