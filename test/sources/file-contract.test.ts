import { describeSource } from '../contracts/source-contract.ts';
import { jsonStyle, linesStyle, makeFileRig, rowsStyle, yamlStyle } from '../support/file-rig.ts';

const skip = { 'wrong secrets': 'a file has no secret' };

describeSource('file, YAML', () => makeFileRig(yamlStyle), { skip });
describeSource('file, JSON', () => makeFileRig(jsonStyle), { skip });
describeSource('file, JSON Lines', () => makeFileRig(linesStyle), { skip });
describeSource('file, CSV rows', () => makeFileRig(rowsStyle), { skip });
