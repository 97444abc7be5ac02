import type { Clock } from '../../clock.ts';
import { MusterError } from '../../errors.ts';
import { readText } from '../web-transport.ts';
import { signAssertion } from './assertion.ts';
import type { Endpoints } from './clouds.ts';
import type { EntraOptions } from './options.ts';

/** How to ask for a token, made anew for each one: an assertion lasts minutes, and files change behind our back. */
export interface TokenRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  /** For messages: `client 1234… of tenant contoso.onmicrosoft.com`. */
  readonly who: string;
  /** What must not come back in a message. */
  readonly secrets: readonly string[];
}

export interface CredentialFacts {
  readonly options: EntraOptions;
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly baseDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The request of each way to sign in (identity sources reference §2).
 *
 * @throws MusterError `config.invalid` where a file cannot be read or an id is missing.
 */
export async function tokenRequest(facts: CredentialFacts): Promise<TokenRequest> {
  const { options } = facts;
  if (options.auth === 'managed-identity') return managedIdentityRequest(facts);
  const tenant = idOf(facts, 'tenant', 'AZURE_TENANT_ID');
  const clientId = idOf(facts, 'clientId', 'AZURE_CLIENT_ID');
  const url = `${facts.endpoints.loginUrl}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`;
  const proof = await proofOf(facts, clientId, url);
  return {
    method: 'POST',
    url,
    form: {
      grant_type: 'client_credentials',
      client_id: clientId,
      scope: `${facts.endpoints.resource}/.default`,
      ...proof,
    },
    who: `client ${clientId} of tenant ${tenant}`,
    secrets: Object.values(proof),
  };
}

async function proofOf(
  facts: CredentialFacts,
  clientId: string,
  tokenUrl: string,
): Promise<Record<string, string>> {
  const { options, clock, env } = facts;
  if (options.auth === 'client-secret') return { client_secret: options.clientSecret! };
  if (options.auth === 'certificate') {
    const file = options.certificateFile!;
    const certificate = await textOf(facts, file, 'certificateFile');
    const key = options.keyFile === undefined ? certificate : await textOf(facts, options.keyFile, 'keyFile');
    const signer = { certificate, key, passphrase: options.keyPassphrase, file: options.keyFile ?? file };
    const algorithm = options.assertionAlgorithm;
    return asserted(
      await signAssertion(signer, { clientId, audience: tokenUrl, algorithm, nowMs: clock.now() }),
    );
  }
  const file = options.federatedTokenFile ?? env.AZURE_FEDERATED_TOKEN_FILE;
  if (!file) throw missing('federatedTokenFile', 'AZURE_FEDERATED_TOKEN_FILE');
  // The platform replaces the file every hour or so, so it is read for each token.
  return asserted((await textOf(facts, file, 'federatedTokenFile')).trim());
}

const asserted = (assertion: string): Record<string, string> => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: assertion,
});

/** Address of the instance metadata service: link-local, so never by way of a proxy. */
const metadataEndpoint = 'http://169.254.169.254/metadata/identity/oauth2/token';

/** App Service, Functions and Container Apps have an endpoint and a header of their own; virtual machines the other. */
function managedIdentityRequest({ options, endpoints, env }: CredentialFacts): TokenRequest {
  const { clientId } = options;
  const identity: Record<string, string> = clientId === undefined ? {} : { client_id: clientId };
  const who = `managed identity${clientId === undefined ? '' : ` ${clientId}`}`;
  const header = env.IDENTITY_HEADER;
  const appService = options.identityEndpoint === undefined ? env.IDENTITY_ENDPOINT : undefined;
  if (appService && header) {
    return {
      method: 'GET',
      url: appService,
      headers: { 'x-identity-header': header },
      query: { 'api-version': '2019-08-01', resource: endpoints.resource, ...identity },
      who,
      secrets: [header],
    };
  }
  return {
    method: 'GET',
    url: options.identityEndpoint ?? metadataEndpoint,
    headers: { metadata: 'true' },
    query: { 'api-version': '2018-02-01', resource: endpoints.resource, ...identity },
    who,
    secrets: [],
  };
}

/** Workload identity puts the ids into the environment; the config wins. */
function idOf({ options, env }: CredentialFacts, key: 'tenant' | 'clientId', variable: string): string {
  const id = options[key] ?? (options.auth === 'workload' ? env[variable] : undefined);
  if (!id) throw missing(key, variable);
  return id;
}

async function textOf({ baseDir }: CredentialFacts, file: string, option: string): Promise<string> {
  const text = await readText(file, baseDir, option);
  if (text.trim() !== '') return text;
  throw new MusterError('config.invalid', {
    happened: `The file of "${option}" is empty.`,
    subject: file,
    remedy: 'See what was to write it.',
  });
}

const missing = (key: string, variable: string): MusterError =>
  new MusterError('config.invalid', {
    happened: `Neither "${key}" nor the environment variable ${variable} is set.`,
    subject: key,
    remedy: `Set "${key}" of this source, or run where workload identity sets ${variable}.`,
  });
