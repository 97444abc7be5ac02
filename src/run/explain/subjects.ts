import { linkPeople } from '../../desired/link-people.ts';
import { whoIsMeant } from '../../desired/who-is-meant.ts';
import type { Person } from '../../model/directory.ts';
import { isUuid, keyOf, type UserId } from '../../model/keys.ts';
import type { Ledger } from '../../model/ledger.ts';
import { bookOf } from '../../model/ledger-book.ts';
import type { LinkKey } from '../../model/mapping.ts';
import { matchKey } from '../../model/match-key.ts';
import type { Note } from '../../model/note.ts';
import type { Tenant, TenantUser } from '../../model/tenant.ts';
import type { UserQueues } from '../../model/user-queues.ts';
import type { PlanJob } from '../job.ts';
import type { Survey } from '../survey.ts';

/** Somebody who is asked about: as a source shows them, and as Genesys Cloud does. */
export interface Subject {
  /** Left out where no source that was read shows them. */
  readonly person?: Person;
  /** The user that the person is linked to; else those whom we placed for them, and whoever they may be. */
  readonly users: readonly { readonly user: TenantUser; readonly on: UserQueues }[];
  readonly linked?: UserId;
  /** Why the person is not linked. */
  readonly unlinked?: string;
}

/** The picture with the users of these people read now, however sure the memory is of them. */
export async function withFreshLinks(
  job: PlanJob,
  { first, scope }: Survey,
  people: readonly Person[],
  signal: AbortSignal,
): Promise<Tenant> {
  const keys = new Set(people.map(({ key }) => key));
  const wishes = scope.people.filter(({ person }) => keys.has(person));
  if (!job.tenant.again || wishes.length === 0) return first;
  return job.tenant.again(first, scope, { groups: [], users: [], people: wishes }, signal);
}

/** People of the sources, each with their user, or with every user whom they may be. */
export function subjectsFrom(
  job: PlanJob,
  tenant: Tenant,
  { directories, mappings, view, scope }: Survey,
  people: readonly Person[],
  signal: AbortSignal,
): Promise<Subject[]> {
  const { everybody } = whoIsMeant(directories, mappings);
  const links = linksOf(everybody, tenant, job);
  const looked = new Set(scope.people.map(({ person }) => person));
  return Promise.all(
    people.map(async (person): Promise<Subject> => {
      const linked = links.users.get(person.key);
      if (linked !== undefined)
        return { person, linked, users: await seenNow(job, tenant, [linked], signal) };
      const wish = { ...person, person: person.key };
      const like = await job.tenant.usersLike(wish, job.match, signal);
      // Nobody looked for those whom no mapping in force means; what the plan says of the others holds.
      const own = looked.has(person.key) ? links : linksOf([person], { users: like }, job);
      const now = own.users.get(person.key);
      const placed = placedFor(view.ledger, person.key);
      const ids = now === undefined ? [...new Set([...placed, ...like.map(({ id }) => id)])] : [now];
      return {
        person,
        users: await seenNow(job, tenant, ids, signal, like),
        ...(now === undefined ? { unlinked: whyUnlinked(person, own.notes) } : { linked: now }),
      };
    }),
  );
}

/** Users whom a text may mean though no source shows them: mail address, login name, id, else name. */
export async function userSubjects(
  job: PlanJob,
  tenant: Tenant,
  survey: Survey,
  text: string,
  signal: AbortSignal,
): Promise<Subject[]> {
  const { directories, mappings, view } = survey;
  const wanted = matchKey(text);
  const is = (value: string | undefined) => value !== undefined && matchKey(value) === wanted;
  const exact = tenant.users.filter(({ id, email, userName }) => [id, email, userName].some(is));
  const gone = [text, ...job.sources.map(({ id }) => keyOf(id, text))].flatMap(key =>
    placedFor(view.ledger, key),
  );
  const match: LinkKey[] = isUuid(text) ? ['id'] : ['email', 'userName'];
  const wish = { person: text, emails: [text], userName: text, ...(isUuid(text) ? { userId: text } : {}) };
  const like = exact.length + gone.length > 0 ? [] : await job.tenant.usersLike(wish, match, signal);
  const named = tenant.users.filter(({ name }) => is(name)).map(({ id }) => id);
  const ids = [...new Set([...exact.map(({ id }) => id), ...gone, ...like.map(({ id }) => id)])];
  const users = await seenNow(job, tenant, ids.length > 0 ? ids : named, signal, like);
  // A source may know them by another name.
  const everybody = directories.flatMap(directory => directory.people);
  const links = linksOf(everybody, tenant, job);
  const behind = everybody.filter(({ key }) => users.some(({ user }) => links.users.get(key) === user.id));
  if (behind.length > 0)
    return subjectsFrom(job, tenant, { ...survey, directories, mappings }, behind, signal);
  return users.map(each => ({ users: [each] }));
}

/** The users of those who are linked, and what there is to say of the others. */
function linksOf(people: readonly Person[], { users }: Pick<Tenant, 'users'>, { match }: PlanJob) {
  const { links, notes } = linkPeople(people, users, match);
  const linked = links.flatMap(link => (typeof link === 'string' ? [] : [[link.person, link.user] as const]));
  return { users: new Map(linked), notes };
}

/** Each as Genesys Cloud shows them now, with the queues that they are on. */
function seenNow(
  job: PlanJob,
  tenant: Tenant,
  ids: readonly UserId[],
  signal: AbortSignal,
  like: readonly TenantUser[] = [],
) {
  const known = [...like, ...tenant.users.filter(({ remembered }) => !remembered)];
  return Promise.all(
    ids.map(async id => {
      const [user, on] = await Promise.all([
        known.find(each => each.id === id) ??
          job.tenant
            .usersLike({ person: id, emails: [], userId: id }, ['id'], signal)
            .then(([found]): TenantUser => found ?? { id, name: id, state: 'deleted' }),
        job.tenant.queuesOf(id, signal),
      ]);
      return { user, on };
    }),
  );
}

/** Users whom we placed somewhere for this person. */
function placedFor(ledger: Ledger, key: string): UserId[] {
  const book = bookOf(ledger);
  const users = new Set<UserId>();
  for (const [, people] of [...book.members(), ...book.queueMembers()])
    for (const [user, { person }] of people) if (person === key) users.add(user);
  return [...users];
}

function whyUnlinked(person: Person, notes: readonly Note[]): string {
  const subjects = new Set([...person.emails, person.userName, person.id]);
  return (
    notes.find(({ subject }) => subjects.has(subject))?.text ?? 'No active user in Genesys Cloud was found.'
  );
}
