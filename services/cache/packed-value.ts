import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';

const kinds = { plain: 0, zstd: 1 } as const;

/** Below this the frame of the compression costs more than it saves. */
const leastToCompress = 200;

/** What is read back is ours, but lies where others may write: nothing unpacks to more than this. */
const mostBytes = 8 * 1024 * 1024;

/** A value as it is stored: one byte says how, then the value, compressed where that makes it smaller. */
export function packValue(value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Buffer.from(value);
  if (bytes.length >= leastToCompress) {
    /** The level 3 is zstd's own default: a tenth of a millisecond for an answer. */
    const packed = zstdCompressSync(bytes, {
      params: { [constants.ZSTD_c_compressionLevel]: 3 },
    });
    if (packed.length < bytes.length) return Buffer.concat([Buffer.of(kinds.zstd), packed]);
  }
  return Buffer.concat([Buffer.of(kinds.plain), bytes]);
}

/** The value again; nothing where the bytes are not those of a packed value. */
export function unpackValue(stored: Uint8Array): Buffer | undefined {
  const [kind] = stored;
  const body = Buffer.from(stored.subarray(1));
  if (kind === kinds.plain) return body;
  if (kind !== kinds.zstd) return undefined;
  try {
    return zstdDecompressSync(body, { maxOutputLength: mostBytes });
  } catch {
    return undefined;
  }
}
