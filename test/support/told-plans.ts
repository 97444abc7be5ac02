import type { Limits } from '../../src/model/limits.ts';
import type { Note } from '../../src/model/note.ts';
import type { Plan, Refusal } from '../../src/model/plan.ts';
import type { TenantGroup } from '../../src/model/tenant.ts';
import { guard } from '../../src/plan/guards/guard.ts';
import { noLimits, planOn } from '../properties/worlds.ts';
import {
  directory,
  group,
  ledgerOf,
  mapping,
  owned,
  person,
  queue,
  sourceGroup,
  tenant,
  user,
} from './builders.ts';

/** A plan with what a report of it takes besides. */
export interface ToldPlan {
  readonly plan: Plan;
  readonly refusals: readonly Refusal[];
}

/** One source group, the Genesys group that it is, the queue that both serve; people by name. */
export interface Team {
  readonly source: string;
  /** The name of the Genesys group; the source's where left out. */
  readonly group?: string;
  readonly queue: string;
  /** Whom muster put into the group by an earlier run; left out where the group is yet to be made. */
  readonly was?: readonly string[];
  readonly willBe: readonly string[];
}

export interface Telling {
  readonly teams: readonly Team[];
  /** Whom other hands put on queues. */
  readonly byHand?: Readonly<Record<string, readonly string[]>>;
  readonly notes?: readonly Note[];
  readonly limits?: Partial<Limits>;
}

/** A plan of the real stages for these teams. Ids are names, so that a test can be read. */
export function planOf({ teams, byHand = {}, notes = [], limits = {} }: Telling): ToldPlan {
  const there = teams.filter(team => team.was !== undefined);
  const groups: TenantGroup[] = [];
  const edges = there.flatMap(team => {
    const id = `id of ${team.group ?? team.source}`;
    groups.push(group(id, team.was!, { name: team.group ?? team.source, externalId: team.source }));
    return [
      owned({ kind: 'group', group: id, key: `corp:${team.source}` }, team.source),
      owned({ kind: 'attachment', queue: team.queue, group: id, how: 'member-groups' }, team.source),
      ...team.was!.map(name =>
        owned({ kind: 'member', group: id, user: name }, team.source, { person: `corp:${name}` }),
      ),
    ];
  });
  const people = [...new Set(teams.flatMap(team => [...(team.was ?? []), ...team.willBe]))].sort();
  const queues = [...new Set([...teams.map(team => team.queue), ...Object.keys(byHand)])].map(name => {
    const on = groups.filter((_, at) => there[at]!.queue === name);
    const through = new Set(on.flatMap(each => each.memberIds));
    const direct = (byHand[name] ?? []).filter(each => !through.has(each));
    return queue(name, {
      memberGroups: on.map(each => ({ id: each.id, type: 'GROUP' })),
      members: [
        ...[...through].map(each => ({ user: each, by: 'group' as const })),
        ...direct.map(each => ({ user: each, by: 'user' as const })),
      ],
      memberCount: through.size + direct.length,
      userMemberCount: direct.length,
    });
  });
  const plan = planOn(
    tenant({ queues, groups, users: people.map((name, at) => user(name, { email: `p${at}@example.com` })) }),
    { ledger: ledgerOf(...edges) },
    directory(
      teams.map(team => sourceGroup(team.source, team.willBe)),
      { people: people.map((name, at) => person(name, { emails: [`p${at}@example.com`] })) },
    ),
    teams.map(team =>
      mapping(team.source, [], {
        group: { kind: 'exact', text: team.source },
        queues: [team.queue],
        ...(team.group === undefined ? {} : { displayName: team.group }),
      }),
    ),
  );
  const told = { ...plan, notes: [...plan.notes, ...notes] };
  return {
    plan: told,
    refusals: guard(told, { ...noLimits, ...limits }, Date.parse('2026-01-05T09:00:00Z')),
  };
}

/** A Monday: one team grows, one shrinks, one is new, one queue gets another name for its group. */
export const monday = (limits: Partial<Limits> = {}): ToldPlan =>
  planOf({
    limits,
    teams: [
      {
        source: 'customer-support-tier1',
        group: 'Customer Support Tier 1',
        queue: 'Support_Tier1',
        was: ['Ana Souza', 'Bo Lindqvist', 'Chidi Okafor', 'Dana Levi'],
        willBe: [
          'Ana Souza',
          'Bo Lindqvist',
          'Chidi Okafor',
          'Emre Yilmaz',
          'Farah Haddad',
          'Goran Petrovic',
        ],
      },
      {
        source: 'billing',
        queue: 'Billing',
        was: ['Hana Sato', 'Ines Moreau', 'Jonas Weber'],
        willBe: ['Hana Sato'],
      },
      { source: 'vip-desk', group: 'VIP Desk', queue: 'Support_VIP', willBe: ['Ines Moreau', 'Jonas Weber'] },
      {
        source: 'sales-emea',
        group: 'Sales EMEA',
        queue: 'Sales_EMEA',
        was: ['Kavya Nair'],
        willBe: ['Kavya Nair', 'Liam Murphy'],
      },
    ],
    byHand: { Support_Tier1: ['Grace Kim'], Support_VIP: ['Yara Haddad'] },
    notes: [
      {
        code: 'person.unlinked',
        level: 'warning',
        subject: 'zoe.unknown@example.com',
        text: 'Zoe Unknown has no user in Genesys Cloud (looked for by email, userName, externalId).',
        remedy: 'Create the user, or correct the mail address on either side.',
      },
      {
        code: 'group.quarantined',
        level: 'warning',
        subject: 'Retention',
        text: '"Retention" loses 5 of the 6 people that we put there. These removals wait; everything else goes on.',
        remedy: 'If it is meant, run again with --release 5a786e10b0f0.',
      },
    ],
  });

/** A large contact centre: so many queues with a team each, every tenth of which loses somebody. */
export const large = (queues: number, people = 20): ToldPlan =>
  planOf({
    teams: Array.from({ length: queues }, (_, at) => {
      const who = Array.from({ length: people }, (_, of) => `Person ${at + 1}.${of + 1}`);
      const source = `gc-queue-${String(at + 1).padStart(3, '0')}`;
      const was = at % 10 === 0 ? who : at % 3 === 0 ? who.slice(0, 5) : undefined;
      return {
        source,
        group: `Queue ${at + 1}`,
        queue: `Queue_${String(at + 1).padStart(3, '0')}`,
        ...(was ? { was } : {}),
        willBe: at % 10 === 0 ? who.slice(0, -2) : who,
      };
    }),
    notes: Array.from(
      { length: 40 },
      (_, at): Note => ({
        code: 'person.unlinked',
        level: 'warning',
        subject: `nobody${at}@example.com`,
        text: `Nobody ${at} has no user in Genesys Cloud (looked for by email).`,
        remedy: 'Create the user, or correct the mail address on either side.',
      }),
    ),
  });

/** The same plan with other names for everything; what names things to the program stays. */
export function renamed({ plan, refusals }: ToldPlan, call: (name: string) => string): ToldPlan {
  const values = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([id, name]) => [id, call(name)]));
  const { users, queues, groups, sourceGroups = {} } = plan.names;
  return {
    plan: {
      ...plan,
      names: {
        users: values(users),
        queues: values(queues),
        groups: values(groups),
        sourceGroups: values(sourceGroups),
      },
      changes: plan.changes.map(change =>
        change.kind === 'member.add' ? { ...change, path: change.path.map(call) } : change,
      ),
      notes: plan.notes.map(note => ({
        ...note,
        subject: call(note.subject),
        text: `${note.text} ${call(note.subject)}`,
        remedy: call(note.remedy ?? 'Nothing.'),
      })),
    },
    refusals: refusals.map(refusal => ({
      ...refusal,
      subject: call(refusal.subject),
      text: `${refusal.text} ${call(refusal.subject)}`,
    })),
  };
}
