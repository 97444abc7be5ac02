import { describeSource } from '../contracts/source-contract.ts';
import {
  jsonStyle,
  ldifdeStyle,
  ldifStyle,
  linesStyle,
  makeFileRig,
  makeUrlRig,
  rowsStyle,
  yamlStyle,
} from '../support/file-rig.ts';

const skip = { 'wrong secrets': 'a file has no secret' };

describeSource('file, YAML', () => makeFileRig(yamlStyle), { skip });
describeSource('file, JSON', () => makeFileRig(jsonStyle), { skip });
describeSource('file, JSON Lines', () => makeFileRig(linesStyle), { skip });
describeSource('file, CSV rows', () => makeFileRig(rowsStyle), { skip });
describeSource('file, LDIF', () => makeFileRig(ldifStyle), { skip });
describeSource('file, LDIF of ldifde', () => makeFileRig(ldifdeStyle), { skip });
describeSource('file, CSV behind a URL', () => makeUrlRig(rowsStyle));
describeSource('file, LDIF behind a URL', () => makeUrlRig(ldifStyle));
