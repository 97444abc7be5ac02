import { describeSource } from '../contracts/source-contract.ts';
import { makeJumpcloudRig } from '../support/jumpcloud-rig.ts';

describeSource('jumpcloud', makeJumpcloudRig, {
  skip: {
    'nested groups': 'user groups of JumpCloud hold users and nothing else',
    cycles: 'user groups of JumpCloud hold users and nothing else',
  },
});
