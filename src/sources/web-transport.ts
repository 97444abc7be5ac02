import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MusterError } from '../errors.ts';
import type { RetryPolicy } from '../http/retry.ts';
import { createTransport, type Transport, type TransportOptions } from '../http/transport.ts';
import type { SourceTools } from './source.ts';
import type { WebOptions } from './web-options.ts';

/**
 * Connections as the options of a source want them. Throws `config.invalid` for a proxy or a CA file that cannot be
 * used.
 */
export async function openTransport(
  options: Pick<WebOptions, 'proxy' | 'caFile'>,
  tools: SourceTools,
  limits: Omit<TransportOptions, 'env' | 'ca'> = {},
): Promise<Transport> {
  const { proxy, caFile } = options;
  const env = proxy ? { ...tools.env, ...proxied(proxy) } : tools.env;
  if (caFile === undefined) return createTransport({ ...limits, env });
  const ca = await readText(caFile, tools.baseDir, 'caFile');
  return createTransport({ ...limits, env, ca });
}

/** Lower case too, because that spelling wins over the other one. */
const proxied = (proxy: string) => ({
  HTTP_PROXY: proxy,
  http_proxy: proxy,
  HTTPS_PROXY: proxy,
  https_proxy: proxy,
});

export const retryOf = (options: Pick<WebOptions, 'attempts' | 'deadlineSeconds'>): Partial<RetryPolicy> => ({
  attempts: options.attempts,
  deadlineMs: options.deadlineSeconds * 1000,
});

/** A file that an option names, from the directory of the config. Throws `config.invalid` where it cannot be read. */
export async function readText(name: string, baseDir: string, option: string): Promise<string> {
  try {
    return await readFile(path.resolve(baseDir, name), 'utf8');
  } catch (cause) {
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new MusterError('config.invalid', {
      happened: `The file of "${option}" cannot be read (${code}).`,
      subject: name,
      remedy: `Correct "${option}"; it starts from the directory of the config file. Let the account that runs muster read it.`,
      cause,
    });
  }
}
