import { describe, expect, it } from 'vitest';
import { incompleteEvidence } from '../../src/model/directory.ts';
import type { WorldSnapshot } from '../../src/model/world-snapshot.ts';
import { withoutSecrets } from '../../src/run/offline/hide-secrets.ts';
import { withoutPeople } from '../../src/run/offline/redact.ts';
import {
  directory,
  group,
  owned,
  person,
  queue,
  readAt,
  sourceGroup,
  tenant,
  user,
} from '../support/builders.ts';

const key = new Uint8Array(32).fill(1);

const ana = person('cn=Ana Souza', {
  name: 'Ana Souza',
  userName: 'SOUZAA',
  emails: [' Ana.Souza@Example.com'],
  externalId: 'E-1007',
  userId: 'user-1',
  attributes: { Site: ['Berlin'], email: ['ana.private@example.org'] },
});

const snapshot: WorldSnapshot = {
  kind: 'muster.snapshot',
  version: 1,
  writtenBy: 'test',
  takenAt: readAt,
  people: 'names',
  asked: { contract: 'auto', match: ['email'], groups: {}, attributes: ['email', 'site'], anchors: [] },
  directories: [
    directory(
      [
        sourceGroup('support', ['cn=Ana Souza'], {
          evidence: incompleteEvidence(readAt, 1, '"bo.lindqvist@example.com" is no person in these files'),
        }),
      ],
      {
        people: [ana],
        notes: [
          {
            code: 'source.note',
            level: 'warning',
            subject: 'ldap://reader:hunter2-long@ldap.example.com',
            text: 'Ana Souza is there twice at ldap://reader:hunter2-long@ldap.example.com.',
            remedy: 'Ask Ana Souza.',
          },
        ],
      },
    ),
  ],
  tenant: tenant({
    queues: [
      queue('Support', { members: [{ user: 'user-1', name: 'Ana Souza', by: 'user', joined: true }] }),
    ],
    groups: [group('support', ['user-1'])],
    users: [
      user('user-1', {
        name: 'Souza, Ana',
        email: 'ana.souza@example.com',
        userName: 'souzaa',
        externalIds: ['E-1007'],
      }),
    ],
  }),
  groupNames: [],
  protectedUsers: ['user-1'],
  ledger: [
    owned({ kind: 'member', group: 'support', user: 'user-1' }, 'support', { person: 'corp:cn=Ana Souza' }),
  ],
  seats: [
    {
      queue: 'Support',
      user: 'user-1',
      person: 'corp:cn=Ana Souza',
      joined: true,
      mapping: 'm-support',
      key: 'corp:support',
      state: 'left',
      run: 'r',
      write: 1,
    },
  ],
  partings: [{ id: 'member support user-1', times: 2, at: readAt }],
  mark: 1,
};

describe('a snapshot without people', () => {
  const told = withoutPeople(snapshot, key);
  const text = JSON.stringify(told);

  it('holds nothing of what a person is known by, wherever it stood', () => {
    for (const known of [
      'Ana',
      'Souza',
      'souza',
      'example.com',
      'example.org',
      'E-1007',
      'user-1',
      'bo.lindqvist',
      'hunter2',
    ])
      expect(text).not.toContain(known);
  });

  it('keeps who is who: address, login, number and id meet on both sides', () => {
    const people = told.directories[0]!.people;
    const [user1] = told.tenant.users;
    expect(people[0]!.emails).toEqual([user1!.email]);
    expect(people[0]!.userName).toBe(user1!.userName);
    expect([people[0]!.externalId]).toEqual(user1!.externalIds);
    expect(people[0]!.userId).toBe(user1!.id);
    expect(people[0]!.name).toBe(user1!.name);
    expect(told.directories[0]!.groups[0]!.members).toEqual([{ kind: 'person', id: people[0]!.id }]);
    expect(told.ledger[0]).toMatchObject({ person: people[0]!.key, edge: { user: user1!.id } });
    expect(told.tenant.groups[0]!.memberIds).toEqual([user1!.id]);
    expect(told.tenant.queues[0]!.members).toEqual([
      { user: user1!.id, name: user1!.name, by: 'user', joined: true },
    ]);
    expect(told.seats[0]).toMatchObject({ user: user1!.id, person: people[0]!.key });
    expect(told.partings[0]!.id).toBe(`member support ${user1!.id}`);
    expect(told.protectedUsers).toEqual([user1!.id]);
  });

  it('keeps what no person is known by: attributes, status, that something was not complete', () => {
    const [first] = told.directories;
    expect(first!.people[0]!.attributes).toEqual({ Site: ['Berlin'] });
    expect(told.asked.attributes).toEqual(['site']);
    expect(first!.groups[0]!.evidence).toMatchObject({ complete: false, reasons: [expect.any(String)] });
    expect(first!.notes).toMatchObject([{ code: 'source.note', level: 'warning', subject: 'corp' }]);
  });

  it('has other pseudonyms under another key, so two files do not meet', () => {
    const other = withoutPeople(snapshot, new Uint8Array(32).fill(2));
    expect(other.tenant.users[0]!.id).not.toBe(told.tenant.users[0]!.id);
    expect(other.tenant.users[0]!.email).not.toBe(told.tenant.users[0]!.email);
  });
});

it('a secret that a source repeats is not in a snapshot with names', () => {
  const told = withoutSecrets(snapshot, ['hunter2-long']);
  expect(JSON.stringify(told)).not.toContain('hunter2');
  expect(told.directories[0]!.notes[0]).toMatchObject({ subject: 'ldap://reader:***@ldap.example.com' });
  expect(told.directories[0]!.people).toEqual(snapshot.directories[0]!.people);
});
