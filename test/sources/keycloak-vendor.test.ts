import { describe, expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { company } from '../support/keycloak-company.ts';
import { fillRealm, keycloakFrom } from '../support/keycloak-rig.ts';
import { startKeycloakServer } from '../support/keycloak-server.ts';
import { membersByPath, readByVendor } from '../support/keycloak-vendor.ts';

/** The same against a real Keycloak is in `keycloak-real.test.ts`. */
describe('the vendor’s own client', () => {
  it.each([26, 22] as const)('reads the same groups and people as muster from version %i', async version => {
    const server = await startKeycloakServer(systemClock, { version });
    onTestFinished(() => server.close());
    fillRealm(server.realm, company);
    const theirs = await readByVendor(server.base, server.realm.name);
    const everything = { groups: [{ kind: 'glob', text: '*' } as const] };
    const ours = await keycloakFrom({ url: server.url, pageSize: 10 }).read(
      everything,
      new AbortController().signal,
    );
    expect(Object.keys(theirs)).toHaveLength(40);
    expect(membersByPath(ours)).toEqual(theirs);
  });
});
