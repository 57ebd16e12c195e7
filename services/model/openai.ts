import { createOpenAiClient, type OpenAiAddress } from '#services/openai/clients.ts';
import { openAiService } from '#services/openai/service-settings.ts';
import { createChatHelper, createChatModel } from './chat-completions.ts';
import type { HelperModel, LanguageModel } from './port.ts';

export interface OpenAiModelOptions extends OpenAiAddress {
  readonly model: string;
  readonly contextTokens: number;
}

/** A model behind OpenAI's chat completions, or behind any server that speaks them (Ollama, vLLM, llama.cpp). */
export function createOpenAiModel(options: OpenAiModelOptions): LanguageModel {
  const { model, contextTokens } = options;
  return createChatModel({
    client: createOpenAiClient(options),
    service: openAiService('OPENAI_MODEL'),
    model,
    contextTokens,
  });
}

/** The helper model of the same servers: a small, fast one, or the model itself. */
export function createOpenAiHelper(
  options: OpenAiAddress & {
    readonly model: string;
    /** The setting that named it, for the words of an error. */
    readonly modelSetting?: 'OPENAI_MODEL' | 'OPENAI_FAST_MODEL';
  },
): HelperModel {
  const { model, modelSetting = 'OPENAI_MODEL' } = options;
  return createChatHelper({
    client: createOpenAiClient(options),
    service: openAiService(modelSetting),
    model,
  });
}
