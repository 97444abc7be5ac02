import { describeSource } from '../contracts/source-contract.ts';
import { makeGoogleRig } from '../support/google-rig.ts';

describeSource('google', makeGoogleRig);
