import type { z } from 'zod';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import { byCursor, type PageWalk } from '../../http/pages.ts';
import { type Account, type Asked, answerFailure } from './failures.ts';
import {
  type GoogleGroup,
  type GoogleMember,
  type GoogleUser,
  googleGroup,
  googleUser,
  groupsPage,
  membersPage,
  usersPage,
} from './wire.ts';

/** The few questions that we ask Google. Errors: `source.auth-failed`, `source.read-failed` and `WireError`s. */
export interface GoogleApi {
  groups(signal: AbortSignal): PageWalk<GoogleGroup>;
  group(id: string, signal: AbortSignal): Promise<GoogleGroup>;
  members(
    group: Pick<GoogleGroup, 'id' | 'name'>,
    signal: AbortSignal,
    limit?: number,
  ): PageWalk<GoogleMember>;
  users(signal: AbortSignal, limit?: number): PageWalk<GoogleUser>;
  /** Undefined for somebody whom the account does not have. */
  user(id: string, signal: AbortSignal): Promise<GoogleUser | undefined>;
  /** The last answer's `Date`; undefined before there was one. */
  readonly serverDate: string | undefined;
}

export interface GoogleApiOptions {
  /** Without a slash at the end. */
  readonly url: string;
  readonly http: HttpClient;
  readonly account: Account;
  /** `customer` or `domain`, as query parameters. */
  readonly whose: Readonly<Record<string, string>>;
  readonly query: string | undefined;
  readonly derived: boolean;
  readonly pageSize: number;
  /** Fields of a user that are wanted, at the top level: `name`, `customSchemas`. */
  readonly userFields: readonly string[];
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** A page of users holds more than one of groups or members. */
const usersAtOnce = 500;

const groupFields = 'id,email,name,directMembersCount,aliases,nonEditableAliases';

export function createGoogleApi(options: GoogleApiOptions): GoogleApi {
  const { url, http, account, whose, query, derived, pageSize } = options;
  const base = '/admin/directory/v1';
  const host = new URL(url).host;
  const userFields = [
    ...new Set(['id', 'primaryEmail', 'suspended', 'archived', 'aliases', ...options.userFields]),
  ].join(',');
  // Custom schemas are in the full projection alone.
  const projection = options.userFields.includes('customSchemas') ? 'full' : 'basic';
  let serverDate: string | undefined;

  const ask = async (path: string, route: string, parameters: Query, signal: AbortSignal) => {
    const answer = await http.send({
      method: 'GET',
      url: `${url}${base}${path}`,
      query: parameters,
      route: `GET ${base}${route}`,
      repeatable: true,
      signal,
    });
    serverDate = answer.headers.date ?? serverDate;
    return answer;
  };
  const asked = (what: string, path: string): Asked => ({
    what,
    subject: `GET ${host}${base}${path}`,
    account,
  });

  return {
    groups: signal =>
      byCursor(async pageToken => {
        const fields = `kind,nextPageToken,groups(${groupFields})`;
        const parameters = { ...whose, query, maxResults: pageSize, fields, pageToken };
        const answer = await ask('/groups', '/groups', parameters, signal);
        const page = pageIn(answer, groupsPage, asked('the groups', '/groups'));
        return { items: page.groups ?? [], ...nextOf(page) };
      }),
    async group(id, signal) {
      const path = `/groups/${encodeURIComponent(id)}`;
      const answer = await ask(path, '/groups/{id}', { fields: groupFields }, signal);
      return pageIn(answer, googleGroup, asked(`the group ${id}`, path));
    },
    members(group, signal, limit = pageSize) {
      const path = `/groups/${encodeURIComponent(group.id)}/members`;
      return byCursor(async pageToken => {
        const parameters = {
          maxResults: limit,
          includeDerivedMembership: derived || undefined,
          fields: 'kind,nextPageToken,members(id,email,type,status)',
          pageToken,
        };
        const answer = await ask(path, '/groups/{id}/members', parameters, signal);
        const page = pageIn(answer, membersPage, asked(`the members of ${group.name}`, path));
        return { items: page.members ?? [], ...nextOf(page) };
      });
    },
    users: (signal, limit = usersAtOnce) =>
      byCursor(async pageToken => {
        const fields = `kind,nextPageToken,users(${userFields})`;
        const parameters = { ...whose, maxResults: limit, projection, fields, pageToken };
        const answer = await ask('/users', '/users', parameters, signal);
        const page = pageIn(answer, usersPage, asked('the users', '/users'));
        return { items: page.users ?? [], ...nextOf(page) };
      }),
    async user(id, signal) {
      const path = `/users/${encodeURIComponent(id)}`;
      const answer = await ask(path, '/users/{id}', { projection, fields: userFields }, signal);
      // Somebody of another account is not found, or not ours to ask about.
      if (answer.status === 404 || answer.status === 403) return undefined;
      return pageIn(answer, googleUser, asked('a user', '/users/{id}'));
    },
    get serverDate() {
      return serverDate;
    },
  };
}

const nextOf = ({ nextPageToken }: { readonly nextPageToken?: string | undefined }) =>
  nextPageToken ? { next: nextPageToken } : {};

/** An answer that is anything else than what was asked for is a page that was lost, also with the status 200. */
function pageIn<Shape extends z.ZodType>(answer: HttpAnswer, shape: Shape, asked: Asked): z.output<Shape> {
  const page = answer.status === 200 ? shape.safeParse(answer.body) : undefined;
  if (page?.success) return page.data;
  throw answerFailure(answer, asked);
}
