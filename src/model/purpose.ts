/**
 * What a plan, and the run that applies it, is for. One without a purpose makes the target what config and sources ask
 * for; that is what a run is by default, and what the lines of an older journal are.
 */
export type Purpose = {
  /** Takes back what another run did. */
  readonly kind: 'undo';
  /** That run. */
  readonly of: string;
};

/** As people read it: `undo of 20261123T124522Z-87bcc4`. */
export const purposeText = ({ kind, of }: Purpose): string => `${kind} of ${of}`;
