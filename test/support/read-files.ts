/** A process of its own that reads a file and tells what it saw and how much memory it took at the most. */
import { systemClock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import { fileSource } from '../../src/sources/file/file.ts';

const options = fileSource.options.parse({ path: process.argv[2] });
const tools = { clock: systemClock, log: silentLog, baseDir: '/', env: {} };
const directory = await fileSource
  .create('corp', options, tools)
  .read({ groups: [{ kind: 'glob', text: '*' }] }, new AbortController().signal);
process.stdout.write(
  JSON.stringify({
    groups: directory.groups.length,
    memberships: directory.groups.reduce((sum, group) => sum + group.members.length, 0),
    people: directory.people.length,
    complete: directory.evidence.complete && directory.groups.every(group => group.evidence.complete),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
