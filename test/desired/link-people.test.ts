import { describe, expect, it } from 'vitest';
import { linkPeople } from '../../src/desired/link-people.ts';
import type { LinkKey } from '../../src/model/mapping.ts';
import { person, user } from '../support/builders.ts';

const all: LinkKey[] = ['email', 'userName', 'externalId', 'id'];
const linked = (...args: Parameters<typeof linkPeople>) => {
  const { links, notes } = linkPeople(...args);
  const [people] = args;
  return {
    users: Object.fromEntries(
      links.flatMap(link => (typeof link === 'string' ? [] : [[link.person, link.user]])),
    ),
    unlinked: people.filter((_, at) => links[at] === 'unlinked').map(({ key }) => key),
    codes: notes.map(note => note.code),
  };
};

describe('a person is linked', () => {
  it.each([
    ['mail address without case or space', { emails: [' ANA@Example.com '] }, user('ana')],
    ['any of several mail addresses', { emails: ['old@example.com', 'ana@example.com'] }, user('ana')],
    [
      'composed and decomposed letters alike',
      { emails: ['zo\u0065\u0301@example.com'] },
      user('u', { email: 'zo\u00e9@example.com' }),
    ],
    ['login name', { emails: [], userName: 'Ana' }, user('u', { email: 'x@example.com', userName: 'ana' })],
    ['external id', { emails: [], externalId: 'E-7' }, user('u', { externalIds: ['E-7'] })],
    ['the id itself', { emails: [], userId: 'u' }, user('u')],
  ])('by %s', (_, change, found) => {
    expect(linked([person('p', change)], [found], all).users).toEqual({ 'corp:p': found.id });
  });

  it('not by an external id in another case: it is no name', () => {
    const { users } = linked(
      [person('p', { emails: [], externalId: 'e-7' })],
      [user('u', { externalIds: ['E-7'] })],
      all,
    );
    expect(users).toEqual({});
  });

  it('by the first key that finds somebody, whatever the later ones would find', () => {
    const one = person('p', { emails: ['a@example.com'], userName: 'b' });
    const users = [
      user('ua', { email: 'a@example.com' }),
      user('ub', { email: 'x@example.com', userName: 'b' }),
    ];
    expect(linked([one], users, ['email', 'userName']).users).toEqual({ 'corp:p': 'ua' });
    expect(linked([one], users, ['userName', 'email']).users).toEqual({ 'corp:p': 'ub' });
  });
});

describe('a person whom two sources know', () => {
  it('is one user for both', () => {
    const people = [person('p'), person('x', { key: 'hr:x', emails: ['P@example.com'] })];
    expect(linked(people, [user('p')], ['email'])).toEqual({
      users: { 'corp:p': 'p', 'hr:x': 'p' },
      unlinked: [],
      codes: [],
    });
  });
});

describe('a person is not linked, and it is told', () => {
  it.each([
    ['who has no user', [person('p')], [], ['person.unlinked'], ['corp:p']],
    [
      'who matches two users',
      [person('p', { emails: ['a@example.com', 'b@example.com'] })],
      [user('a'), user('b')],
      ['person.ambiguous'],
      ['corp:p'],
    ],
    [
      'whose user is inactive',
      [person('p')],
      [user('p', { state: 'inactive' })],
      ['user.inactive'],
      ['corp:p'],
    ],
    ['who is suspended', [person('p', { status: 'suspended' })], [user('p')], ['person.inactive'], []],
    ['who has left', [person('p', { status: 'deprovisioned' })], [user('p')], ['person.inactive'], []],
  ] as const)('%s', (_, people, users, codes, unlinked) => {
    expect(linked(people, users, ['email'])).toEqual({ users: {}, codes, unlinked });
  });

  it.each([2, 3])('when %i people match one user, none of them', count => {
    const people = Array.from({ length: count }, (_, index) =>
      person(`p${index}`, { emails: ['ana@example.com'] }),
    );
    const { users, unlinked, codes } = linked(people, [user('ana')], ['email']);
    expect(users).toEqual({});
    expect(unlinked.toSorted()).toEqual(people.map(each => each.key));
    expect(new Set(codes)).toEqual(new Set(['person.shared-user']));
  });

  it('while one whose status nobody knows is taken for active', () => {
    expect(linked([person('p', { status: 'unknown' })], [user('p')], ['email']).users).toEqual({
      'corp:p': 'p',
    });
  });
});
