import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { MusterError } from '../../errors.ts';
import type { LdapOptions } from './options.ts';

/** Contents of the files that the TLS options name. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** Reads them at each use, so that a renewed certificate needs no restart. Throws `source.insecure`. */
export async function readTlsFiles(options: LdapOptions, baseDir: string): Promise<TlsFiles> {
  const read = async (option: 'caFile' | 'certFile' | 'keyFile', name: 'ca' | 'cert' | 'key') => {
    const file = options[option];
    if (file === undefined) return {};
    const full = path.resolve(baseDir, file);
    try {
      return { [name]: await readFile(full) };
    } catch (cause) {
      throw new MusterError('source.insecure', {
        happened: `The file of "${option}" cannot be read: ${(cause as Error).message}.`,
        subject: full,
        remedy: `Put the PEM file there, or correct "${option}".`,
        cause,
      });
    }
  };
  return Object.assign(
    {},
    ...(await Promise.all([read('caFile', 'ca'), read('certFile', 'cert'), read('keyFile', 'key')])),
  );
}

export function addressOf(url: string): { host: string; port: number; secure: boolean } {
  const parsed = new URL(url);
  const secure = parsed.protocol === 'ldaps:';
  return {
    host: parsed.hostname.replace(/^\[|\]$/gu, ''),
    port: parsed.port === '' ? (secure ? 636 : 389) : Number(parsed.port),
    secure,
  };
}

/** The name is checked against the certificate in every case; only a name, never an address, is sent as SNI. */
export function tlsOptions(options: LdapOptions, files: TlsFiles): ConnectionOptions {
  const { host } = addressOf(options.url);
  const name = options.servername ?? host;
  return {
    // After StartTLS there is no dialled host, and Node would check the certificate for "localhost".
    host,
    ...(isIP(name) ? {} : { servername: name }),
    minVersion: 'TLSv1.2',
    ...files,
    ...(options.keyPassphrase === undefined ? {} : { passphrase: options.keyPassphrase }),
  };
}
