import { createHash } from 'node:crypto';
import type { Cache } from '#services/cache/port.ts';
import type { EmbeddingModel } from './port.ts';

export interface EmbeddingCacheOptions {
  /** A day where nothing is said. */
  readonly ttlSeconds?: number;
}

/**
 * Wraps an embedding model: a text that was embedded before costs no call. Only its hash is a key; the text itself is not
 * kept. For questions, which come again; articles, which do not, are better embedded without.
 */
export function withEmbeddingCache<Model extends EmbeddingModel>(
  model: Model,
  cache: Cache,
  { ttlSeconds = 86_400 }: EmbeddingCacheOptions = {},
): Model {
  const keyOf = (text: string) =>
    `embedding:${model.name}:${model.dimensions}:${createHash('sha256').update(text).digest('base64url')}`;
  return {
    ...model,
    async embed(texts, options) {
      options?.signal?.throwIfAborted();
      const known = await Promise.all(
        texts.map(async (text) => toVector(await cache.get(keyOf(text)), model.dimensions)),
      );
      const missing = texts.filter((_, position) => known[position] === undefined);
      const made = missing.length === 0 ? [] : await model.embed(missing, options);
      /** Nobody waits for the cache: it never fails, and the vectors are here. */
      for (const [position, vector] of made.entries())
        void cache.set(keyOf(missing[position] ?? ''), toBytes(vector), { ttlSeconds });
      const rest = made.values();
      return known.map((vector) => vector ?? (rest.next().value as Float32Array));
    },
  };
}

function toBytes(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
}

/** What is of another length was made otherwise, and counts as a miss. */
function toVector(bytes: Buffer | undefined, dimensions: number): Float32Array | undefined {
  if (bytes?.byteLength !== dimensions * Float32Array.BYTES_PER_ELEMENT) return undefined;
  /** A copy, since floats must begin at a multiple of four. */
  return new Float32Array(new Uint8Array(bytes).buffer);
}
