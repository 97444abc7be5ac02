import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type OktaOptions, oktaOptions } from './options.ts';

/** Groups of an Okta org. */
export const oktaSource: SourceKind<OktaOptions> = {
  kind: 'okta',
  title: 'Okta',
  get options() {
    return oktaOptions();
  },
  secrets: ['privateKey', 'token'],
  create: (id, options, tools) =>
    lazySource(id, 'okta', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
