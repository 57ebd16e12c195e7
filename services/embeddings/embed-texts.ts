import type OpenAI from 'openai';
import { MentorError } from '#errors.ts';
import { createParameterLearner } from '#services/openai/accepted-parameters.ts';
import type { OpenAiService } from '#services/openai/service-settings.ts';
import { toOpenAiError } from '#services/openai/to-openai-error.ts';
import { embedInBatches } from './embed-in-batches.ts';
import type { EmbeddingModel } from './port.ts';

export interface EmbedTextsOptions {
  readonly client: OpenAI;
  readonly service: OpenAiService;
  /** The model, or in Azure the deployment. */
  readonly model: string;
  readonly dimensions: number;
}

/** OpenAI takes 2,048 texts and 300,000 tokens in one call: a hundred passages stay far below both. */
const maxBatchSize = 100;

/** An embedding model behind OpenAI's embeddings call; more texts than one call takes go out in several. */
export function createEmbeddingModel(options: EmbedTextsOptions): EmbeddingModel {
  const { model, dimensions } = options;
  const call = createParameterLearner();
  const embedBatch = async (texts: readonly string[], signal: AbortSignal | undefined) => {
    const { data } = await call((accepted) =>
      options.client.embeddings.create(
        {
          model,
          input: [...texts],
          encoding_format: 'float',
          ...(accepted.dimensions ? { dimensions } : {}),
        },
        signal === undefined ? {} : { signal },
      ),
    );
    return readVectors(data, texts.length, options);
  };
  return {
    name: model,
    dimensions,
    maxBatchSize,
    async embed(texts, { signal } = {}) {
      try {
        return await embedInBatches(texts, (batch) => embedBatch(batch, signal), {
          maxBatchSize,
          signal,
        });
      } catch (error) {
        signal?.throwIfAborted();
        throw toOpenAiError(error, { ...options, code: 'embeddings-unavailable' });
      }
    },
  };
}

/** One vector for each text, of the length that the index was made for, in the order of the texts. */
function readVectors(
  data: readonly OpenAI.Embedding[] | undefined,
  count: number,
  { service, model, dimensions }: EmbedTextsOptions,
): Float32Array[] {
  const vectors = (data ?? [])
    .toSorted((left, right) => left.index - right.index)
    .map((item) => Float32Array.from(item.embedding));
  const wrong = vectors.find((vector) => vector.length !== dimensions);
  if (vectors.length === count && wrong === undefined) return vectors;
  const isLength = wrong !== undefined;
  throw new MentorError(
    'embeddings-unavailable',
    isLength
      ? `${service.name} (${model}) gave vectors of length ${wrong.length} where ${dimensions} are wanted; set EMBEDDING_DIMENSIONS to the model's length.`
      : `${service.name} (${model}) gave ${vectors.length} vectors for ${count} texts; check ${service.addressSetting}.`,
    {
      details: {
        setting: isLength ? 'EMBEDDING_DIMENSIONS' : service.addressSetting,
        isRetryable: false,
      },
    },
  );
}
