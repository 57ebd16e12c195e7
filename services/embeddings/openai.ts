import { createOpenAiClient, type OpenAiAddress } from '#services/openai/clients.ts';
import { openAiService } from '#services/openai/service-settings.ts';
import { createEmbeddingModel } from './embed-texts.ts';
import type { EmbeddingModel } from './port.ts';

export interface OpenAiEmbeddingOptions extends OpenAiAddress {
  readonly model: string;
  readonly dimensions: number;
}

/** Embeddings of OpenAI, or of any server that speaks its embeddings call. */
export function createOpenAiEmbeddings(options: OpenAiEmbeddingOptions): EmbeddingModel {
  const { model, dimensions } = options;
  return createEmbeddingModel({
    client: createOpenAiClient(options),
    service: openAiService('OPENAI_EMBEDDING_MODEL'),
    model,
    dimensions,
  });
}
