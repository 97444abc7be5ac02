import {
  defaultKnobs,
  emulate,
  exampleTenant,
  generateSeed,
  type Knobs,
  loadSeed,
  parseSizes,
  type SeedInput,
} from '../emulator/emulate.ts';
import { MusterError } from '../errors.ts';
import type { Contract } from '../model/contract.ts';
import { nearest } from '../model/select.ts';
import { type ExitCode, exitCode } from './exit-code.ts';

export interface EmulateCommandOptions {
  readonly contract: Contract;
  readonly port: number;
  readonly host: string;
  readonly seed?: string;
  readonly generate?: string;
  readonly salt: string;
  readonly rateLimit?: number;
  readonly latency?: number;
  readonly timeScale?: number;
  readonly knob?: readonly string[];
}

/** Serves until Ctrl-C. */
export async function emulateCommand(options: EmulateCommandOptions): Promise<ExitCode> {
  const emulator = await emulate({
    contract: options.contract,
    port: options.port,
    host: options.host,
    salt: options.salt,
    seed: await seedOf(options),
    knobs: {
      ...knobsOf(options.knob ?? []),
      ...(options.rateLimit === undefined ? {} : { rateLimit: options.rateLimit }),
      ...(options.latency === undefined ? {} : { latencyMs: options.latency }),
    },
    ...(options.timeScale === undefined ? {} : { timeScale: options.timeScale }),
  });
  const { db } = emulator;
  process.stdout.write(
    [
      `Genesys Cloud emulator, ${options.contract} contract, at ${emulator.url}`,
      `  ${db.queues.size} queues, ${db.groups.size} groups, ${db.users.size} users`,
      ...[...db.clients.values()]
        .slice(0, 1)
        .map(client => `  OAuth client ${client.id}, secret ${client.secret}`),
      `  In muster.yaml: genesys: { baseUrl: ${emulator.url}, clientId: …, clientSecret: … }`,
      'Ctrl-C ends it.',
      '',
    ].join('\n'),
  );
  await new Promise<void>(resolve => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await emulator.close();
  return exitCode.fine;
}

async function seedOf({ seed, generate, salt }: EmulateCommandOptions): Promise<SeedInput> {
  if (seed !== undefined) return loadSeed(seed);
  return generate === undefined ? exampleTenant : generateSeed(parseSizes(generate), salt);
}

function knobsOf(settings: readonly string[]): Partial<Knobs> {
  const knobs: Record<string, unknown> = {};
  for (const setting of settings) {
    const [, name = '', text = ''] = /^([^=]+)=(.*)$/su.exec(setting) ?? [];
    if (!(name in defaultKnobs)) {
      const near = nearest(name, Object.keys(defaultKnobs));
      throw new MusterError('config.invalid', {
        happened: `There is no knob "${name || setting}".`,
        subject: `--knob ${setting}`,
        remedy: `Write name=value${near.length > 0 ? `; near it: ${near.join(', ')}` : ''}. All are in docs/emulator-differences.md.`,
      });
    }
    knobs[name] = knobValue(text);
  }
  return knobs as Partial<Knobs>;
}

function knobValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
