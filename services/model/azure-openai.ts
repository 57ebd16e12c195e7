import { type AzureOpenAiAddress, createAzureOpenAiClient } from '#services/openai/clients.ts';
import { azureOpenAiService } from '#services/openai/service-settings.ts';
import { createChatHelper, createChatModel } from './chat-completions.ts';
import type { HelperModel, LanguageModel } from './port.ts';

export interface AzureOpenAiModelOptions extends AzureOpenAiAddress {
  readonly deployment: string;
  readonly contextTokens: number;
}

/** A deployment of a model in Azure OpenAI. Its first chunk, which holds only filter results, is not taken for an answer. */
export function createAzureOpenAiModel(options: AzureOpenAiModelOptions): LanguageModel {
  const { deployment, contextTokens } = options;
  return createChatModel({
    client: createAzureOpenAiClient(options),
    service: azureOpenAiService('AZURE_OPENAI_DEPLOYMENT'),
    model: deployment,
    contextTokens,
  });
}

/** The helper model in Azure OpenAI: the fast deployment, or the main one where there is no other. */
export function createAzureOpenAiHelper(
  options: AzureOpenAiAddress & {
    readonly deployment: string;
    /** The setting that named it, for the words of an error. */
    readonly deploymentSetting?: 'AZURE_OPENAI_DEPLOYMENT' | 'AZURE_OPENAI_FAST_DEPLOYMENT';
  },
): HelperModel {
  const { deployment, deploymentSetting = 'AZURE_OPENAI_FAST_DEPLOYMENT' } = options;
  return createChatHelper({
    client: createAzureOpenAiClient(options),
    service: azureOpenAiService(deploymentSetting),
    model: deployment,
  });
}
