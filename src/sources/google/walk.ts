import type { MusterError } from '../../errors.ts';
import { collectWhatComes, type PageEvidence } from '../../http/pages.ts';
import { readCounted } from '../counted.ts';
import { readEach, throwIfAllFailed } from '../read-each.ts';
import type { GoogleApi } from './client.ts';
import type { GoogleOptions } from './options.ts';
import type { GoogleGroup, GoogleMember } from './wire.ts';

/** A group and who is in it, as far as it could be read. */
export interface WalkedGroup {
  readonly group: GoogleGroup;
  readonly members: readonly GoogleMember[];
  readonly evidence: PageEvidence;
}

export interface WalkTools {
  readonly api: GoogleApi;
  readonly options: Pick<GoogleOptions, 'concurrency' | 'includeDerivedMembership' | 'checkCounts'>;
  /** Groups that need not be asked for again. */
  readonly known: ReadonlyMap<string, GoogleGroup>;
  readonly signal: AbortSignal;
  readonly progress: (groups: number, people: number) => void;
}

/** A group that is wanted: a selected one, or one that another group names. */
interface Wanted {
  readonly id: string;
  readonly email: string | undefined;
}

/** Levels of nesting that are read; one more than what the plan follows would be of no use. */
const maxLevels = 40;

/**
 * Reads the groups, those nested in them, and so on downwards, each once. A group that cannot be read is there with
 * nobody in it and the reason: whoever is above it is then not complete either.
 *
 * Throws where not one of `roots` could be read.
 */
export async function walk(
  roots: readonly GoogleGroup[],
  tools: WalkTools,
): Promise<ReadonlyMap<string, WalkedGroup>> {
  const { signal, progress, options } = tools;
  const walked = new Map<string, WalkedGroup>();
  let wanted: readonly Wanted[] = roots;
  for (let level = 0; wanted.length > 0; level++) {
    if (level === maxLevels) {
      for (const each of wanted) walked.set(each.id, unread(each, `nested deeper than ${maxLevels} levels`));
      break;
    }
    const found: WalkedGroup[] = [];
    const attempts = await readEach(wanted, { width: options.concurrency, signal }, async each => {
      const group = await readGroup(each, tools);
      found.push(group);
      walked.set(each.id, group);
      progress(walked.size, 0);
    });
    if (level === 0) throwIfAllFailed(attempts);
    for (const [at, attempt] of attempts.entries()) {
      const each = wanted[at]!;
      if ('error' in attempt) walked.set(each.id, unread(each, whyNot(attempt.error, level), tools.known));
    }
    // Google has flattened the groups itself then; those that are still listed add nobody.
    wanted = options.includeDerivedMembership ? [] : nestedIn(found, walked);
  }
  return walked;
}

async function readGroup({ id }: Wanted, tools: WalkTools): Promise<WalkedGroup> {
  const { api, known, signal, options } = tools;
  const group = known.get(id) ?? (await api.group(id, signal));
  const counted = ({ directMembersCount }: GoogleGroup) =>
    options.checkCounts ? directMembersCount : undefined;
  const { items, evidence } = await readCounted({
    announced: counted(group),
    read: () => collectWhatComes(api.members(group, signal), signal),
    count: async () => counted(await api.group(id, signal)),
    // Whether nested groups are in the number is not documented clearly, so all entries are held against it.
    size: members => new Set(members.map(member => member.id)).size,
  });
  return { group, members: items, evidence };
}

function nestedIn(groups: readonly WalkedGroup[], walked: ReadonlyMap<string, WalkedGroup>): Wanted[] {
  const nested = new Map<string, Wanted>();
  for (const { members } of groups)
    for (const { id, email, type } of members)
      if (type === 'GROUP' && !walked.has(id)) nested.set(id, { id, email });
  return [...nested.values()];
}

/** A group of another account can be a member, and nobody but its owners may see who is in it. */
const whyNot = (error: MusterError, level: number): string =>
  level > 0 && (error.status === 403 || error.status === 404)
    ? `this nested group cannot be read (${error.status}), perhaps because it belongs to another account: ${error.message}`
    : error.message;

const unread = (
  { id, email }: Wanted,
  reason: string,
  known?: ReadonlyMap<string, GoogleGroup>,
): WalkedGroup => ({
  group: known?.get(id) ?? { id, email: email ?? id, name: '', aliases: [], nonEditableAliases: [] },
  members: [],
  evidence: { complete: false, reasons: [reason], pages: 0 },
});
