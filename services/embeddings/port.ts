/** Turns texts into vectors of one fixed length; the order of the results is the order of the texts. */
export interface EmbeddingModel {
  readonly name: string;
  readonly dimensions: number;
  /** How many texts one call may carry. */
  readonly maxBatchSize: number;
  /** Rejects with a MentorError `embeddings-unavailable`. */
  embed(
    texts: readonly string[],
    options?: { readonly signal?: AbortSignal },
  ): Promise<Float32Array[]>;
}
