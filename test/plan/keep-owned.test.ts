import { describe, expect, it } from 'vitest';
import type { DesiredGroup, HeldMapping, Service } from '../../src/model/desired.ts';
import type { Edge, OwnedEdge } from '../../src/model/ledger.ts';
import { keepOwned, type OwnedInput } from '../../src/plan/weigh/keep-owned.ts';
import { desiredGroup, ledgerOf, owned } from '../support/builders.ts';

const member: Edge = { kind: 'member', group: 'G', user: 'ana' };
const attachment: Edge = { kind: 'attachment', queue: 'Q', group: 'G', how: 'member-groups' };
const made: Edge = { kind: 'group', group: 'G', key: 'corp:a' };
const direct: Edge = { kind: 'queue-member', queue: 'Q', user: 'ana' };

interface Case {
  readonly edge?: Edge;
  readonly ledger?: Partial<OwnedEdge>;
  readonly wanted?: boolean;
  readonly present?: boolean;
  readonly groups?: readonly DesiredGroup[];
  readonly held?: readonly HeldMapping[];
  readonly change?: Partial<OwnedInput>;
  readonly services?: readonly Service[];
  /** What else is ours. */
  readonly beside?: readonly OwnedEdge[];
}

/** Each mapping asks for its group, as a Genesys group and one by one. */
const asking = (...names: readonly string[]): Pick<OwnedInput, 'groupsNeeded'> & { services: Service[] } => ({
  groupsNeeded: new Set(names.map(name => `corp:${name}`)),
  services: names.map(name => ({
    group: `corp:${name}`,
    queue: 'Q',
    mapping: `m-${name}`,
    assign: 'direct-members',
  })),
});

const givenBy = ({
  edge = member,
  ledger = {},
  wanted = false,
  present = true,
  groups,
  held = [],
  change = {},
  services,
  beside = [],
}: Case): OwnedInput => {
  const shown = groups ?? [desiredGroup('a', ['bo'])];
  return {
    ledger: ledgerOf(owned(edge, 'a', ledger), ...beside),
    desired: {
      groups: shown,
      services: services ?? asking(...shown.map(({ key }) => key.replace('corp:', ''))).services,
      heldMappings: held,
      notes: [],
    },
    mappings: new Set(['m-a']),
    written: new Set(['m-a']),
    sources: new Set(['corp', 'hr']),
    groupsNeeded: new Set(['corp:a']),
    skipped: new Set(),
    sights: {
      wish: () => (wanted ? { edge, mapping: 'm-a', key: 'corp:a' } : undefined),
      shows: () => present,
      ownersIn: () => [{ mapping: 'm-a', key: 'corp:a' }],
      unsettledIn: () => new Set(wanted && present ? [] : ['ana']),
    },
    whenGroupGone: 'keep',
    tellable: new Set(['member-groups', 'ring-groups', 'direct-members']),
    ...change,
  };
};

const judge = (given: Case) => {
  const verdicts = keepOwned(givenBy(given));
  if (verdicts.removals.length > 0) return verdicts.removals[0]!.because;
  if (verdicts.confirm.length > 0) return 'confirmed';
  if (verdicts.forget.length > 0) return 'forgotten';
  if (verdicts.rehome.length > 0) return 'rehomed';
  return verdicts.notes.length > 0 ? 'told' : 'stays';
};

const held: HeldMapping = { mapping: 'm-a', from: 'corp', why: 'gone', gone: true };
const half: HeldMapping = { ...held, why: 'half a list', gone: false };
const remove = { whenGroupGone: 'remove' } as const;
const anew = { mappings: new Set(['m-b']), written: new Set(['m-b']) };
const emptied = desiredGroup('a', []);

describe('what is wanted and was taken away by somebody else, of a group that is left alone', () => {
  const goneOf = (edge: Edge) =>
    keepOwned(
      givenBy({
        edge,
        wanted: true,
        present: false,
        groups: [desiredGroup('a', ['ana'])],
        change: { skipped: new Set(['corp:a']) },
      }),
    ).vanished.map(each => each.edge);

  it('is seen where a queue shows it, and not where the group would have to be looked into', () => {
    expect(goneOf(direct)).toEqual([direct]);
    expect(goneOf(member)).toEqual([]);
    expect(goneOf(attachment)).toEqual([]);
  });
});

describe('what two mappings want', () => {
  const also = [{ mapping: 'm-b', key: 'corp:b', person: 'corp:ana' }];
  const rule = (change: Partial<OwnedInput>, groups: readonly DesiredGroup[]) => {
    const { removals, rehome } = keepOwned({
      ledger: ledgerOf(owned(direct, 'a', { person: 'corp:ana', also })),
      desired: { groups, services: asking('a', 'b').services, heldMappings: [], notes: [] },
      mappings: new Set(['m-a', 'm-b']),
      written: new Set(['m-a', 'm-b']),
      sources: new Set(['corp']),
      groupsNeeded: asking('a', 'b').groupsNeeded,
      skipped: new Set(),
      sights: {
        wish: () => undefined,
        shows: () => true,
        ownersIn: () => undefined,
        unsettledIn: () => undefined,
      },
      whenGroupGone: 'keep',
      tellable: new Set(['direct-members']),
      ...change,
    });
    return { removals: removals.map(({ owned: { key }, because }) => [key, because]), rehome };
  };
  const whole = (name: string) => desiredGroup(name, ['bo']);
  const half = (name: string) => desiredGroup(name, ['bo'], { removable: false, whyNot: 'half of it' });

  it('goes when both let go, and is told by the group that was left', () => {
    expect(rule({}, [whole('a'), whole('b')])).toEqual({ removals: [['corp:a', 'left']], rehome: [] });
    const aGone = rule({ mappings: new Set(['m-b']) }, [whole('b')]);
    expect(aGone.removals).toEqual([['corp:b', 'left']]);
  });

  it('stays while one of them is not known to, which then owns it alone', () => {
    const alone = [{ edge: direct, mapping: 'm-b', key: 'corp:b', person: 'corp:ana' }];
    expect(rule({}, [whole('a'), half('b')])).toEqual({ removals: [], rehome: alone });
    expect(rule({}, [half('a'), half('b')])).toEqual({ removals: [], rehome: [] });
  });

  it('stays with whoever still wants it', () => {
    const wish = { edge: direct, mapping: 'm-b', key: 'corp:b', person: 'corp:ana' };
    const sights = {
      wish: () => wish,
      shows: () => true,
      ownersIn: () => undefined,
      unsettledIn: () => undefined,
    };
    expect(rule({ sights }, [whole('a'), whole('b')])).toEqual({ removals: [], rehome: [wish] });
    expect(rule({ sights }, [half('a'), whole('b')])).toEqual({ removals: [], rehome: [] });
  });
});

describe('an edge of ours', () => {
  it.each<[string, Case, string]>([
    ['wanted and there', { wanted: true }, 'stays'],
    ['wanted and not there', { wanted: true, present: false }, 'stays'],
    ['claimed, wanted and there', { wanted: true, ledger: { state: 'claimed' } }, 'confirmed'],
    [
      'claimed, wanted and not there',
      { wanted: true, present: false, ledger: { state: 'claimed' } },
      'stays',
    ],
    ['neither wanted nor there', { present: false }, 'forgotten'],
    ['of somebody who left a group that was read to its end', {}, 'left'],
    ['of somebody who left a queue, placed one by one', { edge: direct }, 'left'],
    [
      'of somebody who is listed and has no user now',
      { ledger: { person: 'corp:ana' }, groups: [desiredGroup('a', ['bo'], { unlinked: ['corp:ana'] })] },
      'told',
    ],
    [
      'of somebody who is listed and stands for another user now',
      { ledger: { person: 'corp:bo' } },
      'relinked',
    ],
    [
      'of a group that was not read to its end',
      { groups: [desiredGroup('a', ['bo'], { removable: false, whyNot: 'half' })] },
      'told',
    ],
    ['of a group that is empty', { groups: [emptied] }, 'told'],
    ['of a group that is empty, and that is meant', { groups: [emptied], change: remove }, 'left'],
    [
      'of a group of people without users, and emptiness is meant',
      { groups: [desiredGroup('a', [], { emptied: false })], change: remove },
      'told',
    ],
    ['of a group that is gone', { groups: [], held: [held] }, 'told'],
    ['of a group that is gone, and that is meant', { groups: [], held: [held], change: remove }, 'left'],
    [
      'of a group that half a list does not show, though gone is meant',
      { groups: [], held: [half], change: remove },
      'told',
    ],
    ['of one group of a rule that no longer shows it', { groups: [] }, 'told'],
    ['of a mapping that is gone', { groups: [], change: { mappings: new Set() } }, 'unmapped'],
    [
      'of a mapping that is gone, when another one of its source saw half a list',
      { groups: [], held: [{ ...half, mapping: 'm-b' }], change: { mappings: new Set(['m-b']) } },
      'told',
    ],
    [
      'of a mapping that is gone, when another source saw half a list',
      { groups: [], held: [{ ...half, mapping: 'm-b', from: 'hr' }], change: { mappings: new Set(['m-b']) } },
      'unmapped',
    ],
    [
      'of a mapping that is gone, when a new one finds no group',
      { groups: [], held: [{ ...held, mapping: 'm-b' }], change: anew },
      'told',
    ],
    [
      'of a mapping that is gone, when a new one finds no group and another shows this one',
      {
        edge: attachment,
        services: [{ group: 'corp:a', queue: 'P', mapping: 'm-c', assign: 'member-groups' }],
        held: [{ ...held, mapping: 'm-b' }],
        change: anew,
      },
      'told',
    ],
    [
      'of a mapping that is gone, when a new one finds no group and gone is meant',
      { groups: [], held: [{ ...held, mapping: 'm-b' }], change: { ...anew, ...remove } },
      'unmapped',
    ],
    [
      'of a mapping that is gone, when another one lost the group that it had placed',
      {
        groups: [],
        held: [{ ...held, mapping: 'm-b' }],
        change: anew,
        beside: [owned({ ...attachment, queue: 'P' }, 'b', { mapping: 'm-b' })],
      },
      'unmapped',
    ],
    [
      'of a mapping whose hours are over, when a new one finds no group',
      {
        groups: [],
        held: [{ ...held, mapping: 'm-b' }],
        change: { ...anew, written: new Set(['m-a', 'm-b']) },
      },
      'unmapped',
    ],
    [
      'an attachment of a mapping that finds no group, when another one shows its group',
      {
        edge: attachment,
        services: [{ group: 'corp:a', queue: 'P', mapping: 'm-c', assign: 'member-groups' }],
        held: [held],
      },
      'told',
    ],
    [
      'of somebody who is still listed, on a queue that is not asked for any more',
      { edge: direct, groups: [desiredGroup('a', ['ana'])], services: [] },
      'unmapped',
    ],
    [
      'of somebody who is still listed, in a group that is not needed any more',
      { groups: [desiredGroup('a', ['ana'])], change: { groupsNeeded: new Set() } },
      'unmapped',
    ],
    [
      'of a mapping that is gone with its source, when another source saw half a list',
      {
        groups: [],
        held: [{ ...half, mapping: 'm-b', from: 'hr' }],
        change: { ...anew, sources: new Set(['hr']) },
      },
      'told',
    ],
    ['that a mapping of another name wants now', { wanted: true, ledger: { mapping: 'm-old' } }, 'rehomed'],
    ['that another source group wants now', { wanted: true, ledger: { key: 'corp:old' } }, 'rehomed'],
    ['an attachment that no mapping asks for', { edge: attachment }, 'unmapped'],
    [
      'an attachment of a group that was not read to its end',
      { edge: attachment, groups: [emptied] },
      'unmapped',
    ],
    [
      'an attachment told the way of another contract',
      { edge: { ...attachment, how: 'scim-extension' } },
      'told',
    ],
    ['of a group that is left alone', { change: { skipped: new Set(['corp:a']) } }, 'told'],
    ['a group that we made and that is there', { edge: made }, 'stays'],
    ['a group that we made and that is gone', { edge: made, present: false }, 'forgotten'],
    [
      'a group that a killed run may have made, looked for in vain',
      { edge: { ...made, group: '@corp:a' }, present: false },
      'forgotten',
    ],
    [
      'a group that a killed run may have made, not looked for',
      { edge: { ...made, group: '@corp:a' }, present: false, groups: [] },
      'stays',
    ],
    [
      'a member of a group that a killed run may have made, not looked for',
      { edge: { ...member, group: '@corp:a' }, present: false, groups: [] },
      'stays',
    ],
  ])('%s: %s', (_, given, verdict) => {
    expect(judge(given)).toBe(verdict);
  });
});
