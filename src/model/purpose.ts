/**
 * What a plan, and the run that applies it, is for. One without a purpose makes the target what config and sources ask
 * for; that is what a run is by default, and what the lines of an older journal are.
 */
export type Purpose = UndoPurpose | AdoptPurpose | PutBackPurpose;

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

/** Puts back what other hands took away of what is ours, and does nothing else. */
export interface PutBackPurpose {
  readonly kind: 'put-back';
}

/** As people read it: `undo of 20261123T124522Z-87bcc4`. */
export function purposeText(purpose: Purpose): string {
  if (purpose.kind === 'undo') return `undo of ${purpose.of}`;
  if (purpose.kind === 'put-back') return 'put-back of what other hands took away';
  return `adoption${purpose.names ? ` of ${purpose.names.join(', ')}` : ''}${purpose.everything ? ', with everything on it' : ''}`;
}

/** What to run for the same again. */
export const commandOf = (purpose: Purpose | undefined): string => {
  if (!purpose) return 'muster sync';
  if (purpose.kind === 'undo') return `muster undo ${purpose.of}`;
  if (purpose.kind === 'put-back') return 'muster drift --put-back';
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
  if (purpose.kind !== 'adopt') return purpose;
  const { names: _, ...rest } = purpose;
  return rest;
}
