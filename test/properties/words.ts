import fc from 'fast-check';
import type { Directory } from '../../src/model/directory.ts';
import type { Mapping } from '../../src/model/mapping.ts';
import type { Day, Meddling, Story } from './worlds.ts';

/** A counterexample for people: a story as sentences, anything else as fast-check writes it. */
export const inWords = (value: unknown): string => (isStory(value) ? storyText(value) : fc.stringify(value));

const isStory = (value: unknown): value is Story =>
  typeof value === 'object' &&
  value !== null &&
  'before' in value &&
  'second' in value &&
  'contract' in value;

function storyText({ contract, before, first, between, second }: Story): string {
  return [
    `Under the ${contract} contract, "g2" [u1 u2] and "by hand" [u3 u4] are there.`,
    ...meddlingText('Before the first run', before),
    ...dayText('The first run', first),
    ...meddlingText('Between the runs', between),
    ...dayText('The second run', second),
  ].join('\n');
}

function dayText(title: string, { directory, mappings }: Day): string[] {
  return [
    `${title} reads${directory.evidence.complete ? '' : ' a cut list of groups'}:`,
    ...(directory.groups.length === 0 ? ['  no group'] : directory.groups.map(groupText)),
    ...(mappings.length === 0 ? ['  and no mapping asks for anything'] : ['  and is asked for:']),
    ...mappings.map(mappingText),
  ];
}

const groupText = ({ name, members, evidence }: Directory['groups'][number]): string =>
  `  ${name} [${members.map(({ kind, id }) => (kind === 'group' ? `@${id}` : id)).join(' ')}]${
    evidence.complete ? '' : ', not read to its end'
  }`;

const mappingText = ({ id, group, queues, assign, ring }: Mapping): string =>
  `  ${id}: ${group.kind === 'exact' ? group.text : fc.stringify(group)} on ${queues.join(', ')}${
    assign ? ` by ${assign}` : ''
  }${ring === undefined ? '' : ` ${ring}`}`;

const meddlingText = (title: string, deeds: Meddling): string[] =>
  deeds.length === 0 ? [] : [`${title}, by hand: ${deeds.map(deedText).join('; ')}.`];

/** Groups and queues by their place, as the generator has them: groups are numbered in the order in which they came. */
function deedText({ what, group, queue, user }: Meddling[number]): string {
  const [g, q, u] = [`group ${group + 1}`, `Q${queue + 1}`, `u${user + 1}`];
  switch (what) {
    case 'join':
      return `${u} into ${g}`;
    case 'leave':
      return `${u} out of ${g}`;
    case 'attach':
      return `${g} onto ${q}`;
    case 'detach':
      return `${g} off ${q}`;
    case 'direct':
      return `${u} onto ${q} directly`;
    case 'off':
      return `${u} off ${q}`;
    case 'delete':
      return `${g} deleted`;
  }
}
