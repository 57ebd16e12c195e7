export interface BatchOptions {
  /** Most texts that one call takes. */
  readonly maxBatchSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** Embeds any number of texts, one call after the other; rejects with the signal's reason, or with what a call rejects with. */
export async function embedInBatches(
  texts: readonly string[],
  embedBatch: (batch: readonly string[]) => Promise<readonly Float32Array[]>,
  { maxBatchSize, signal }: BatchOptions,
): Promise<Float32Array[]> {
  const vectors: Float32Array[] = [];
  for (let start = 0; start < texts.length; start += maxBatchSize) {
    signal?.throwIfAborted();
    vectors.push(...(await embedBatch(texts.slice(start, start + maxBatchSize))));
  }
  return vectors;
}
