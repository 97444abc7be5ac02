import { entraSource } from './entra/entra.ts';
import { fileSource } from './file/file.ts';
import { googleSource } from './google/google.ts';
import { jumpcloudSource } from './jumpcloud/jumpcloud.ts';
import { keycloakSource } from './keycloak/keycloak.ts';
import { ldapSource } from './ldap/ldap.ts';
import { oktaSource } from './okta/okta.ts';
import { scimSource } from './scim/scim.ts';
import type { SourceKind } from './source.ts';

/** Every kind of source that a config may name. A new one is a folder and a line here (docs/adding-a-source.md). */
export const sourceKinds: readonly SourceKind[] = [
  fileSource,
  ldapSource,
  entraSource,
  scimSource,
  oktaSource,
  googleSource,
  jumpcloudSource,
  keycloakSource,
];

/** The kind called `name`, or undefined: what to say to the user is the config's matter. */
export const sourceKind = (name: string): SourceKind | undefined =>
  sourceKinds.find(({ kind }) => kind === name);
