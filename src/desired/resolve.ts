import type { Desired, DesiredGroup, LinkedPerson, MembersByPath, Service } from '../model/desired.ts';
import type { Directory } from '../model/directory.ts';
import type { GroupKey, MappingId, PersonKey, QueueId } from '../model/keys.ts';
import type { LinkKey, Mapping, StrategyName } from '../model/mapping.ts';
import type { Note } from '../model/note.ts';
import { fillHoles } from '../model/select.ts';
import type { Tenant, TenantUser } from '../model/tenant.ts';
import { findQueues, indexQueues, type QueueProblem } from './find-queues.ts';
import { type Link, linkPeople } from './link-people.ts';
import type { GroupPeople } from './people-of.ts';
import type { SelectedGroup } from './select-groups.ts';
import { type Meant, whoIsMeant } from './who-is-meant.ts';

export interface ResolveInput {
  readonly directories: readonly Directory[];
  readonly mappings: readonly Mapping[];
  readonly tenant: Pick<Tenant, 'queues' | 'users'>;
  readonly match: readonly LinkKey[];
  /** What a mapping without `assign` means under the contract of this run. */
  readonly defaultAssign: StrategyName;
  /** Queues that each mapping serves by our ledger: how a renamed queue is recognised. */
  readonly served: ReadonlyMap<MappingId, ReadonlySet<QueueId>>;
  /** Where it is known already. */
  readonly meant?: Meant;
  readonly placed?: Placed;
}

/** Who has a user, and the groups with the users that should be in them: what depends on people and not on queues. */
export interface Placed {
  readonly notes: readonly Note[];
  /** One for each of the selected groups, in its order. */
  readonly groups: readonly DesiredGroup[];
}

export function placePeople(meant: Meant, users: readonly TenantUser[], match: readonly LinkKey[]): Placed {
  const { links, notes } = linkPeople(meant.everybody, users, match);
  return { notes, groups: meant.selected.map((each, at) => desiredGroup(each, meant.people[at]!, links)) };
}

export interface Resolved {
  readonly desired: Desired;
  /** Queue texts that stop the run. */
  readonly problems: readonly QueueProblem[];
}

/** From what the sources say and what the mappings ask to what the target shall look like. */
export function resolve(input: ResolveInput): Resolved {
  const { directories, mappings, tenant } = input;
  const selection = input.meant ?? whoIsMeant(directories, mappings);
  const notes: Note[] = [...directories.flatMap(directory => directory.notes), ...selection.notes];
  const problems: QueueProblem[] = [];
  const groups = new Map<GroupKey, DesiredGroup>();
  const services: Service[] = [];
  const held = [...selection.held];
  const queues = indexQueues(tenant.queues);

  const placed = input.placed ?? placePeople(selection, tenant.users, input.match);
  notes.push(...placed.notes);

  for (const [at, each] of selection.selected.entries()) {
    const meant = selection.people[at]!;
    const { uncertain, notes: said } = meant;
    if (uncertain.length > 0) {
      held.push({
        mapping: each.mapping.id,
        from: each.mapping.from,
        why: uncertain.join('; '),
        gone: false,
      });
      notes.push(exclusionUnread(each, uncertain));
      continue;
    }
    const group = placed.groups[at]!;
    const known = groups.get(group.key);
    if (!known) {
      notes.push(...said, ...groupNotes(group, each));
      groups.set(group.key, group);
    } else if (known.name !== group.name || known.externalId !== group.externalId) {
      notes.push(twoNames(known, group));
    }
    const served = input.served.get(each.mapping.id) ?? new Set<QueueId>();
    const found = findQueues(each.mapping, each.captures, queues, served);
    problems.push(...found.problems);
    for (const queue of found.queues) {
      services.push({
        group: group.key,
        queue,
        mapping: each.mapping.id,
        assign: each.mapping.assign ?? input.defaultAssign,
        ...(each.mapping.ring === undefined ? {} : { ring: each.mapping.ring }),
      });
    }
  }
  return {
    desired: { groups: [...groups.values()], services, heldMappings: held, notes },
    problems,
  };
}

function desiredGroup(
  { key, group, mapping, captures }: SelectedGroup,
  { parts, incomplete, listed }: GroupPeople,
  links: readonly Link[],
): DesiredGroup {
  const paths: MembersByPath[] = [];
  const unlinked: PersonKey[] = [];
  for (const { people, path } of parts) {
    const members: LinkedPerson[] = [];
    for (const { person, place } of people) {
      const link = links[place]!;
      if (link === 'unlinked') unlinked.push(person.key);
      else if (link !== 'inactive') members.push(link);
    }
    if (members.length > 0) paths.push({ path, members });
  }
  // Nearly every group lists its people itself, and the one list serves for both.
  const members = paths.length === 1 ? paths[0]!.members : paths.flatMap(each => each.members);
  const whyNot =
    incomplete.length > 0 ? incomplete.join('; ') : members.length === 0 ? nobodyPlaced : undefined;
  const name = fillHoles(mapping.displayName ?? group.name, captures);
  return {
    key,
    name,
    ...(name === group.name ? {} : { sourceName: group.name }),
    externalId: fillHoles(mapping.externalId ?? group.id, captures),
    mapping: mapping.id,
    members,
    paths,
    unlinked: unlinked.sort(),
    removable: whyNot === undefined,
    ...(whyNot === undefined ? {} : { whyNot }),
    emptied: parts.every(part => part.people.length === 0) && incomplete.length === 0,
    ...(incomplete.length === 0 ? shrinking(group, listed) : {}),
  };
}

function shrinking(
  { evidence: { lastGood } }: SelectedGroup['group'],
  to: number,
): Pick<DesiredGroup, 'shrunk'> {
  if (!lastGood || to >= lastGood.people) return {};
  return { shrunk: { from: lastGood.people, to, since: lastGood.readAt } };
}

/** Without the exclusion we would add people who must not be there: so nobody is added and nobody taken away. */
const exclusionUnread = ({ mapping, group }: SelectedGroup, uncertain: readonly string[]): Note => ({
  code: 'group.incomplete',
  level: 'warning',
  subject: group.name,
  text: `Whom "${mapping.id}" leaves out could not be read (${uncertain.join('; ')}). "${group.name}" stays as it is.`,
  remedy: 'Mend the cause, or correct butNot, and run again.',
});

const nobodyPlaced = 'nobody in it could be placed';

function groupNotes(group: DesiredGroup, { group: source }: SelectedGroup): Note[] {
  if (group.removable) return [];
  if (group.whyNot === nobodyPlaced && source.members.length > 0) {
    return [
      {
        code: 'group.empty',
        level: 'warning',
        subject: group.name,
        text: `Nobody in "${source.name}" can be placed now: all are suspended, without a user, or left out. Nobody is taken away on that account.`,
        remedy: 'Look at the notes about its people; if it is meant, remove the mapping.',
      },
    ];
  }
  return group.members.length === 0 && source.members.length === 0 && source.evidence.complete
    ? [
        {
          code: 'group.empty',
          level: 'warning',
          subject: group.name,
          text: `The source shows nobody in "${source.name}". Nobody is taken away on that account.`,
          remedy: 'If it is meant, remove the mapping; its people then leave under the removal limits.',
        },
      ]
    : [
        {
          code: 'group.incomplete',
          level: 'warning',
          subject: group.name,
          text: `"${source.name}" could not be read completely (${group.whyNot}). Nobody is taken away; additions go on.`,
          remedy: 'Mend the cause and run again.',
        },
      ];
}

const twoNames = (first: DesiredGroup, second: DesiredGroup): Note => ({
  code: 'group.shared',
  level: 'warning',
  subject: first.name,
  text: `Mappings "${first.mapping}" and "${second.mapping}" name one source group differently ("${first.name}" / "${second.name}"); the first holds.`,
  remedy: 'Give both mappings the same displayName and externalId.',
});
