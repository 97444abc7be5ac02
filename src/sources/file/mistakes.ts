import { MusterError, throwAll } from '../../errors.ts';
import { type Place, placeText } from './records.ts';

/** More than these help nobody, and a wrong delimiter makes one a line. */
const mostTold = 100;

/** Gathers what is wrong with the files, so that all of it is told in one go. */
export class Mistakes {
  readonly #errors: MusterError[] = [];
  #untold = 0;

  get count(): number {
    return this.#errors.length + this.#untold;
  }

  add(at: Place, happened: string, remedy: string): void {
    if (this.#errors.length === mostTold) this.#untold += 1;
    else
      this.#errors.push(new MusterError('source.file-invalid', { happened, subject: placeText(at), remedy }));
  }

  /** Throws `source.file-invalid`, or all of them as `MusterErrors`; does nothing where there are none. */
  throwAny(): void {
    const [first] = this.#errors;
    if (first && this.#untold > 0) {
      this.#errors.push(
        new MusterError('source.file-invalid', {
          happened: `There are ${this.#untold} more mistakes.`,
          ...(first.subject === undefined ? {} : { subject: first.subject }),
          remedy: 'Correct these first: others often follow from them.',
        }),
      );
    }
    throwAll(this.#errors);
  }
}
