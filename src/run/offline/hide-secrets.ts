import type { Directory, Evidence } from '../../model/directory.ts';
import type { Note } from '../../model/note.ts';
import { hiding } from '../../model/secret-forms.ts';
import type { WorldSnapshot } from '../../model/world-snapshot.ts';

/**
 * Sources and servers write free texts (notes, reasons), and one may repeat an address with its password. Only there:
 * a name or an id that happens to hold the same characters must stay what it is.
 */
export function withoutSecrets(snapshot: WorldSnapshot, secrets: readonly string[]): WorldSnapshot {
  const clean = hiding(secrets);
  const evidence = (of: Evidence): Evidence => ({ ...of, reasons: of.reasons.map(clean) });
  const note = (of: Note): Note => ({
    ...of,
    subject: clean(of.subject),
    text: clean(of.text),
    ...(of.remedy === undefined ? {} : { remedy: clean(of.remedy) }),
  });
  const { choice } = snapshot.tenant;
  return {
    ...snapshot,
    directories: snapshot.directories.map(
      (directory): Directory => ({
        ...directory,
        groups: directory.groups.map(group => ({ ...group, evidence: evidence(group.evidence) })),
        evidence: evidence(directory.evidence),
        notes: directory.notes.map(note),
      }),
    ),
    tenant: { ...snapshot.tenant, choice: { ...choice, reason: clean(choice.reason) } },
  };
}
