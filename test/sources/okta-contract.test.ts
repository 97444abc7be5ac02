import { describeSource } from '../contracts/source-contract.ts';
import { makeOktaRig } from '../support/okta-rig.ts';

describeSource('okta', makeOktaRig, {
  skip: {
    'nested groups': 'groups of Okta hold users and nothing else',
    cycles: 'groups of Okta hold users and nothing else',
  },
});
