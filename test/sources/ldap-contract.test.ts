import { describeSource } from '../contracts/source-contract.ts';
import { adStyle, makeLdapRig, posixStyle, uniqueStyle } from '../support/ldap-rig.ts';
import { noSlapd } from '../support/slapd.ts';

describeSource('ldap, group and member', () => makeLdapRig(adStyle), { unless: noSlapd });

describeSource('ldap, groupOfUniqueNames and uniqueMember', () => makeLdapRig(uniqueStyle), {
  unless: noSlapd,
});

describeSource('ldap, posixGroup and memberUid', () => makeLdapRig(posixStyle), {
  unless: noSlapd,
  skip: {
    'nested groups': 'memberUid holds login names of people, so a group cannot be nested',
    cycles: 'memberUid holds login names of people, so a group cannot be nested',
  },
});
