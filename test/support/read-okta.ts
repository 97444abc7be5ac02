/** A process of its own that reads a whole org and tells what it saw and how much memory it took at the most. */
import { systemClock } from '../../src/clock.ts';
import { silentLog } from '../../src/log.ts';
import { oktaSource } from '../../src/sources/okta/okta.ts';

const options = oktaSource.options.parse({ url: process.argv[2], token: 'ssws' });
const source = oktaSource.create('okta', options, {
  clock: systemClock,
  log: silentLog,
  baseDir: '/',
  env: {},
});
const seen: number[] = [];
const directory = await source.read(
  { groups: [{ kind: 'glob', text: '*' }] },
  new AbortController().signal,
  ({ groups }) => {
    seen.push(groups);
  },
);
process.stdout.write(
  JSON.stringify({
    groups: directory.groups.length,
    memberships: directory.groups.reduce((sum, group) => sum + group.members.length, 0),
    people: directory.people.length,
    complete: directory.evidence.complete && directory.groups.every(group => group.evidence.complete),
    progressed: seen.length > 1 && seen.every((count, index) => index === 0 || count >= seen[index - 1]!),
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
