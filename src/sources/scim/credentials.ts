import type { Clock } from '../../clock.ts';
import { isMusterError } from '../../errors.ts';
import type { TokenProvider } from '../../http/client.ts';
import { clientCredentials } from '../../http/client-credentials.ts';
import type { RetryPolicy } from '../../http/retry.ts';
import type { Transport } from '../../http/transport.ts';
import { fixedCredentials } from '../fixed-credentials.ts';
import type { ScimOptions } from './options.ts';

/** How requests prove who we are: a header that never changes, or tokens that are made. */
export interface Credentials {
  /** `a bearer token`, `the user reader`, `the OAuth client muster`. */
  readonly who: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly tokens?: TokenProvider;
}

export interface CredentialTools {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly retry: Partial<RetryPolicy>;
  readonly timeoutMs: number;
}

/** Nothing is sent yet. What the options schema has made sure of is not checked again. */
export function credentialsOf(options: ScimOptions, tools: CredentialTools): Credentials {
  const fixed = fixedCredentials(options);
  if (fixed) return fixed;
  const { clientId, clientSecret, tokenUrl, scope, clientAuth } = options;
  const client = { tokenUrls: [tokenUrl!], clientId: clientId!, clientSecret: clientSecret!, ...tools };
  const who = `the OAuth client ${clientId}`;
  if (scope === undefined) return { who, tokens: clientCredentials({ ...client, style: clientAuth }) };
  // The client's own "auto" leaves the scope out beside the Basic header, and a token without it may read nothing.
  const styles = clientAuth === 'auto' ? (['basic', 'form'] as const) : [clientAuth];
  return { who, tokens: firstTaken(styles.map(style => clientCredentials({ ...client, scope, style }))) };
}

/** The first provider that is not refused; it is kept. Where all are, the last refusal is thrown. */
function firstTaken(providers: readonly TokenProvider[]): TokenProvider {
  let kept: TokenProvider | undefined;
  return {
    async authorization(signal) {
      if (kept) return kept.authorization(signal);
      for (const [index, provider] of providers.entries()) {
        try {
          const authorization = await provider.authorization(signal);
          kept = provider;
          return authorization;
        } catch (error) {
          if (!isMusterError(error, 'token.refused') || index === providers.length - 1) throw error;
        }
      }
      throw new Error('There is no way to ask for a token.');
    },
    reject: authorization => kept?.reject(authorization),
  };
}
