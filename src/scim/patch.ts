import { type PatchOperation, ScimProblem } from './messages.ts';
import { PatchDraft, type PatchOptions } from './patch-draft.ts';
import { remove } from './patch-remove.ts';
import { write } from './patch-write.ts';

export type { UnknownAttributes } from './conform-value.ts';
export type { PatchOperation } from './messages.ts';
export type { PatchOptions } from './patch-draft.ts';

/**
 * What a resource becomes by a PATCH (RFC 7644 §3.5.2), in every dialect that Entra and Okta speak (identity sources
 * §6.2). All operations or none: throws `ScimProblem` 400 that names the operation, and never changes the resource
 * that was handed in. Where nothing changed in effect, that very resource comes back with `changed: false`; the
 * order of a list is no change.
 *
 * The result shares what was not touched with the input, and nothing with the operations. An attribute whose last
 * value went is left out, as RFC 7643 §2.5 makes an empty list and no list the same. `meta` is not touched: a new
 * version and time are the server's to give.
 *
 * Takes time in proportion to the changes and the size of the lists that they touch. A filter on a list other than
 * `[value eq "id"]` on members is one walk over that list for each operation.
 */
export function applyPatch<R extends object>(
  resource: R,
  operations: readonly PatchOperation[],
  options: PatchOptions = {},
): { resource: R; changed: boolean } {
  const draft = new PatchDraft(resource as Readonly<Record<string, unknown>>, options);
  operations.forEach((operation, index) => {
    try {
      applyOperation(draft, operation);
    } catch (error) {
      if (!(error instanceof ScimProblem)) throw error;
      const { status, scimType } = error;
      throw new ScimProblem(status, `Operations[${index}] (${operation.op}): ${error.detail}`, scimType);
    }
  });
  const result = draft.finish();
  return { resource: result as R, changed: result !== resource };
}

function applyOperation(draft: PatchDraft, { op, path, value }: PatchOperation): void {
  // An empty path is a path left out: some clients always write the field.
  const target = path?.trim() || undefined;
  switch (op.toLowerCase()) {
    case 'add':
    case 'replace':
      if (value === undefined) throw new ScimProblem(400, 'A value is missing.', 'invalidValue');
      write(draft, target, value, op.toLowerCase() === 'add');
      return;
    case 'remove':
      if (target === undefined) throw new ScimProblem(400, 'A path is missing.', 'noTarget');
      remove(draft, target, value);
      return;
    default:
      throw new ScimProblem(400, 'The operations are add, replace and remove.', 'invalidSyntax');
  }
}
