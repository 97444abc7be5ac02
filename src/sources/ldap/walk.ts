import type { SourceId } from '../../model/keys.ts';
import { matchKey } from '../../model/match-key.ts';
import { dnReader, isForeignPrincipal, normalDn } from '../entries/dn.ts';
import { type GroupFacts, groupFacts, kindOf, type PersonFacts, personFacts } from '../entries/facts.ts';
import type { Layout } from '../entries/layout.ts';
import type { LdapSession } from './client.ts';
import type { EntryFinder } from './find-entries.ts';
import { withAllMembers } from './ranges.ts';

/** All that a read met, by normal DN. What was named by a group and is in none of these maps was not looked for. */
export interface Walked {
  readonly groups: Map<string, GroupFacts>;
  readonly people: Map<string, PersonFacts>;
  /** Entries that are neither, by type. */
  readonly others: Map<string, string>;
  /** Names that brought no entry, with the reason. */
  readonly missing: Map<string, string>;
  /** Login name in lower case → normal DNs of the people who have it. */
  readonly logins: Map<string, readonly string[]>;
  /** The normal form of a name, undefined where it is none. */
  readonly normal: (dn: string) => string | undefined;
}

export interface WalkTools {
  readonly source: SourceId;
  readonly session: LdapSession;
  readonly finder: EntryFinder;
  readonly layout: Layout;
  readonly globalCatalog: boolean;
  readonly progress: (groups: number, people: number) => void;
}

/** Levels of nesting that are read; one more than what the plan follows would be of no use. */
const maxLevels = 40;

/**
 * Reads the groups of `roots` (normal DN → DN), whoever they name, whoever those name, and so on downwards. Every
 * name is looked up once however many groups hold it: that makes a cycle end.
 */
export async function walk(roots: ReadonlyMap<string, string>, tools: WalkTools): Promise<Walked> {
  const { finder, layout } = tools;
  const walked: Walked = {
    groups: new Map(),
    people: new Map(),
    others: new Map(),
    missing: new Map(),
    logins: new Map(),
    normal: dnReader(),
  };
  let wanted: ReadonlyMap<string, string> = roots;
  for (let level = 0; wanted.size > 0; level++) {
    if (level === maxLevels) {
      for (const key of wanted.keys()) walked.missing.set(key, `nested deeper than ${maxLevels} levels`);
      break;
    }
    const { found, missing } = await finder.byDn(wanted);
    for (const [key, reason] of missing) walked.missing.set(key, reason);
    const fresh: GroupFacts[] = [];
    for (const [key, entry] of found) {
      const kind = roots.has(key) ? 'group' : kindOf(entry, layout);
      if (kind === 'group') {
        const whole = await withAllMembers(entry, layout, tools.session);
        const facts = groupFacts(whole.entry, layout, tools.globalCatalog);
        const reasons = [...facts.reasons, ...whole.reasons];
        walked.groups.set(key, { ...facts, reasons, extraPages: whole.pages });
        fresh.push(facts);
      } else if (kind === 'person') walked.people.set(key, personFacts(entry, layout, tools.source));
      else if (kind === 'hidden') walked.missing.set(key, 'the bind account may not see what it is');
      else walked.others.set(key, kind.other);
    }
    await lookUpLogins(fresh, walked, tools);
    tools.progress(walked.groups.size, walked.people.size);
    wanted = namesOf(fresh, walked);
  }
  return walked;
}

/** Members' names that nobody has looked up yet. */
function namesOf(groups: readonly GroupFacts[], walked: Walked): Map<string, string> {
  const names = new Map<string, string>();
  for (const { memberDns } of groups) {
    for (const dn of memberDns) {
      const key = walked.normal(dn);
      // An empty name is the placeholder of some tools; a name that is none is counted when members are related.
      if (!key || names.has(key) || walked.groups.has(key) || walked.people.has(key)) continue;
      if (walked.others.has(key) || walked.missing.has(key)) continue;
      if (isForeignPrincipal(key)) walked.others.set(key, 'foreignSecurityPrincipal');
      else names.set(key, dn);
    }
  }
  return names;
}

/** `memberUid` names people by login, and nothing else: a nested group cannot be said that way. */
async function lookUpLogins(groups: readonly GroupFacts[], walked: Walked, tools: WalkTools): Promise<void> {
  const wanted = new Set(groups.flatMap(group => group.logins).map(matchKey));
  const unknown = [...wanted].filter(login => !walked.logins.has(login));
  if (unknown.length === 0) return;
  const { found, stopped } = await tools.finder.byLogin(unknown);
  for (const login of unknown) {
    const keys: string[] = [];
    for (const entry of found.get(login) ?? []) {
      const key = normalDn(entry.dn);
      if (key === undefined || kindOf(entry, tools.layout) !== 'person') continue;
      walked.people.set(key, personFacts(entry, tools.layout, tools.source));
      keys.push(key);
    }
    // A search that broke off proves nothing about names that it did not bring; those stay unknown.
    if (keys.length > 0 || stopped === undefined) walked.logins.set(login, [...new Set(keys)]);
  }
}
