import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type JumpcloudOptions, jumpcloudOptions } from './options.ts';

/** User groups of a JumpCloud organisation. */
export const jumpcloudSource: SourceKind<JumpcloudOptions> = {
  kind: 'jumpcloud',
  title: 'JumpCloud',
  get options() {
    return jumpcloudOptions();
  },
  secrets: ['apiKey', 'clientSecret'],
  create: (id, options, tools) =>
    lazySource(id, 'jumpcloud', async () =>
      (await import('./make-source.ts')).makeSource(id, options, tools),
    ),
};
