import { type AzureOpenAiAddress, createAzureOpenAiClient } from '#services/openai/clients.ts';
import { azureOpenAiService } from '#services/openai/service-settings.ts';
import { createEmbeddingModel } from './embed-texts.ts';
import type { EmbeddingModel } from './port.ts';

export interface AzureOpenAiEmbeddingOptions extends AzureOpenAiAddress {
  readonly deployment: string;
  readonly dimensions: number;
}

/** A deployment of an embedding model in Azure OpenAI. */
export function createAzureOpenAiEmbeddings(options: AzureOpenAiEmbeddingOptions): EmbeddingModel {
  const { deployment, dimensions } = options;
  return createEmbeddingModel({
    client: createAzureOpenAiClient(options),
    service: azureOpenAiService('AZURE_OPENAI_EMBEDDING_DEPLOYMENT'),
    model: deployment,
    dimensions,
  });
}
