import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type ScimOptions, scimOptions } from './options.ts';

/** Any server that speaks SCIM 2.0 (RFC 7643, RFC 7644), and the many that nearly do. */
export const scimSource: SourceKind<ScimOptions> = {
  kind: 'scim',
  title: 'SCIM 2.0 server',
  get options() {
    return scimOptions();
  },
  secrets: ['token', 'password', 'clientSecret'],
  create: (id, options, tools) =>
    lazySource(id, 'scim', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
