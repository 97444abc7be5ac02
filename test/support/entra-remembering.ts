import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Directory, Evidence } from '../../src/model/directory.ts';
import { readGroups } from './entra-reading.ts';
import { entraFrom, entraOptions } from './entra-rig.ts';
import { type EntraServer, startEntra } from './entra-server.ts';
import { eagerClock } from './manual-clock.ts';

export interface Remembering {
  readonly server: EntraServer;
  readonly dir: string;
  readonly file: string;
  /** Reads with what is remembered. */
  delta(...texts: readonly string[]): Promise<Directory>;
  /** Reads everything anew. */
  full(...texts: readonly string[]): Promise<Directory>;
  close(): Promise<void>;
}

export async function remembering(): Promise<Remembering> {
  const clock = eagerClock();
  const server = await startEntra(clock);
  const dir = mkdtempSync(path.join(tmpdir(), 'muster-entra-delta-'));
  const source = (more: Readonly<Record<string, unknown>> = {}) =>
    entraFrom({ ...entraOptions(server), ...more }, { clock, baseDir: dir });
  const all = (texts: readonly string[]) => (texts.length > 0 ? texts : ['*']);
  return {
    server,
    dir,
    file: path.join(dir, 'state', 'corp.json'),
    delta: (...texts) => readGroups(source({ delta: true, deltaDir: 'state' }), ...all(texts)),
    full: (...texts) => readGroups(source(), ...all(texts)),
    async close() {
      await server.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A directory without what the two ways of reading may differ in: how many requests it took, and when. */
export const facts = ({ groups, people, evidence: list }: Directory) => {
  const proof = ({ complete, reasons }: Evidence) => ({ complete, reasons });
  return {
    groups: groups.map(({ evidence, ...group }) => ({ ...group, ...proof(evidence) })),
    people,
    list: proof(list),
  };
};
