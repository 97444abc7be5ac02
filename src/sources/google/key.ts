import { z } from 'zod';
import { MusterError } from '../../errors.ts';
import { type SigningKey, signingKey } from '../signing-key.ts';
import { secureUrl } from '../web-options.ts';
import { readText } from '../web-transport.ts';
import type { GoogleOptions } from './options.ts';

/** A service account as its JSON key says. */
export interface ServiceAccount {
  readonly email: string;
  readonly key: SigningKey;
  readonly keyId: string | undefined;
  readonly tokenUrl: string;
}

const keyShape = z.object({
  type: z.string(),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: secureUrl.optional(),
});

const googleTokenUrl = 'https://oauth2.googleapis.com/token';

/** Throws `config.invalid` for what is no key of a service account; nothing of the key is in the message. */
export async function readServiceAccount(options: GoogleOptions, baseDir: string): Promise<ServiceAccount> {
  const { key, keyFile, tokenUrl } = options;
  const option = keyFile === undefined ? 'key' : 'keyFile';
  const written = keyFile === undefined ? key! : await readText(keyFile, baseDir, 'keyFile');
  const parsed = keyShape.safeParse(typeof written === 'string' ? jsonOf(written) : written);
  if (!parsed.success || parsed.data.type !== 'service_account') {
    const type = (parsed.data?.type ?? '').slice(0, 40);
    throw new MusterError('config.invalid', {
      happened: parsed.success
        ? `This is no key of a service account, but of the type "${type}".`
        : 'This is no key of a service account.',
      subject: keyFile ?? option,
      remedy:
        'Make a JSON key of the service account in the Google Cloud console (IAM, Service accounts, Keys), and give the whole file.',
    });
  }
  const { client_email, private_key, private_key_id, token_uri } = parsed.data;
  return {
    email: client_email,
    key: signingKey(private_key, option),
    keyId: private_key_id,
    tokenUrl: tokenUrl ?? token_uri ?? googleTokenUrl,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
