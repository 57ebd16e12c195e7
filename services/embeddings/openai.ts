import OpenAI from 'openai';
import { MentorError } from '#errors.ts';
import type { EmbeddingModel } from './port.ts';

export interface OpenAiEmbeddingOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly model: string;
  readonly dimensions: number;
  readonly timeoutMs: number;
}

/** Embeddings of OpenAI, or of any server that speaks its embeddings call. */
export function createOpenAiEmbeddings(options: OpenAiEmbeddingOptions): EmbeddingModel {
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey,
    timeout: options.timeoutMs,
    maxRetries: 2,
  });
  return {
    name: options.model,
    dimensions: options.dimensions,
    maxBatchSize: 100,
    async embed(texts, { signal } = {}) {
      try {
        const { data } = await client.embeddings.create(
          { model: options.model, input: [...texts], encoding_format: 'float' },
          signal === undefined ? {} : { signal },
        );
        const vectors = data
          .toSorted((left, right) => left.index - right.index)
          .map((item) => Float32Array.from(item.embedding));
        const wrong = vectors.find((vector) => vector.length !== options.dimensions);
        if (vectors.length !== texts.length || wrong !== undefined)
          throw new MentorError(
            'embeddings-unavailable',
            `${options.model} gave ${vectors.length} vectors of length ${wrong?.length ?? options.dimensions} for ${texts.length} texts; set EMBEDDING_DIMENSIONS to the model's length.`,
          );
        return vectors;
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof MentorError) throw error;
        throw new MentorError('embeddings-unavailable', `${options.model} did not embed the text`, {
          cause: error,
        });
      }
    },
  };
}
