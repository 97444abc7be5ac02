import { describeSource } from '../contracts/source-contract.ts';
import { makeKeycloakRig } from '../support/keycloak-rig.ts';

const skip = { cycles: 'a group of Keycloak is in one other group at most, so that there is no cycle' };

describeSource('keycloak 26', () => makeKeycloakRig(), { skip });
describeSource('keycloak 22, below /auth', () => makeKeycloakRig({ version: 22, basePath: '/auth' }), {
  skip,
});
