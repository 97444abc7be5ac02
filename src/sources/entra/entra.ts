import { lazySource } from '../lazy-source.ts';
import type { SourceKind } from '../source.ts';
import { type EntraOptions, entraOptions } from './options.ts';

/** Microsoft Entra ID (formerly Azure Active Directory), by Microsoft Graph. */
export const entraSource: SourceKind<EntraOptions> = {
  kind: 'entra',
  title: 'Microsoft Entra ID (Azure AD)',
  get options() {
    return entraOptions();
  },
  secrets: ['clientSecret', 'keyPassphrase'],
  create: (id, options, tools) =>
    lazySource(id, 'entra', async () => (await import('./make-source.ts')).makeSource(id, options, tools)),
};
