import { resolve } from 'node:path';
import { domainOf, regions } from '../genesys/regions.ts';
import { nearest } from '../model/select.ts';
import type { GenesysConfig } from './config.ts';
import { type Doubt, type Mistake, oneOf, wrong, wrongKey } from './mistake.ts';

/**
 * The rules that go beyond one key. `sound` are the keys that hold by themselves; `has` says whether a key is written
 * at all.
 */
export function judgeGenesys(
  sound: Partial<GenesysConfig>,
  has: (key: string) => boolean,
): { readonly mistakes: readonly Mistake[]; readonly doubts: readonly Doubt[] } {
  const mistakes: Mistake[] = [];
  const doubts: Doubt[] = [];
  if (!has('region') && !has('baseUrl')) {
    const remedy =
      'Add "region: eu-west-1" (your AWS region or domain), or "baseUrl:" for an emulator or gateway.';
    mistakes.push(wrongKey(['genesys', 'region'], 'genesys needs a region or a baseUrl.', remedy));
  }
  if (sound.region !== undefined) judgeRegion(sound.region, mistakes, doubts);
  for (const key of ['baseUrl', 'loginUrl'] as const) {
    const url = sound[key];
    if (url !== undefined) mistakes.push(...judgeUrl(key, new URL(url), sound.allowInsecure ?? false));
  }
  return { mistakes, doubts };
}

/** The normal form: URLs without a slash at the end, paths absolute. */
export function normalGenesys(section: GenesysConfig, baseDir: string): GenesysConfig {
  const { baseUrl, loginUrl, caFile } = section;
  return {
    ...section,
    ...(baseUrl === undefined ? {} : { baseUrl: bare(baseUrl) }),
    ...(loginUrl === undefined ? {} : { loginUrl: bare(loginUrl) }),
    ...(caFile === undefined ? {} : { caFile: resolve(baseDir, caFile) }),
  };
}

const bare = (url: string): string => url.replace(/\/+$/u, '');

function judgeRegion(region: string, mistakes: Mistake[], doubts: Doubt[]): void {
  const domain = domainOf(region);
  const path = ['genesys', 'region'];
  if (domain === undefined) {
    const near = nearest(region, [...Object.keys(regions), ...Object.values(regions)]);
    const happened = 'genesys.region is neither an AWS region of Genesys Cloud nor a domain.';
    const remedy = near[0]
      ? `Did you mean ${oneOf(near)}?`
      : `Write one of ${Object.keys(regions).join(', ')}.`;
    mistakes.push(wrong(path, happened, remedy));
  } else if (!Object.values(regions).includes(domain)) {
    // New regions appear before new releases, so this is no mistake; but the client secret goes to that host.
    const near = nearest(domain, Object.values(regions), 1);
    const remedy = near[0]
      ? `Did you mean "${near[0]}"? If the domain is right, nothing is to be done.`
      : 'Check it: the client secret is sent to login.<domain>. If it is right, nothing is to be done.';
    doubts.push({
      code: 'region-unknown',
      path,
      text: 'genesys.region is a domain that muster does not know.',
      remedy,
    });
  }
}

function judgeUrl(key: 'baseUrl' | 'loginUrl', url: URL, allowInsecure: boolean): Mistake[] {
  const path = ['genesys', key];
  const mistakes: Mistake[] = [];
  if (url.username !== '' || url.password !== '') {
    const remedy = 'Take them out of the URL; the client id and secret have keys of their own.';
    mistakes.push(wrong(path, `genesys.${key} holds a user name or password.`, remedy));
  }
  if (url.search !== '' || url.hash !== '') {
    mistakes.push(wrong(path, `genesys.${key} holds a query or fragment.`, 'End it after the host or path.'));
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowInsecure) {
    const happened = `genesys.${key} is http:// to another machine: the client secret would travel in the clear.`;
    const remedy =
      'Write https://. Where that is impossible, and the network is trusted, set allowInsecure: true.';
    mistakes.push(wrong(path, happened, remedy));
  }
  return mistakes;
}

/** `localhost`, 127.0.0.0/8 and ::1, as `URL` writes them. */
export const isLoopback = (hostname: string): boolean =>
  /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u.test(hostname);
