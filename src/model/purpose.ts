/**
 * What a plan, and the run that applies it, is for. One without a purpose makes the target what config and sources ask
 * for; that is what a run is by default, and what the lines of an older journal are.
 */
export type Purpose = UndoPurpose | AdoptPurpose;

/** Takes back what another run did. */
export interface UndoPurpose {
  readonly kind: 'undo';
  /** That run. */
  readonly of: string;
}

/** Takes what is there already, and agrees, into the ledger. */
export interface AdoptPurpose {
  readonly kind: 'adopt';
  /** As they were given; left out, everything that agrees is meant. The journal does not keep them: people are among them. */
  readonly names?: readonly string[];
  /** Also what no mapping asks for on the named groups and queues. */
  readonly everything?: boolean;
  /** Also groups that are anchored to something else. */
  readonly takeOver?: boolean;
}

/** As people read it: `undo of 20261123T124522Z-87bcc4`. */
export const purposeText = (purpose: Purpose): string =>
  purpose.kind === 'undo'
    ? `undo of ${purpose.of}`
    : `adoption${purpose.names ? ` of ${purpose.names.join(', ')}` : ''}${purpose.everything ? ', with everything on it' : ''}`;

/** What to run for the same again. */
export const commandOf = (purpose: Purpose | undefined): string => {
  if (!purpose) return 'muster sync';
  if (purpose.kind === 'undo') return `muster undo ${purpose.of}`;
  const { names = [], everything, takeOver } = purpose;
  const words = names.map(name => (/^[\w@.:-]+$/u.test(name) ? name : `'${name}'`));
  return [
    'muster adopt',
    ...words,
    ...(everything ? ['--everything'] : []),
    ...(takeOver ? ['--take-over'] : []),
  ].join(' ');
};

/** Without what the journal is not to hold. */
export function forTheRecord(purpose: Purpose): Purpose {
  if (purpose.kind === 'undo') return purpose;
  const { names: _, ...rest } = purpose;
  return rest;
}
