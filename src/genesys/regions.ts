/**
 * Every public region and its domain; hosts are `api.<domain>` and `login.<domain>`.
 * Source: the vendor's SDKs, as collected in the API reference, §1.6.
 */
export const regions: Readonly<Record<string, string>> = {
  'us-east-1': 'mypurecloud.com',
  'us-east-2': 'use2.us-gov-pure.cloud',
  'us-west-2': 'usw2.pure.cloud',
  'ca-central-1': 'cac1.pure.cloud',
  'mx-central-1': 'mxc1.pure.cloud',
  'sa-east-1': 'sae1.pure.cloud',
  'eu-west-1': 'mypurecloud.ie',
  'eu-west-2': 'euw2.pure.cloud',
  'eu-central-1': 'mypurecloud.de',
  'eu-central-2': 'euc2.pure.cloud',
  'eusc-de-east-1': 'edee1.eusc-pure.cloud',
  'me-central-1': 'mec1.pure.cloud',
  'ap-south-1': 'aps1.pure.cloud',
  'ap-southeast-1': 'apse1.pure.cloud',
  'ap-southeast-2': 'mypurecloud.com.au',
  'ap-northeast-1': 'mypurecloud.jp',
  'ap-northeast-2': 'apne2.pure.cloud',
  'ap-northeast-3': 'apne3.pure.cloud',
};

/**
 * The domain of an AWS region name or of any spelling of a domain (`mypurecloud.ie`, `api.mypurecloud.ie`,
 * `https://login.mypurecloud.ie/`); undefined for what is neither. A domain that is not in the list is taken as it
 * is: new regions appear before new releases of muster.
 */
export function domainOf(region: string): string | undefined {
  const text = region.trim().toLowerCase();
  const known = regions[text];
  if (known) return known;
  const bare = text
    .replace(/^https?:\/\//u, '')
    .replace(/\/.*$/u, '')
    .replace(/^(?:api|login|apps)\./u, '');
  return /^(?:[a-z0-9-]+\.)+[a-z]{2,}$/u.test(bare) ? bare : undefined;
}
