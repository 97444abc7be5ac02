import { describeSource } from '../contracts/source-contract.ts';
import { makeEntraRig } from '../support/entra-rig.ts';

describeSource('entra, own walk', () => makeEntraRig());

describeSource('entra, delta', () => makeEntraRig({ delta: true }));

const flat = 'the flat list of the server holds people of all levels and no groups';
describeSource('entra, transitive', () => makeEntraRig({ nested: 'transitive' }), {
  skip: { 'nested groups': flat, cycles: flat },
});
