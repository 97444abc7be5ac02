import { promisify } from 'node:util';
import type { BrotliOptions, ZlibOptions } from 'node:zlib';

/** What we ask servers for. */
export const acceptedEncodings = 'gzip, br';

/** Their names in `node:zlib`, which takes Node longer to load than a small answer takes to come: it is, when one is packed. */
const decoders = new Map<string, 'gunzip' | 'inflate' | 'brotliDecompress'>([
  ['gzip', 'gunzip'],
  ['x-gzip', 'gunzip'],
  ['deflate', 'inflate'],
  ['br', 'brotliDecompress'],
]);

/**
 * Undoes `Content-Encoding`, the last one first. Rejects with what the decoder throws: a cut stream, or more than
 * `maxBytes` unpacked (`ERR_BUFFER_TOO_LARGE`). An encoding that nobody asked for leaves the bytes as they are.
 */
export async function decodeBody(
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): Promise<Buffer> {
  if (body.length === 0) return body;
  const names = (encoding ?? '').toLowerCase().split(',');
  let decoded = body;
  for (const name of names.reverse()) {
    const decoder = decoders.get(name.trim());
    if (!decoder) continue;
    const { [decoder]: decode } = await import('node:zlib');
    decoded = await promisify<Buffer, ZlibOptions & BrotliOptions, Buffer>(decode)(decoded, {
      maxOutputLength: maxBytes,
    });
  }
  return decoded;
}
