import { createPeopleReader, type PeopleReader } from '../people-reader.ts';
import type { Query, ScimApi } from './client.ts';
import type { Resource } from './wire.ts';

export type People = PeopleReader<Resource>;

export interface PeopleTools {
  readonly api: ScimApi;
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** Whatever else a user object holds, its groups may be hundreds, and are told elsewhere. */
const listing: Query = { excluded: ['groups'] };

export const createPeople = ({ api, concurrency, signal }: PeopleTools): People =>
  createPeopleReader<Resource>(
    {
      list: onPage => api.list('User', listing, signal, page => onPage(page.total)),
      get: id => api.get('User', id, {}, signal),
      idOf: ({ id }) => id,
    },
    { width: concurrency, signal },
  );
