import { describeSource } from '../contracts/source-contract.ts';
import {
  awsStyle,
  bookStyle,
  filterStyle,
  makeScimRig,
  sloppyStyle,
  userStyle,
} from '../support/scim-rig.ts';

const flat = 'a server that shows no members of groups shows no nesting';
const skip = { 'nested groups': flat, cycles: flat };

describeSource('scim, by the book', () => makeScimRig(bookStyle));
describeSource('scim, a sloppy server', () => makeScimRig(sloppyStyle));
describeSource('scim, memberships at the users', () => makeScimRig(userStyle), { skip });
describeSource('scim, users found by group', () => makeScimRig(filterStyle), { skip });
describeSource('scim, groups found by user', () => makeScimRig(awsStyle), { skip });
