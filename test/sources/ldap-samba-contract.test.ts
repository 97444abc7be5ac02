import { describeSource } from '../contracts/source-contract.ts';
import { noSamba } from '../support/samba.ts';
import { makeSambaRig } from '../support/samba-rig.ts';

describeSource('ldap, Samba AD', makeSambaRig, { unless: noSamba });
