import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type KeycloakOptions, keycloakOptions } from './options.ts';

/** Groups of a Keycloak realm, by its Admin REST API. */
export const keycloakSource: SourceKind<KeycloakOptions> = {
  kind: 'keycloak',
  title: 'Keycloak',
  get options() {
    return keycloakOptions();
  },
  secrets: ['clientSecret'],
  create: (id, options, tools) =>
    lazySource(id, 'keycloak', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
