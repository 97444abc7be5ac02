import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';

/** What we ask servers for. */
export const acceptedEncodings = 'gzip, br';

const decoders: Readonly<
  Record<string, (body: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>>
> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

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
    decoded = (await decoders[name.trim()]?.(decoded, { maxOutputLength: maxBytes })) ?? decoded;
  }
  return decoded;
}
