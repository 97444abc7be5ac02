import { MusterError } from '../errors.ts';
import { pick, randomFrom } from './random.ts';
import type { SeedInput } from './seed.ts';

/** How large a generated tenant is. */
export interface Sizes {
  readonly queues: number;
  readonly groups: number;
  readonly users: number;
  /** People in each group; about users ÷ groups, at least 5, unless told. */
  readonly members?: number;
}

const given = [
  'Ada',
  'Bram',
  'Carla',
  'Dmitri',
  'Esra',
  'Femi',
  'Gita',
  'Henrik',
  'Ines',
  'Jonas',
  'Kira',
  'Luca',
  'Mei',
  'Noor',
  'Otto',
  'Priya',
  'Rafa',
  'Sana',
  'Tomas',
  'Uma',
  'Vera',
  'Wim',
  'Ximena',
  'Yusuf',
  'Zofia',
];
const family = [
  'Abara',
  'Berg',
  'Costa',
  'Dahl',
  'Egger',
  'Faye',
  'Gomez',
  'Haas',
  'Ito',
  'Jensen',
  'Khan',
  'Lopez',
  'Maier',
  'Novak',
  'Ortiz',
  'Popov',
  'Quist',
  'Reyes',
  'Singh',
  'Tran',
  'Unger',
  'Vogel',
  'Weber',
  'Xu',
  'Zhang',
];
const lines = ['Support', 'Billing', 'Sales', 'Retention', 'Claims', 'Onboarding', 'Dispatch', 'Technical'];

/**
 * A tenant of any size, the same for the same `salt`: queues `Support_0001` …, groups `team-0001` … with people in them
 * but attached to nothing, people `….00001@example.com`, and the client `muster-example`.
 */
export function generateSeed(sizes: Sizes, salt = 'muster'): SeedInput {
  const random = randomFrom(`${salt} generate`);
  const users = Array.from({ length: sizes.users }, (_, index) => {
    const first = pick(random, given);
    const last = pick(random, family);
    const number = String(index + 1).padStart(5, '0');
    return {
      name: `${first} ${last} ${number}`,
      email: `${first}.${last}.${number}@example.com`.toLowerCase(),
      department: pick(random, lines),
    };
  });
  const size = Math.min(
    sizes.users,
    sizes.members ?? Math.max(5, Math.round(sizes.users / Math.max(1, sizes.groups))),
  );
  const groups = Array.from({ length: sizes.groups }, (_, index) => {
    const start = Math.floor(random() * sizes.users);
    return {
      name: `team-${String(index + 1).padStart(4, '0')}`,
      members: Array.from({ length: size }, (_, n) => users[(start + n) % sizes.users]!.email),
    };
  });
  const queues = Array.from({ length: sizes.queues }, (_, index) => ({
    name: `${lines[index % lines.length]}_${String(index + 1).padStart(4, '0')}`,
  }));
  return {
    organization: { name: 'Generated' },
    divisions: ['Home'],
    clients: [{ id: 'muster-example', secret: 'example-secret', permissions: ['*'] }],
    users,
    groups,
    queues,
  };
}

/** Reads `queues=100,groups=20,users=5000`, the text of `muster emulate --generate`; `config.invalid` otherwise. */
export function parseSizes(text: string): Sizes {
  const sizes: Record<string, number> = { queues: 10, groups: 0, users: 100 };
  for (const part of text
    .split(',')
    .map(piece => piece.trim())
    .filter(piece => piece !== '')) {
    const match = /^(queues|groups|users|members)=(\d{1,7})$/u.exec(part);
    if (!match) {
      throw new MusterError('config.invalid', {
        happened: `The size ${part} of the tenant to generate cannot be read.`,
        subject: '--generate',
        remedy: 'Write for example queues=100,groups=20,users=5000,members=50.',
      });
    }
    sizes[match[1]!] = Number(match[2]);
  }
  return sizes as unknown as Sizes;
}
