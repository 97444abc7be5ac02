import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type GoogleOptions, googleOptions } from './options.ts';

/** Groups of a Google Workspace account. */
export const googleSource: SourceKind<GoogleOptions> = {
  kind: 'google',
  title: 'Google Workspace',
  get options() {
    return googleOptions();
  },
  secrets: ['key'],
  create: (id, options, tools) =>
    lazySource(id, 'google', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
